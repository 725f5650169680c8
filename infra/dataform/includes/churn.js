/** When a customer may be about to leave. */
const INACTIVE_DAYS = 180;
/** A rating up to this one is low, and tells of so many days. */
const LOW_RATING = 2;
const RATING_DAYS = 365;
/** So many tickets in so many days are many. */
const MANY_TICKETS = 3;
const TICKET_DAYS = 90;

module.exports = { INACTIVE_DAYS, LOW_RATING, RATING_DAYS, MANY_TICKETS, TICKET_DAYS };
