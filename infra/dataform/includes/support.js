/** What the support team has promised, in minutes from the opening of a ticket, by its priority. */
const TARGETS = {
  Critical: { firstResponse: 60, resolution: 480 },
  High: { firstResponse: 120, resolution: 720 },
  Medium: { firstResponse: 240, resolution: 1440 },
  Low: { firstResponse: 480, resolution: 2880 },
};
/** For a ticket of no priority or another one. */
const DEFAULT_TARGET = TARGETS.Low;
/** What a customer bought in so many days is what is at risk when a promise to them is broken. */
const REVENUE_DAYS = 730;
/** Ratings from this one on are positive. */
const POSITIVE_FROM = 4;

/** The promised minutes for a ticket: `firstResponse` or `resolution`. */
const target = (kind, priority) => {
  const cases = Object.entries(TARGETS).map(([name, minutes]) => `WHEN '${name}' THEN ${minutes[kind]}`);
  return `CASE ${priority} ${cases.join(' ')} ELSE ${DEFAULT_TARGET[kind]} END`;
};

/** The names of the priorities, the most urgent first. */
const priorities = Object.keys(TARGETS);

/** The one way to write a channel. */
const channelOf = (channel) => `IF(LOWER(${channel}) = 'social media', 'Social Media', ${channel})`;

/** A duration, where it is one: it cannot be negative. */
const minutes = (column) => `IF(${column} >= 0, ${column}, NULL)`;

/** A rating, where it is one. */
const rating = (column) => `IF(${column} BETWEEN 1 AND 5, ${column}, NULL)`;

module.exports = { REVENUE_DAYS, POSITIVE_FROM, target, priorities, channelOf, minutes, rating };
