import { describe, expect, test } from '@jest/globals';
import { generateMarketing } from '../../../../infra/local/stand-ins/marketing-data.ts';
import { mulberry32 } from '../../../../infra/local/stand-ins/random.ts';

const SEED = 7;

describe(`the marketing data of a stand-in (seed ${SEED})`, () => {
  const { campaigns, contacts, orders, insights, transactions } = generateMarketing(mulberry32(SEED));
  const all = (rows: readonly Readonly<Record<string, unknown>>[], column: string) => rows.map((row) => row[column]);

  test('is the same for the same seed', () => {
    expect(generateMarketing(mulberry32(SEED))).toEqual({ campaigns, contacts, orders, insights, transactions, rates: expect.any(Array) });
    expect(generateMarketing(mulberry32(SEED + 1)).orders).not.toEqual(orders);
  });

  test('has orders whose contacts and campaigns are there', () => {
    expect(new Set(all(orders, 'contact_id')).isSubsetOf(new Set(all(contacts, 'contact_id')))).toBe(true);
    expect(new Set(all(orders, 'campaign_id')).isSubsetOf(new Set(all(campaigns, 'campaign_id')))).toBe(true);
  });

  test('has a transaction in the web analytics for most orders, and for nothing else', () => {
    const seen = new Set(all(transactions, 'transaction_id'));
    expect(seen.isSubsetOf(new Set(all(orders, 'transaction_id')))).toBe(true);
    expect(seen.size).toBe(transactions.length);
    expect(seen.size / orders.length).toBeGreaterThan(0.9);
    expect(seen.size).toBeLessThan(orders.length);
  });

  test('has ads of every campaign, one row a day, from its first day on', () => {
    expect(new Set(all(insights, 'campaign_id'))).toEqual(new Set(all(campaigns, 'campaign_id')));
    expect(new Set(insights.map((row) => `${row['campaign_id']} ${row['date_start']}`)).size).toBe(insights.length);
    const first = new Map(campaigns.map((row) => [row['campaign_id'], String(row['start_date'])]));
    expect(insights.filter((row) => String(row['date_start']) < (first.get(row['campaign_id'] ?? null) ?? ''))).toEqual([]);
  });
});
