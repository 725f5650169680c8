import type { Lab } from './lab.ts';

/** A limit that the issue set, and what was measured. */
export interface Target {
  readonly name: string;
  readonly wanted: string;
  readonly measured: string;
  readonly met: boolean;
}

/** The runs of one contender, in the order of the rounds. */
export type Samples = Readonly<Record<string, readonly object[]>>;

export interface Result {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly targets: readonly Target[];
  readonly samples: Samples;
}

export interface Measurement {
  readonly name: string;
  readonly title: string;
  measure(lab: Lab): Promise<Result>;
}

/** A target that is an upper limit. */
export function atMost(name: string, limit: number, value: number, show: (value: number) => string): Target {
  return { name, wanted: `at most ${show(limit)}`, measured: show(value), met: value <= limit };
}

/** A target that is a lower limit. */
export function atLeast(name: string, limit: number, value: number, show: (value: number) => string): Target {
  return { name, wanted: `at least ${show(limit)}`, measured: show(value), met: value >= limit };
}
