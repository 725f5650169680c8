import { describe, expect, test } from '@jest/globals';
import type { Stream } from '../../shared/stream.ts';
import type { Rule } from '../../shared/streams/rules.ts';
import type { Members } from '../../shared/vocabulary/pages.ts';
import { bordersOf, invalid } from './stream-borders.ts';
import { type Fixture, withField } from './stream-fixture.ts';
import { cleanObjects, comparable, declared, type Outcome, plain, type StreamLab, tableRows } from './stream-lab.ts';
import { another, breakOf, freeColumn, ownColumns, varied, variedColumn } from './stream-variants.ts';

interface Border {
  readonly column: string;
  readonly record: Members;
  readonly becomes: unknown;
}

/**
 * What a stream is, from its declaration and one fixture, through the real functions; what is asked of a stream with a request is
 * in stream-request.ts. The lab is shared by all streams: each test drops files of its own.
 */
export function describeStream(stream: Stream, load: () => Promise<Fixture>, lab: () => StreamLab): void {
  describe(`stream: ${stream.id}`, () => {
    const required = ownColumns(stream).filter((name) => stream.columns[name]?.required === true);
    const errors = stream.rules.filter(({ severity }) => severity === 'error');
    const warnings = stream.rules.filter(({ severity }) => severity === 'warn');
    const title = ({ fields, name }: { fields: readonly string[]; name: string }) => `${fields[0]}: ${name}`;

    /** The fixture's first record that became a row, and that row. */
    async function sample(): Promise<{ fixture: Fixture; record: Members; row: Members }> {
      const fixture = await load();
      const [[ordinal, row] = [1, {}]] = (await lab().transform(stream, fixture.file)).rows;
      return { fixture, record: fixture.records[ordinal - 1] ?? {}, row };
    }

    test('gives exactly the rows that are written beside its answer', async () => {
      const { file, rows } = await load();
      const { raw, object, run } = await lab().load(stream, file);
      const found = await tableRows(lab().chain, stream, raw.name);
      expect(found.map((row) => comparable(stream, row))).toEqual(rows.map((row) => comparable(stream, row)));
      expect(run).toMatchObject({ rejects: 0 });
      for (const row of found) {
        expect(row).toMatchObject({ _raw_object: raw.name, _extracted_at: raw.runTime, load_timestamp: expect.any(String) });
        expect(String(row['_raw_generation'])).toBe(object.generation);
      }
    });

    for (const name of required) {
      test(`rejects a record without ${name}`, async () => {
        const { fixture, record } = await sample();
        const without = [undefined, null, ''].map((value) => withField(stream, record, name, value));
        const { rejects, rows } = await lab().transform(stream, fixture.answer([record, ...without]));
        expect([...rows.keys()]).toEqual([1]);
        const keepsEmpty = stream.columns[name]?.empty === 'keep';
        expect([...rejects.values()]).toEqual(without.slice(0, keepsEmpty ? 2 : 3).map(() => expect.arrayContaining([`${name}: required`])));
      });
    }

    test('reads the values at the borders of its types as declared', async () => {
      const { fixture, record } = await sample();
      const borders = bordersIn(stream, record);
      const outcome = await lab().load(stream, fixture.answer(borders.map((border) => border.record)));
      const surprises = borders.flatMap((border, index) => surprise(stream, border, outcome, index + 1));
      expect(surprises).toEqual([]);
      const nulls = borders.filter(({ column, becomes }) => becomes === invalid && isLenient(stream, column));
      const counted = Object.entries((outcome.run['warnings'] ?? {}) as Record<string, number>).filter(([name]) => name.endsWith(': type'));
      expect(Object.fromEntries(counted)).toEqual(countsOf(nulls.map(({ column }) => `${column}: type`)));
      const table = await tableRows(lab().chain, stream, outcome.raw.name);
      expect(table.map((row) => declared(stream, row))).toEqual(lastOfEachKey(stream, [...outcome.rows.values()]).map((row) => declared(stream, row)));
    });

    /** What the page would say of a field is left out where a record has to break its rule. */
    const fileFor = ({ fields }: Rule, { answer, drop }: Fixture, records: readonly Members[]) =>
      fields.some((name) => stream.columns[name]?.page !== undefined) ? drop(records) : answer(records);

    for (const rule of errors) {
      test(`rejects a record that breaks ${title(rule)}`, async () => {
        const { fixture, record, row } = await sample();
        const { rejects } = await lab().transform(stream, fileFor(rule, fixture, [record, broken(rule, breakOf(stream, rule, row, fixture, record))]));
        expect([...rejects.keys()]).toEqual([2]);
        expect(rejects.get(2)).toContain(title(rule));
      });
    }

    for (const rule of warnings) {
      test(`warns of a record that breaks ${title(rule)}, and keeps it`, async () => {
        const { fixture, record, row } = await sample();
        const { rows, run } = await lab().transform(stream, fileFor(rule, fixture, [broken(rule, breakOf(stream, rule, row, fixture, record))]));
        expect([...rows.keys()]).toEqual([1]);
        expect(run['warnings']).toMatchObject({ [title(rule)]: 1 });
      });
    }

    test('is not changed by a second delivery of any event', async () => {
      const { chain } = lab();
      const { file } = await load();
      const outcome = await lab().load(stream, file);
      for (const object of await cleanObjects(chain, outcome)) expect((await chain.finalize(chain.clean, object)).status).toBe(200);
      const state = async () => ({
        table: await tableRows(chain, stream),
        ledger: await chain.rows(`SELECT * FROM ops.ledger WHERE raw_object = '${outcome.raw.name}'`),
        objects: (await chain.objects(chain.clean)).map(({ name, generation }) => `${name}#${generation}`),
      });
      const before = await state();
      expect(before.ledger).toMatchObject([{ conserved: true }]);
      expect((await chain.finalize(chain.raw, outcome.object)).status).toBe(200);
      for (const object of await cleanObjects(chain, outcome)) expect((await chain.finalize(chain.clean, object)).status).toBe(200);
      expect(await state()).toEqual(before);
    });

    test(`${stream.write.mode === 'merge' ? 'is corrected' : 'is replaced'} by the same file with a changed record and one less`, async () => {
      const { fixture, record } = await sample();
      const records = [1, 2, 3].map((index) => varied(stream, record, index));
      const name = freeColumn(stream);
      const first = await lab().load(stream, fixture.answer(records));
      const changed = name === undefined ? records[0]! : withField(stream, records[0]!, name, another(stream, name, 99));
      const second = await lab().load(stream, fixture.answer([changed, records[1]!]), first.raw.name);
      const rows = await tableRows(lab().chain, stream, first.raw.name);
      const expected = [...second.rows.values(), ...(staysWithout(stream, first) ? [...first.rows.values()].slice(2) : [])];
      expect(rows.map((row) => declared(stream, row))).toEqual(lastOfEachKey(stream, expected).map((row) => declared(stream, row)));
      if (name !== undefined) expect(second.rows.get(1)?.[name]).not.toEqual(first.rows.get(1)?.[name]);
    });

    test('has no null in its key, nor in what its table is partitioned by', async () => {
      await lab().load(stream, (await load()).file);
      const { dataset, name, partition } = stream.table;
      const columns = await lab().chain.warehouse.columns({ dataset, table: name });
      const never = [...new Set([...stream.key, partition])];
      expect(columns?.filter((column) => never.includes(column.name)).map(({ mode }) => mode)).toEqual(never.map(() => 'REQUIRED'));
      const nulls = never.map((column) => `"${column}" IS NULL`).join(' OR ');
      expect(await lab().chain.rows(`SELECT COUNT(*) AS nulls FROM "${dataset}"."${name}" WHERE ${nulls}`)).toEqual([{ nulls: 0 }]);
    });
  });
}

