import { digits, int, mulberry32, pick } from './random.ts';

/** A transaction by the names of the API's dimensions and metrics; all values are texts there. */
export type Ga4Row = Readonly<Record<string, string>>;

const DAY_MS = 86_400_000;
/** A demonstration needs few: so many days up to now have transactions. */
const DAYS = 60;

/** Transactions of the days up to one; the same seed gives the same. */
export function generateGa4(seed: number, today: number): readonly Ga4Row[] {
  const random = mulberry32(seed);
  return Array.from({ length: DAYS }, (_, day) => new Date(today - day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '')).flatMap((date) =>
    Array.from({ length: int(random, 2, 6) }, (_, at) => ({
      date,
      transactionId: `T${date}${digits(at, 2)}`,
      sessionSource: pick(random, ['google', 'facebook', '(direct)']),
      sessionMedium: pick(random, ['cpc', 'organic', '(none)']),
      sessionCampaignName: pick(random, ['Spring', 'Summer', '(not set)']),
      purchaseRevenue: String(int(random, 1_000, 30_000) / 100),
      totalUsers: '1',
    })),
  );
}
