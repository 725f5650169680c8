/** Money is told in one currency, that of workflow_settings.yaml; amounts of different currencies are never added up. */
const reportingCurrency = () => {
  const { reportingCurrency: currency } = dataform.projectConfig.vars ?? {};
  if (!/^[A-Z]{3}$/.test(currency ?? '')) throw new Error('workflow_settings.yaml: set vars.reportingCurrency to the ISO 4217 code of a currency, as GBP');
  return currency;
};

/**
 * A query of the rates to the reporting currency, one row (currency, rate_day, rate) for each currency and day that a table of
 * amounts has: the rate of the newest day up to that one. Days are few and amounts many, so the amounts are joined by equality.
 */
const ratesOf = (rates, amounts, { currency = 'currency', day }) => `
SELECT pair.currency, pair.rate_day, MAX_BY(quote.rate, quote.rate_date) AS rate
FROM (SELECT DISTINCT amount.${currency} AS currency, amount.${day} AS rate_day FROM ${amounts} AS amount) AS pair
INNER JOIN ${rates} AS quote
  ON quote.currency = pair.currency AND quote.rate_date <= pair.rate_day
WHERE quote.reporting_currency = '${reportingCurrency()}'
GROUP BY pair.currency, pair.rate_day`;

/** An amount in the reporting currency: itself where it is in it, else times the rate, to nine decimals; null where there is no rate. */
const converted = (amount, currency, rate) => `CASE WHEN ${currency} = '${reportingCurrency()}' THEN ${amount} ELSE CAST(${amount} * ${rate} AS NUMERIC) END`;

module.exports = { reportingCurrency, ratesOf, converted };
