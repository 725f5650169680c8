export interface Source {
  readonly base: string;
}

export const times = [
  Date.now(), // !
  new Date(), // !
  Date(), // !
  performance.now(), // !
  process.hrtime.bigint(), // !
  Math.random(), // !
  new Date(0),
  Date.parse('2024-01-01'),
];

export function age(since: number, now = Date.now): number { // !
  return now() - since;
}
