import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { builtInObjectName, cleanObjectName, parseRawName } from '../../shared/names.ts';
import { defineSource } from '../../shared/source.ts';
import { defineStream, replace } from '../../shared/stream.ts';
import { type Exact, offenceIn, readExactly } from '../shared/json/exact-reading.ts';
import { type Chain, openChain } from '../support/chain.ts';
import { conformanceFile, conformanceTest } from '../support/conformance.ts';

const FOLDER = 'testdata/json_test_suite/test_parsing';
const COUNTS = { y: 95, n: 188, i: 35 };
const NOT_AN_OBJECT = 'record: object: a JSON object (this is not an object)';
const TIMEOUT_MS = 60_000;

const source = defineSource({ name: 'suite', title: 'JSONTestSuite', settings: {}, auth: { type: 'none' } });
const values = defineStream({
  source,
  name: 'values',
  description: 'Anything in one column',
  columns: { v: { type: 'JSON', empty: 'keep' } },
  write: replace('object'),
  expect: { rejects: 1 },
  table: { dataset: 'suite', name: 'values' },
});

let chain: Chain;
beforeAll(async () => {
  chain = await openChain({ streams: [values] });
});
afterAll(async () => {
  await chain.close();
});

let files = 0;
/** What transform makes of these bytes, through the function's door. */
async function run(bytes: Uint8Array) {
  files += 1;
  const before = (await chain.notices.list()).length;
  const object = await chain.put(`suite/values/2026-01-01/file-${files}.json`, bytes);
  const { status, body } = await chain.finalize(chain.raw, object);
  const raw = parseRawName(object.name)!;
  const clean = cleanObjectName(raw, object, []);
  const rejects = builtInObjectName('rejects', raw, object, []);
  const [report] = body.runs;
  return {
    status,
    report,
    clean: await textOf(clean),
    rejects: (await textOf(rejects)) === undefined ? [] : await chain.lines(rejects),
    record: (await chain.lines(builtInObjectName('runs', raw, object, [])))[0],
    notices: (await chain.notices.list()).slice(before),
  };
}

async function textOf(name: string): Promise<string | undefined> {
  const info = await chain.clean.stat(name);
  const bytes = info === undefined ? undefined : await chain.clean.read(name, info.generation);
  if (bytes === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

async function suite(kind: keyof typeof COUNTS): Promise<readonly (readonly [string, Buffer])[]> {
  const names = (await readdir(join(process.env['CONFORMANCE_DATA'] ?? '', FOLDER))).filter((name) => name.startsWith(`${kind}_`)).sort();
  expect(names).toHaveLength(COUNTS[kind]);
  return await Promise.all(names.map(async (name) => [name, await conformanceFile(`${FOLDER}/${name}`)] as const));
}

/** The bytes as the value of a record's member. */
function wrapped(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from('[{"v": '), bytes, Buffer.from('}]')]);
}

