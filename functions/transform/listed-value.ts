import { isSourceNumber } from '../../shared/json/lossless.ts';
import { pointerPath, valueAt } from '../../shared/json/pointer.ts';
import type { ListedValue } from '../../shared/vocabulary/listed.ts';

/** Makes the function that reads a value from a list of a record; undefined where no item is meant. */
export function listedValue({ list, by, is, value, sum }: ListedValue): (record: unknown) => unknown {
  const path = pointerPath(list);
  const values = value.map(pointerPath);
  return (record) => {
    const items: unknown = valueAt(record, path);
    const valuesOf = (name: string) =>
      Array.isArray(items) ? items.filter((item: unknown) => valueAt(item, [by]) === name).map((item: unknown) => firstOf(values, item)) : [];
    const found = is.flatMap(valuesOf).filter((one) => one !== undefined && one !== null);
    if (sum === undefined) return found[0];
    return found.length === 0 && valueAt(record, [sum.zeroWith]) === undefined ? undefined : total(found);
  };
}

function firstOf(paths: readonly (readonly string[])[], item: unknown): unknown {
  return paths.map((path) => valueAt(item, path)).find((value) => value !== undefined && value !== null);
}

/** A single value as it is; of several the sum, as text, or what is no number, for the cast to refuse. */
function total(values: readonly unknown[]): unknown {
  if (values.length === 1) return values[0];
  const numbers = values.map((value) => Number(isSourceNumber(value) ? value.rawJSON : value));
  return String(numbers.reduce((sum, number) => sum + number, 0));
}
