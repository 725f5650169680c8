/** Reading answers of unknown shape. */
export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Says whether a number in it was beyond what a double holds (1e400): it is read as Infinity, and written as null. */
export function hasInfinity(value: unknown): boolean {
  const open = [value];
  for (const one of open) {
    if (typeof one === 'number' && !Number.isFinite(one)) return true;
    if (typeof one === 'object' && one !== null) for (const member of Object.values(one)) open.push(member);
  }
  return false;
}

const LONG = /\d{16}/;
const WHOLE = /^-?\d+$/;

/** Says whether JSON holds a whole number that would be written with other digits than it was read with: beyond 2^53 an id would be another one's. */
export function losesDigits(text: string): boolean {
  if (!LONG.test(text)) return false;
  let isLost = false;
  JSON.parse(text, (_name: string, value: unknown, context?: { readonly source?: string }) => {
    const source = context?.source;
    if (typeof value === 'number' && source !== undefined && WHOLE.test(source)) isLost ||= digitsOf(String(value)) !== digitsOf(source);
    return value;
  });
  return isLost;
}

/** Without the zeros at the end: 1e+22 has the digits of 10000000000000000000000. */
function digitsOf(number: string): string {
  return number.replace(/e.*$/, '').replaceAll(/\D/g, '').replace(/0+$/, '');
}

/** The value at a path; undefined where the path ends early. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) found = isObject(found) && Object.hasOwn(found, name) ? found[name] : undefined;
  return found;
}

export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}
