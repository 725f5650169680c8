/** What figures of marketing are measured against: the one place for these limits. */
module.exports = {
  /** Below this share of orders that the web analytics saw, what a campaign brought is not told. */
  LINK_RATE: 0.9,
  /** What GA4 says of the linked orders' value, as a share of what the orders say: outside, the two do not mean the same. */
  VALUE_RATIO: { low: 0.9, high: 1.1 },
  /** Spend on ads as a share of the revenue of the same campaign and month: outside, the scale of one of them is wrong. */
  SPEND_SHARE: { low: 0.01, high: 1 },
  /** Days after which Meta no longer changes the figures of a day. */
  SETTLING_DAYS: 28,
  /** Days after which GA4 no longer changes a day's figures: it processes a day for up to two days, the third is reserve. */
  GA4_SETTLING_DAYS: 3,
};
