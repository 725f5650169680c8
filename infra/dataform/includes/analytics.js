/**
 * A view for readers of reports, `v_<table>` over one table: every column by its name (`columns`: name and description), and those of `hashed` and `hidden` masked. What is
 * hashed can be counted and joined, and is told from others; whoever has a value to try can still find it, so that a hash of a
 * telephone number is not anonymous. What is hidden is null.
 */
const view = ({ schema, name, description, columns, keys, hashed, hidden, dependencies }) => {
  const masked = (column) => {
    if (hashed.includes(column)) return `TO_HEX(SHA256(shown.${column})) AS ${column}`;
    return hidden.includes(column) ? `IF(FALSE, shown.${column}, NULL) AS ${column}` : `shown.${column}`;
  };
  const list = Object.keys(columns).map(masked).join(',\n  ');
  const described = Object.entries(columns).map(([column, text]) => [column, { description: text, tags: keys.includes(column) ? ['key'] : [] }]);
  return publish(`v_${name}`, {
    type: 'view',
    schema: 'analytics',
    tags: ['analytics'],
    description,
    columns: Object.fromEntries(described),
    dependencies,
  }).query((ctx) => `SELECT\n  ${list}\nFROM ${ctx.ref(schema, name)} AS shown`);
};

module.exports = { view };
