import { type Random, seeded } from './random.ts';

const INDUSTRIES = ['Energy', 'Banking', 'Retail', 'Software', 'Healthcare', 'Logistics', 'Education', 'Manufacturing'];
const CITIES = ['Zürich', 'São Paulo', 'Berlin', 'New York', '東京', 'London', 'Kraków', 'Montréal', 'Paris', 'Austin'];
const COUNTRIES = ['CH', 'BR', 'DE', 'US', 'JP', 'GB', 'PL', 'CA', 'FR', 'US'];
const NAMES = ['Acme', 'Globex', 'Initech', 'Umbrella', 'Hooli', 'Stark', 'Wayne', 'Wonka', 'Cyberdyne', 'Soylent', 'Tyrell', 'Vandelay'];
const SUFFIXES = ['Inc', 'GmbH', 'LLC', 'S.A.', 'K.K.', 'Ltd', '& Co', '"Holdings"'];
const SEED = 12_345;
const PARENTS = 1_000_000;

/**
 * CRM accounts as JSON texts: 25 fields in about 750 bytes, escapes, braces and non-ASCII characters in strings, numbers
 * and booleans that come as text; 0.6 % break the contract, 0.1 % repeat a key.
 */
export function* accounts(count: number): Generator<string> {
  const random = seeded(SEED);
  for (let index = 0; index < count; index += 1) yield JSON.stringify(account(random, index));
}

function account(random: Random, index: number): Record<string, unknown> {
  const place = below(random, CITIES.length);
  const word = pick(random, NAMES);
  const created = new Date(1.5e12 + below(random, 2e11)).toISOString();
  const repeats = random() < 0.001 && index > 100;
  const fault = random();
  return {
    Id: `001${base36(repeats ? index - 50 : index)}`,
    Name: `${word} ${pick(random, NAMES)} ${pick(random, SUFFIXES)} ${index}`,
    AccountNumber: fault < 0.002 ? '' : `A-${100_000 + index}`,
    Type: pick(random, ['Customer', 'Prospect', 'Partner', null]),
    Industry: pick(random, INDUSTRIES),
    AnnualRevenue: fault >= 0.002 && fault < 0.004 ? 'n/a' : sometimesText(random, 0.3, below(random, 1e9) / 100),
    NumberOfEmployees: fault > 0.998 ? -5 : sometimesText(random, 0.2, below(random, 90_000)),
    Rating: pick(random, ['Hot', 'Warm', 'Cold', null]),
    Phone: `+1-${2e9 + below(random, 2e9)}`,
    Website: `https://www.${word.toLowerCase()}${index}.example.com`,
    BillingStreet: `${below(random, 9_999)} Main St., Suite ${below(random, 99)}`,
    BillingCity: CITIES[place],
    BillingPostalCode: String(10_000 + below(random, 89_999)),
    BillingCountry: COUNTRIES[place],
    BillingLatitude: Number((random() * 180 - 90).toFixed(5)),
    BillingLongitude: Number((random() * 360 - 180).toFixed(5)),
    OwnerId: `005${base36(below(random, 500))}`,
    ParentId: random() < 0.2 ? `001${base36(below(random, PARENTS))}` : null,
    Description: description(random, word),
    IsDeleted: random() < 0.02 ? 'true' : false,
    CreatedDate: created,
    LastModifiedDate: created.replace('Z', '+00:00'),
    Score: sometimesText(random, 0.1, below(random, 100)),
    Tags: [pick(random, INDUSTRIES), pick(random, NAMES)],
    ExternalRef: hex(random, 16),
  };
}

function description(random: Random, word: string): string | null {
  if (random() < 0.15) return `Multi-line note\nabout {${word}} [x], "quoted", back\\slash – tab\t end`;
  if (random() >= 0.5) return null;
  return `Key account in the ${pick(random, INDUSTRIES)} vertical, renewed annually; contact prefers e-mail. Ref ${hex(random, 8)}.`;
}

/** A value as CRMs send it: now a number, now its text. */
function sometimesText(random: Random, share: number, value: number): number | string {
  return random() < share ? String(value) : value;
}

function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

function pick<T>(random: Random, values: readonly T[]): T {
  return values[below(random, values.length)] as T;
}

function base36(number: number): string {
  return number.toString(36).toUpperCase().padStart(15, '0');
}

function hex(random: Random, digits: number): string {
  return Array.from({ length: digits }, () => below(random, 16).toString(16)).join('');
}
