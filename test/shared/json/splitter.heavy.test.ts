import { isUtf8 } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PermanentError } from '../../../shared/errors.ts';
import { UnreadableRecord } from '../../../shared/json/elements.ts';
import { recordReader } from '../../../shared/json/record-reader.ts';
import type { JsonFormat } from '../../../shared/json/record-reader.ts';
import { seeded } from '../../support/random.ts';
import { arrayOf, below, randomElements, type Style, space } from './random-document.ts';

/** SEED=… replays another one; the default keeps the suite the same from run to run. */
const SEED = Number(process.env['SEED'] ?? 20_261_120);
const COMPACT: readonly string[] = [];
const BLANKS = ['', ' ', '\t', '  '];
const PRETTY = ['', ' ', '\n', '\r\n', '\n  ', '\n\t\t'];
const TIMEOUT_MS = 60_000;

/** What came out of a reader, or the message of its end. */
type Outcome = readonly unknown[] | string;

/** Reads bytes cut at random; every chunk is overwritten as soon as the reader has had it. */
function readCut(random: () => number, format: JsonFormat, pointer: string, bytes: Buffer): Outcome {
  const records: unknown[] = [];
  const longest = 1 + below(random, bytes.length + 1);
  try {
    const reader = recordReader(format, pointer, (batch) => records.push(...batch));
    for (let at = 0; at < bytes.length; ) {
      const size = 1 + below(random, longest);
      const chunk = Buffer.from(bytes.subarray(at, at + size));
      reader.push(chunk);
      chunk.fill(0);
      at += size;
    }
    reader.end();
    return records;
  } catch (error) {
    if (error instanceof PermanentError) return error.message;
    throw error;
  }
}

/** One byte changed, deleted or inserted; mostly to one that means something. */
function mutate(random: () => number, bytes: Buffer): Buffer {
  const at = below(random, bytes.length);
  const meant = '[]{},:"\\ \n0-.eE\u0000\u007f';
  const byte = random() < 0.2 ? below(random, 256) : meant.charCodeAt(below(random, meant.length));
  const change = below(random, 3);
  const inserted = change === 1 ? [] : [byte];
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(inserted), bytes.subarray(change === 2 ? at : at + 1)]);
}

/** What JSON.parse says of a text, each number as a double; undefined where it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Compares a record with what JSON.parse says of the same bytes. */
function matches(record: unknown, value: unknown, bytes: Buffer): boolean {
  if (record instanceof UnreadableRecord) return record.rule === 'unicode' && !isUtf8(bytes);
  return JSON.stringify(JSON.parse(JSON.stringify(record))) === JSON.stringify(value);
}

/** True where a reader of a document whose root should be an array agrees with JSON.parse. */
function agrees(outcome: Outcome, bytes: Buffer): boolean {
  const value = parsed(bytes.toString('utf8'));
  if (value === undefined) return typeof outcome === 'string' && /^malformed JSON at byte \d+$/.test(outcome);
  if (!Array.isArray(value)) return outcome === 'the root is not an array';
  return typeof outcome !== 'string' && outcome.length === value.length && outcome.every((record, i) => matches(record, value[i], bytes));
}

/** True where a reader of lines agrees with JSON.parse on every line. */
function agreesByLine(outcome: Outcome, bytes: Buffer): boolean {
  const lines = linesOf(bytes).filter((line) => /[^ \t\r]/.test(line.toString('latin1')));
  return typeof outcome !== 'string' && outcome.length === lines.length && lines.every((line, i) => matchesLine(outcome[i], line));
}

function matchesLine(record: unknown, line: Buffer): boolean {
  const value = parsed(line.toString('utf8'));
  return value === undefined ? record instanceof UnreadableRecord && record.rule === 'json' : matches(record, value, line);
}

function linesOf(bytes: Buffer): readonly Buffer[] {
  const lines: Buffer[] = [];
  let at = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, at)) {
    lines.push(bytes.subarray(at, end));
    at = end + 1;
  }
  return [...lines, bytes.subarray(at)];
}

/** Makes documents from numbers until one fails; a number makes the same document in every run. */
function forDocuments(count: number, check: (random: () => number) => void): void {
  const each = (number: number) => check(seeded(number));
  fc.assert(fc.property(fc.noShrink(fc.noBias(fc.integer())), each), { seed: SEED, numRuns: count, includeErrorInReport: true });
}

function styleOf(random: () => number, spaces: readonly string[]): Style {
  return { random, spaces: random() < 0.5 ? COMPACT : spaces };
}

