/** The key of the member that stands for what a fact names and the dimension does not know. */
const UNKNOWN = -1;

/**
 * An INT64 from a source and what is the key there: the first 60 bits of a SHA-256, so the same on every engine and never
 * negative; 2 of 10 million collide with a chance of 1 in 23,000. NULL where the natural key is.
 */
const surrogateKey = (source, ...columns) => {
  const natural = columns.map((column) => `CAST(${column} AS STRING)`).join(`, '|', `);
  return `CAST(CONCAT('0x', LEFT(TO_HEX(SHA256(CONCAT('${source}|', ${natural}))), 15)) AS INT64)`;
};

module.exports = { UNKNOWN, surrogateKey };
