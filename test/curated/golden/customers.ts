import { dayAfter, daysOf } from './days.ts';
import { even, mixed } from './even.ts';
import { CUSTOMERS } from './published.ts';
import type { Row } from './row.ts';
import { entriesOf, repeated, shares } from './shares.ts';

export interface Customer {
  readonly id: number;
  readonly email: string;
  readonly age: number;
  readonly gender: keyof typeof CUSTOMERS.genders;
  readonly income: keyof typeof CUSTOMERS.incomes;
  readonly location: keyof typeof CUSTOMERS.locations;
  readonly signup: string;
  readonly firstTicket: string;
  readonly lastTicket: string;
  /** How many support tickets there are of them. */
  readonly tickets: number;
  /** Whether there are sales to them. */
  readonly isBuyer: boolean;
}

const [YOUNGEST, OLDEST] = CUSTOMERS.ageRange;

/** 2,749 customers in the order of their sign-ups, each with a ticket; 19 have more than one. */
export function customers(): readonly Customer[] {
  const signups = signupDays();
  const genders = mixed(repeated(CUSTOMERS.genders), 0);
  const incomes = mixed(repeated(CUSTOMERS.incomes), 1);
  const locations = mixed(repeated(CUSTOMERS.locations), 2);
  const ages = mixed(ageList(), 3);
  const { isBack, isBuyer } = groupsOf(signups);
  return signups.map((signup, index) => {
    const lastTicket =
      isBack(index) || signup >= '2021' ? latest(signup, dayAfter('2021-01-01', Math.floor(364 * even(index, 4)))) : latest(signup, '2020-06-30');
    const isOften = index < CUSTOMERS.severalTicketDates;
    return {
      id: index + 1,
      email: `customer-${index + 1}@example.com`,
      age: ages[index] ?? YOUNGEST,
      gender: genders[index] ?? 'Other',
      income: incomes[index] ?? 'Medium',
      location: locations[index] ?? 'London',
      signup,
      firstTicket: isOften ? dayAfter(lastTicket, -30) : lastTicket,
      lastTicket,
      // 2,769 tickets of 2,749 customers, 19 of which have tickets of several days: 18 with two, one with three.
      tickets: isOften ? (index === 0 ? 3 : 2) : 1,
      isBuyer: isBuyer(index),
    };
  });
}

function latest(a: string, b: string): string {
  return a > b ? a : b;
}

function signupDays(): readonly string[] {
  return entriesOf(CUSTOMERS.signups).flatMap(([month, count]) => {
    const days = daysOf(month, undefined, CUSTOMERS.lastSignup);
    return Array.from({ length: count }, (_, index) => days[index === count - 1 ? days.length - 1 : Math.floor((index * days.length) / count)] ?? '');
  });
}

/** Who came back in 2021, and who bought: the published numbers of new, of returning and of all customers. */
function groupsOf(signups: readonly string[]) {
  const places = signups.map((_, index) => index);
  const fresh = mixed(
    places.filter((index) => (signups[index] ?? '') >= '2021'),
    5,
  );
  const older = mixed(
    places.filter((index) => (signups[index] ?? '') < '2021'),
    6,
  );
  const { newIn2021, backIn2021 } = CUSTOMERS;
  const back = older.slice(0, backIn2021.customers);
  const others = older.slice(backIn2021.customers);
  const buyersOfOthers = CUSTOMERS.buyers - newIn2021.buyers - backIn2021.buyers;
  const buyers = new Set([...fresh.slice(0, newIn2021.buyers), ...back.slice(0, backIn2021.buyers), ...others.slice(0, buyersOfOthers)]);
  const returned = new Set(back);
  return { isBack: (index: number) => returned.has(index), isBuyer: (index: number) => buyers.has(index) };
}

function ageList(): readonly number[] {
  return entriesOf(CUSTOMERS.ages).flatMap(([bin, count]) => {
    const ages = Array.from({ length: 10 }, (_, index) => Number(bin) + index).filter((age) => age >= YOUNGEST && age <= OLDEST);
    const counts = shares(
      count,
      ages.map(() => 1),
    );
    return ages.flatMap((age, index) => Array.from({ length: counts[index] ?? 0 }, () => age));
  });
}

export function customerRows(list: readonly Customer[]): readonly Row[] {
  return list.map(({ id, email, age, gender, income, location, signup, firstTicket, lastTicket }) => ({
    customer_id: id,
    customer_name: `Customer ${id}`,
    customer_email: email,
    customer_age: age,
    customer_gender: gender,
    first_ticket_date: firstTicket,
    last_ticket_date: lastTicket,
    location,
    account_age_years: signup < '2020-07' ? 5 : signup < '2021-03' ? 4 : 3,
    income_bracket: income,
    signup_date: signup,
  }));
}