function lines(random: () => number): { text: string; exact: readonly string[] } {
  const style = styleOf(random, BLANKS);
  const elements = randomElements(style, 6);
  const breaks = ['\n', '\n', '\r\n', '\n \n', '\n\n'];
  const text = elements.map(({ source }) => `${space(style)}${source}${space(style)}${breaks[below(random, breaks.length)]}`).join('');
  return { text: random() < 0.5 ? text : text.trimEnd(), exact: elements.map(({ exact }) => exact) };
}

process.stdout.write(`splitter: SEED=${SEED}\n`);

describe(`cut at random bytes (seed ${SEED})`, () => {
  test(
    '40,000 arrays give the values of JSON.parse, every number as its text',
    () => {
      forDocuments(40_000, (random) => {
        const style = styleOf(random, PRETTY);
        const { source, exact } = arrayOf(style, randomElements(style, 6));
        const bytes = Buffer.from(`${space(style)}${source}${space(style)}`);
        const outcome = readCut(random, 'json', '', bytes);
        if (JSON.stringify(outcome) !== exact) throw new Error(`${bytes}\ngave ${JSON.stringify(outcome)}\nnot  ${exact}`);
        if (!agrees(outcome, bytes)) throw new Error(`${bytes}\nis not what JSON.parse says`);
      });
    },
    TIMEOUT_MS,
  );

  test(
    '30,000 arrays with a wrong byte fail where JSON.parse fails, and else give its values',
    () => {
      forDocuments(30_000, (random) => {
        const style = styleOf(random, PRETTY);
        const bytes = mutate(random, Buffer.from(arrayOf(style, randomElements(style, 6)).source));
        const outcome = readCut(random, 'json', '', bytes);
        if (!agrees(outcome, bytes)) throw new Error(`${JSON.stringify(bytes.toString('latin1'))}\ngave ${JSON.stringify(outcome)}`);
      });
    },
    TIMEOUT_MS,
  );

  test(
    '15,000 files of lines give the values of JSON.parse, every number as its text',
    () => {
      forDocuments(15_000, (random) => {
        const { text, exact } = lines(random);
        const outcome = readCut(random, 'ndjson', '', Buffer.from(text));
        if (JSON.stringify(outcome) !== `[${exact.join(',')}]`) throw new Error(`${text}\ngave ${JSON.stringify(outcome)}`);
      });
    },
    TIMEOUT_MS,
  );

  test(
    '15,000 files of lines with a wrong byte fail in the lines where JSON.parse fails',
    () => {
      forDocuments(15_000, (random) => {
        const { text } = lines(random);
        const bytes = mutate(random, Buffer.from(`${text}\n`));
        const outcome = readCut(random, 'ndjson', '', bytes);
        if (!agreesByLine(outcome, bytes)) throw new Error(`${JSON.stringify(bytes.toString('latin1'))}\ngave ${JSON.stringify(outcome)}`);
      });
    },
    TIMEOUT_MS,
  );

  test(
    '5,000 pages with their records under a pointer give them, and with a wrong byte end in order',
    () => {
      forDocuments(5_000, (random) => {
        const style = styleOf(random, PRETTY);
        const pages = Array.from({ length: 1 + below(random, 3) }, () => ({
          before: arrayOf(style, randomElements(style, 3)),
          data: randomElements(style, 4),
        }));
        const page = ({ before, data }: (typeof pages)[number]) =>
          `\u001e{${space(style)}"before":${before.source},"data"${space(style)}:${arrayOf(style, data).source},"after":[{}]}\n`;
        const bytes = Buffer.from(pages.map(page).join(''));
        const exact = pages.flatMap(({ data }) => data.map((element) => element.exact));
        const outcome = readCut(random, 'json-seq', '/data', bytes);
        if (JSON.stringify(outcome) !== `[${exact.join(',')}]`) throw new Error(`${bytes}\ngave ${JSON.stringify(outcome)}`);
        readCut(random, 'json-seq', '/data', mutate(random, bytes));
      });
    },
    TIMEOUT_MS,
  );

  test.each([
    ['json', COMPACT],
    ['json', PRETTY],
    ['json', ['\n']],
    ['ndjson', BLANKS],
  ] as const)(
    'documents of many windows as %s give every value once, in order (spaces %j)',
    (format, spaces) => {
      const random = seeded(SEED);
      for (let round = 0; round < 6; round += 1) {
        const style = { random, spaces };
        const elements = Array.from({ length: 300 }, () => randomElements(style, 30)).flat();
        const text = format === 'json' ? arrayOf(style, elements).source : elements.map(({ source }) => `${source}\n`).join('');
        const outcome = readCut(random, format, '', Buffer.from(text));
        expect(JSON.stringify(outcome) === `[${elements.map(({ exact }) => exact).join(',')}]`).toBe(true);
        expect(text.length).toBeGreaterThan(150_000);
      }
    },
    TIMEOUT_MS,
  );
});
