import { int, type Random } from './random.ts';

/** One flat object of an answer. */
export type GeneratedRecord = Readonly<Record<string, unknown>>;

/** How a good record becomes a bad one; `earlier` is a good record before it. */
export interface Spoiling<Kind extends string> {
  readonly kind: Kind;
  readonly count: number;
  spoil(record: GeneratedRecord, earlier: GeneratedRecord, random: Random): GeneratedRecord;
}

/** Smaller data sets are clean: in them a handful of defects would be more than the 5 % that a gate lets through. */
const SMALLEST_SPOILED = 100;

/** Spoils records in place, at places of its own choice, never the first: it is the good record that every other can follow. */
export function spoil<Kind extends string>(
  records: GeneratedRecord[],
  spoilings: readonly Spoiling<Kind>[],
  random: Random,
): readonly Pick<Spoiling<Kind>, 'kind' | 'count'>[] {
  if (records.length < SMALLEST_SPOILED) return [];
  const total = spoilings.reduce((sum, { count }) => sum + count, 0);
  const spoiled = new Set<number>();
  while (spoiled.size < total) spoiled.add(int(random, 1, records.length - 1));
  const places = [...spoiled];
  for (const { count, spoil: spoilOne } of spoilings) {
    for (const at of places.splice(0, count)) {
      let earlier = at >> 1;
      while (spoiled.has(earlier)) earlier -= 1;
      records[at] = spoilOne(records[at] ?? {}, records[earlier] ?? {}, random);
    }
  }
  return spoilings.map(({ kind, count }) => ({ kind, count }));
}