function bordersIn(stream: Stream, record: Members): readonly Border[] {
  const key = variedColumn(stream);
  const all = ownColumns(stream).flatMap((column) => bordersOf(stream.columns[column]!).map(([value, becomes]) => ({ column, value, becomes })));
  return all.map(({ column, value, becomes }, index) => ({
    column,
    becomes,
    record: withField(stream, column === key ? record : varied(stream, record, index), column, value),
  }));
}

/** What is wrong with what became of a value, in a line. */
function surprise(stream: Stream, { column, record, becomes }: Border, { rows, rejects }: Outcome, ordinal: number): readonly string[] {
  const { type, required } = stream.columns[column]!;
  const reasons = rejects.get(ordinal);
  const value = rows.get(ordinal)?.[column];
  const found = reasons === undefined ? JSON.stringify(plain(type, value)) : `rejected (${reasons.join('; ')})`;
  const missing = becomes === null || (becomes === invalid && isLenient(stream, column));
  const expected = missing
    ? required === true
      ? `rejected (${column}: required)`
      : 'null'
    : becomes === invalid
      ? `rejected (${column}: type)`
      : JSON.stringify(plain(type, becomes));
  // A value that fits the type may break a rule, also when it is null.
  if (found === expected || (reasons?.every((reason) => isRule(stream, column, reason)) === true && becomes !== invalid)) return [];
  return [`${column} of ${JSON.stringify(record)} is ${found}, expected ${expected}`];
}

function isRule({ rules }: Stream, column: string, reason: string): boolean {
  return rules.some(({ severity, fields, name }) => severity === 'error' && fields.includes(column) && reason === `${fields[0]}: ${name}`);
}

function isLenient({ columns }: Stream, column: string): boolean {
  return columns[column]?.invalid === 'null';
}

/** The rows of an object that reach the table: the last one of each key. */
function lastOfEachKey({ key }: Stream, rows: readonly Members[]): readonly Members[] {
  if (key.length === 0) return rows;
  const last = new Map(rows.map((row) => [JSON.stringify(key.map((name) => row[name])), row]));
  return rows.filter((row) => last.get(JSON.stringify(key.map((name) => row[name]))) === row);
}

/** Whether a row stays that the newer generation of its object lacks. */
function staysWithout({ write }: Stream, { rows }: Outcome): boolean {
  if (write.mode === 'merge') return true;
  if (write.scope !== 'date') return write.scope === 'generation';
  const dates = [...rows.values()].map((row) => row[write.column]);
  return !dates.slice(0, 2).includes(dates[2]);
}

function broken(rule: { name: string; fields: readonly string[] }, record: Members | undefined): Members {
  if (record !== undefined) return record;
  throw new Error(`say in the fixture how to break "${rule.fields[0]}: ${rule.name}": "breaks": { "${rule.fields[0]}: ${rule.name}": { <member>: <value> } }`);
}

function countsOf(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