describe('json_test_suite/test_parsing', () => {
  conformanceTest(
    'a y_ file gives a record per element where its root is an array, and is no array otherwise',
    async () => {
      for (const [name, bytes] of await suite('y')) {
        const root = readExactly(bytes.toString('utf8'));
        const { status, report, clean, rejects, notices } = await run(bytes);
        if (!isList(root)) {
          expect([name, status, report?.message, clean, notices.length]).toEqual([name, 200, 'the root is not an array', undefined, 1]);
          continue;
        }
        const others = root.flatMap((element, index) => (isObject(element) ? [] : [[index + 1, [NOT_AN_OBJECT], element]]));
        const counts = { outcome: 'success', records: root.length, rows: root.length - others.length, rejects: others.length };
        expect({ name, status, report, notices }).toMatchObject({ name, status: 200, report: counts, notices: [] });
        expect([name, rejects.map(({ _row, reasons, record }) => [_row, reasons, readExactly(String(record))])]).toEqual([name, others]);
        expect([name, clean?.split('\n').length]).toEqual([name, counts.rows + 1]);
      }
    },
    TIMEOUT_MS,
  );

  /**
   * Exact is: the text of every number (-0, 1E400, any number of digits), the value of every string, the members of
   * every object by name. Not kept, because JSON gives it no meaning: white space, the order of members, how a string
   * was escaped, and of members with one name all but the last. A null is a member that the row does not have.
   */
  conformanceTest(
    'a y_ file keeps its value exactly as a member of a record',
    async () => {
      const all: Buffer[] = [];
      for (const [name, bytes] of await suite('y')) {
        const { report, clean } = await run(wrapped(bytes));
        expect([name, report?.outcome, report?.rows]).toEqual([name, 'success', 1]);
        expect([name, memberOf(clean?.trimEnd() ?? '')]).toEqual([name, readExactly(bytes.toString('utf8'))]);
        all.push(wrapped(bytes).subarray(1, -1));
      }
      // All of them in one object, so that the reader takes them as a batch.
      const { clean } = await run(Buffer.concat([Buffer.from('['), ...all.flatMap((bytes) => [bytes, Buffer.from(',')]), Buffer.from('{}]')]));
      const lines = clean?.trimEnd().split('\n') ?? [];
      expect(lines.slice(0, -1).map(memberOf)).toEqual((await suite('y')).map(([, bytes]) => readExactly(bytes.toString('utf8'))));
    },
    TIMEOUT_MS,
  );

  /** Found by hand; a root that is no array offends from its own start. */
  const offences: readonly [string, number][] = [
    ['n_array_1_true_without_comma.json', 1], // [1 true]
    ['n_array_comma_after_close.json', 4], // [""],
    ['n_array_double_comma.json', 3], // [1,,2]
    ['n_array_double_extra_comma.json', 5], // ["x",,]
    ['n_array_extra_close.json', 5], // ["x"]]
    ['n_array_extra_comma.json', 4], // ["",]
    ['n_array_incomplete.json', 1], // ["x"
    ['n_array_just_comma.json', 1], // [,]
    ['n_array_missing_value.json', 4], // [   , ""]
    ['n_array_newlines_unclosed.json', 11], // ["a",⏎4⏎,1,
    ['n_array_number_and_several_commas.json', 3], // [1,,]
    ['n_array_unclosed_with_new_lines.json', 7], // [1,⏎1⏎,1
    ['n_object_bad_value.json', 6], // ["x", truth]
    ['n_object_trailing_comma.json', 0], // {"id":0,}
    ['n_single_space.json', 0],
    ['n_structure_100000_opening_arrays.json', 1], // [[[[…
    ['n_structure_UTF8_BOM_no_data.json', 0],
    ['n_structure_array_trailing_garbage.json', 3], // [1]x
    ['n_structure_array_with_extra_array_close.json', 3], // [1]]
    ['n_structure_double_array.json', 2], // [][]
    ['n_structure_incomplete_UTF8_BOM.json', 0],
    ['n_structure_lone-open-bracket.json', 1], // [
    ['n_structure_no_data.json', 0],
    ['n_structure_open_array_object.json', 1], // [{"":[{"":…
    ['n_structure_unclosed_array_partial_null.json', 9], // [ false, nul
    ['n_structure_unclosed_array_unfinished_false.json', 8], // [ true, fals
    ['n_structure_whitespace_formfeed.json', 1], // [⇟]
  ];

  conformanceTest(
    'an n_ file is malformed from the start of the offending element, with one notice and no clean object',
    async () => {
      const found = new Map<string, number>();
      for (const [name, bytes] of await suite('n')) {
        const { status, report, clean, record, notices } = await run(bytes);
        const offence = Number(/^malformed JSON at byte (\d+)$/.exec(report?.message ?? '')?.[1]);
        found.set(name, offence);
        expect([name, offence]).toEqual([name, offenceIn(bytes.toString('latin1'))]);
        expect([name, status, report?.outcome, clean]).toEqual([name, 200, 'failed', undefined]);
        expect([name, record?.['outcome'], record?.['rule'], notices.map((notice) => notice.rule)]).toEqual([name, 'failed', 'malformed', ['malformed']]);
      }
      expect(offences.map(([name]) => [name, found.get(name)])).toEqual(offences);
    },
    TIMEOUT_MS,
  );

  /** What a file becomes as a document of its own and as a member of a record. */
  const undecided: readonly [string, string, string][] = [
    ['i_number_double_huge_neg_exp.json', 'reject: record: object', 'row, exact'],
    ['i_number_huge_exp.json', 'reject: record: object', 'reject: v: number'],
    ['i_number_neg_int_huge_exp.json', 'reject: record: object', 'reject: v: number'],
    ['i_number_pos_double_huge_exp.json', 'reject: record: object', 'reject: v: number'],
    ['i_number_real_neg_overflow.json', 'reject: record: object', 'reject: v: number'],
    ['i_number_real_pos_overflow.json', 'reject: record: object', 'reject: v: number'],
    ['i_number_real_underflow.json', 'reject: record: object', 'row, exact'],
    ['i_number_too_big_neg_int.json', 'reject: record: object', 'row, exact'],
    ['i_number_too_big_pos_int.json', 'reject: record: object', 'row, exact'],
    ['i_number_very_big_negative_int.json', 'reject: record: object', 'row, exact'],
    ['i_object_key_lone_2nd_surrogate.json', 'the root is not an array', 'reject: v: unicode'],
    ['i_string_1st_surrogate_but_2nd_missing.json', 'reject: record: object', 'reject: v: unicode'],
    ['i_string_1st_valid_surrogate_2nd_invalid.json', 'reject: record: object', 'reject: v: unicode'],
    ['i_string_UTF-16LE_with_BOM.json', 'malformed JSON at byte 0', 'malformed JSON at byte 1'],
    ['i_string_UTF-8_invalid_sequence.json', 'reject: record: unicode', 'reject: record: unicode'],
    ['i_string_UTF8_surrogate_U+D800.json', 'reject: record: unicode', 'reject: record: unicode'],
    ['i_string_incomplete_surrogate_and_escape_valid.json', 'reject: record: object', 'reject: v: unicode'],
    ['i_string_incomplete_surrogate_pair.json', 'reject: record: object', 'reject: v: unicode'],
    ['i_string_incomplete_surrogates_escape_valid.json', 'reject: record: object', 'reject: v: unicode'],
    ['i_string_invalid_lonely_surrogate.json', 'reject: record: object', 'reject: v: unicode'],
    ['i_string_invalid_surrogate.json', 'reject: record: object', 'reject: v: unicode'],
    ['i_string_invalid_utf-8.json', 'reject: record: unicode', 'reject: record: unicode'],
    ['i_string_inverted_surrogates_U+1D11E.json', 'reject: record: object', 'reject: v: unicode'],
    ['i_string_iso_latin_1.json', 'reject: record: unicode', 'reject: record: unicode'],
    ['i_string_lone_second_surrogate.json', 'reject: record: object', 'reject: v: unicode'],
    ['i_string_lone_utf8_continuation_byte.json', 'reject: record: unicode', 'reject: record: unicode'],
    ['i_string_not_in_unicode_range.json', 'reject: record: unicode', 'reject: record: unicode'],
    ['i_string_overlong_sequence_2_bytes.json', 'reject: record: unicode', 'reject: record: unicode'],
    ['i_string_overlong_sequence_6_bytes.json', 'reject: record: unicode', 'reject: record: unicode'],
    ['i_string_overlong_sequence_6_bytes_null.json', 'reject: record: unicode', 'reject: record: unicode'],
    ['i_string_truncated-utf-8.json', 'reject: record: unicode', 'reject: record: unicode'],
    ['i_string_utf16BE_no_BOM.json', 'malformed JSON at byte 0', 'malformed JSON at byte 1'],
    ['i_string_utf16LE_no_BOM.json', 'malformed JSON at byte 1', 'malformed JSON at byte 1'],
    ['i_structure_500_nested_arrays.json', 'reject: record: object', 'row, exact'],
    ['i_structure_UTF-8_BOM_empty_object.json', 'the root is not an array', 'malformed JSON at byte 1'],
  ];

  conformanceTest(
    'an i_ file ends as the table says',
    async () => {
      const found: [string, string, string][] = [];
      for (const [name, bytes] of await suite('i')) {
        const [own, member] = [await run(bytes), await run(wrapped(bytes))];
        expect([name, own.status, member.status]).toEqual([name, 200, 200]);
        found.push([name, ending(own, bytes), ending(member, bytes)]);
      }
      expect(found).toEqual(undecided);
    },
    TIMEOUT_MS,
  );
});

function ending({ report, rejects, clean }: Awaited<ReturnType<typeof run>>, bytes: Buffer): string {
  if (report?.message !== undefined) return report.message;
  const [reject] = rejects;
  if (reject !== undefined) return `reject: ${reject['field']}: ${reject['rule']}`;
  expect(memberOf(clean?.trimEnd() ?? '')).toEqual(readExactly(bytes.toString('utf8')));
  return 'row, exact';
}

function memberOf(row: string): Exact {
  const members = readExactly(row);
  if (!isObject(members)) throw new Error('a row is an object');
  return members.get('v') ?? null;
}

function isObject(value: Exact): value is ReadonlyMap<string, Exact> {
  return value instanceof Map;
}

function isList(value: Exact): value is readonly Exact[] {
  return Array.isArray(value);
}
