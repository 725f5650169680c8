/** What happened in one run or in many. */
export interface ChaosFigures {
  /** Objects and messages that arrived. */
  objects: number;
  events: number;
  deliveries: number;
  /** Calls to ports. */
  calls: number;
  kills: number;
  /** Calls that looked failed. */
  failures: number;
  duplicates: number;
  zombies: number;
  lost: number;
  /** Events that a reconcile brought back. */
  reconciled: number;
}

export const NO_FIGURES: ChaosFigures = {
  objects: 0,
  events: 0,
  deliveries: 0,
  calls: 0,
  kills: 0,
  failures: 0,
  duplicates: 0,
  zombies: 0,
  lost: 0,
  reconciled: 0,
};

export function addFigures(one: ChaosFigures, other: ChaosFigures): ChaosFigures {
  const sum = { ...one };
  for (const name of Object.keys(NO_FIGURES) as (keyof ChaosFigures)[]) sum[name] += other[name];
  return sum;
}
