/** What the support team has promised, in minutes from the opening of a ticket, by its priority. */
const TARGETS = {
  Critical: { firstResponse: 60, resolution: 480 },
  High: { firstResponse: 120, resolution: 720 },
  Medium: { firstResponse: 240, resolution: 1440 },
  Low: { firstResponse: 480, resolution: 2880 },
};
/** For a ticket of no priority or another one. */
const DEFAULT_TARGET = TARGETS.Low;
/** How long each took, and when it was. */
const MOMENTS = {
  firstResponse: { minutes: 'frt_minutes', moment: 'first_response_time' },
  resolution: { minutes: 'ttr_minutes', moment: 'time_to_resolution' },
};
/** What a customer bought in so many days is what is at risk when a promise to them is broken. */
const REVENUE_DAYS = 730;
/** Ratings from this one on are positive. */
const POSITIVE_FROM = 4;

/** The promised minutes for a ticket: `firstResponse` or `resolution`. */
const target = (kind, priority) => {
  const cases = Object.entries(TARGETS).map(([name, minutes]) => `WHEN '${name}' THEN ${minutes[kind]}`);
  return `CASE ${priority} ${cases.join(' ')} ELSE ${DEFAULT_TARGET[kind]} END`;
};

/** Whether a row `ticket` of fct_ticketing broke the promise of that kind: later than promised, or open for longer than that. */
const isLate = (kind, asOf) => {
  const { minutes: taken, moment } = MOMENTS[kind];
  const promised = target(kind, 'ticket.ticket_priority');
  const isOpen = `ticket.${taken} IS NULL AND ticket.${moment} IS NULL AND COALESCE(ticket.ticket_status, 'Open') <> 'Closed'`;
  return `COALESCE(ticket.${taken} > ${promised}, FALSE) OR (${isOpen} AND TIMESTAMP_DIFF(${asOf}, ticket.ticket_created, MINUTE) > ${promised})`;
};

/** The names of the priorities, the most urgent first. */
const priorities = Object.keys(TARGETS);

/** The one way to write a channel. */
const channelOf = (channel) => `IF(LOWER(${channel}) = 'social media', 'Social Media', ${channel})`;

/** A duration, where it is one: it cannot be negative. */
const minutes = (column) => `IF(${column} >= 0, ${column}, NULL)`;

/** A rating, where it is one. */
const rating = (column) => `IF(${column} BETWEEN 1 AND 5, ${column}, NULL)`;

module.exports = { REVENUE_DAYS, POSITIVE_FROM, target, isLate, priorities, channelOf, minutes, rating };
