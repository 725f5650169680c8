import type { PageTable, Step } from './page-table.ts';

/** Which rows of a table are read, and how far they are added up. */
export interface Shape {
  /** What the date stands for; undefined where there is none, or it is added up over, too. */
  readonly grain: 'day' | 'month' | 'year' | undefined;
  readonly dropped: readonly string[];
  readonly top: readonly Extract<Step, { kind: 'top' }>[];
  readonly where: readonly string[];
  /** What was done, in words for the reader. */
  readonly told: readonly string[];
}

/** Every shape of a table, the finest first. What adds up ends in one row: behind its own steps all its keys are given up. */
export function shapes(table: PageTable): readonly Shape[] {
  const { keys, date, isAdditive, steps } = table;
  const others = keys.filter((key) => key !== date?.key).reverse();
  const last: readonly Step[] = isAdditive ? [{ kind: 'months' }, { kind: 'years' }, ...others.map((key) => ({ kind: 'drop', key }) as const)] : [];
  const all: Shape[] = [{ grain: date?.grain, dropped: [], top: [], where: table.where === undefined ? [] : [table.where], told: [] }];
  for (const step of [...steps, ...last]) {
    const before = all.at(-1);
    const after = before === undefined ? undefined : coarser(before, step);
    if (after !== undefined) all.push(after);
  }
  return all;
}

/** A shape after one more step; undefined where the step changes nothing. */
function coarser(shape: Shape, step: Step): Shape | undefined {
  const { grain, dropped, top, where, told } = shape;
  switch (step.kind) {
    case 'months':
      return grain === 'day' ? { ...shape, grain: 'month', told: [...told, 'by month, not by day'] } : undefined;
    case 'years':
      return grain === 'day' || grain === 'month'
        ? { ...shape, grain: 'year', told: [...told.filter((text) => !text.startsWith('by ')), 'by year only'] }
        : undefined;
    case 'drop':
      if (dropped.includes(step.key)) return undefined;
      return {
        ...shape,
        dropped: [...dropped, step.key],
        top: top.filter(({ key }) => key !== step.key),
        told: [...told.filter((text) => !text.endsWith(` ${step.key}`)), `not by ${step.key}`],
      };
    case 'top': {
      if (dropped.includes(step.key)) return undefined;
      const text = `the others as one beside the ${step.count} largest of ${step.key}`;
      return { ...shape, top: [...top.filter(({ key }) => key !== step.key), step], told: [...told.filter((old) => !old.endsWith(` ${step.key}`)), text] };
    }
    case 'keep':
      return { ...shape, where: [...where, step.where], told: [...told, step.told] };
  }
}
