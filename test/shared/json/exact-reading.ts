/** A JSON value with nothing lost: a number is its text, an object a map. */
export type Exact = null | boolean | string | { readonly number: string } | readonly Exact[] | ReadonlyMap<string, Exact>;

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what RFC 8259 forbids inside strings.
const STRING = /"((?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*)"/y;
const WORDS: readonly [RegExp, null | boolean][] = [
  [/null/y, null],
  [/true/y, true],
  [/false/y, false],
];
const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** Reads JSON by the grammar of RFC 8259 and nothing else; of members with one name the last counts. Throws where it is no JSON. */
export function readExactly(text: string): Exact {
  const cursor = { text, at: 0 };
  const value = readValue(cursor);
  skip(cursor);
  if (cursor.at < text.length) throw new Error(`nothing may follow at ${cursor.at}`);
  return value;
}

/** Where the first thing stands that keeps a text from being an array of values, read element by element; undefined where nothing does. */
export function offenceIn(text: string): number | undefined {
  const cursor = { text, at: 0 };
  skip(cursor);
  const root = cursor.at;
  if (!takes(cursor, '[')) return root === text.length ? 0 : root;
  let start = nextStart(cursor);
  if (!takes(cursor, ']')) {
    try {
      for (readValue(cursor); !takes(cursor, ']'); readValue(cursor)) {
        expect(cursor, ',');
        start = nextStart(cursor);
      }
    } catch {
      return start;
    }
  }
  const end = nextStart(cursor);
  return end < text.length ? end : undefined;
}

interface Cursor {
  readonly text: string;
  at: number;
}

function readValue(cursor: Cursor): Exact {
  skip(cursor);
  if (takes(cursor, '{')) return readObject(cursor);
  if (takes(cursor, '[')) return readArray(cursor);
  const string = readString(cursor);
  if (string !== undefined) return string;
  const number = match(cursor, NUMBER)?.[0];
  if (number !== undefined) return { number };
  for (const [word, value] of WORDS) if (match(cursor, word) !== undefined) return value;
  throw new Error(`no value at ${cursor.at}`);
}

function readArray(cursor: Cursor): Exact {
  const values: Exact[] = [];
  if (takes(cursor, ']')) return values;
  do values.push(readValue(cursor));
  while (takes(cursor, ','));
  expect(cursor, ']');
  return values;
}

function readObject(cursor: Cursor): Exact {
  const members = new Map<string, Exact>();
  if (takes(cursor, '}')) return members;
  do {
    skip(cursor);
    const name = readString(cursor);
    if (name === undefined) throw new Error(`no name at ${cursor.at}`);
    expect(cursor, ':');
    members.set(name, readValue(cursor));
  } while (takes(cursor, ','));
  expect(cursor, '}');
  return members;
}

function readString(cursor: Cursor): string | undefined {
  const inner = match(cursor, STRING)?.[1];
  return inner?.replaceAll(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_all, unit: string | undefined, letter: string) =>
    unit === undefined ? (ESCAPES[letter] ?? letter) : String.fromCharCode(Number.parseInt(unit, 16)),
  );
}

function nextStart(cursor: Cursor): number {
  skip(cursor);
  return cursor.at;
}

function skip(cursor: Cursor): void {
  match(cursor, SPACE);
}

function takes(cursor: Cursor, character: string): boolean {
  skip(cursor);
  const found = cursor.text[cursor.at] === character;
  if (found) cursor.at += 1;
  return found;
}

function expect(cursor: Cursor, character: string): void {
  if (!takes(cursor, character)) throw new Error(`no ${character} at ${cursor.at}`);
}

function match(cursor: Cursor, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text) ?? undefined;
  if (found !== undefined) cursor.at = pattern.lastIndex;
  return found;
}
