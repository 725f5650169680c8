import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Case } from '../curated/conformance/case.ts';
import { cases as all } from '../curated/conformance/cases.ts';
import { acceptedThere, differsThere, variesThere } from '../curated/conformance/differs-there.ts';
import { wrongQueries } from '../curated/conformance/wrong-queries.ts';
import { type Judge, openJudge } from './judge.ts';

/** The emulator takes about 0.2 s for a statement, however small. */
const BATCH = 40;
const MINUTES = 60_000;

const cases = all.filter(([name]) => !(name in variesThere));

let judge: Judge;
beforeAll(async () => {
  judge = await openJudge();
});
afterAll(() => judge.close());

/** What a case gives there, as `value type`; the emulator's words where it fails. */
async function answerTo(sql: string): Promise<string> {
  return await judge.query(sql).then(
    ({ columns, rows }) => `${rows[0]?.[0] ?? null} ${columns[0]?.type}`,
    (error: unknown) => `fails: ${error instanceof Error ? error.message : String(error)}`,
  );
}

/** The answers to several cases in one statement; where that fails, none. */
async function answersTo(batch: readonly Case[]): Promise<readonly (string | undefined)[]> {
  try {
    const { columns, rows } = await judge.query(`SELECT ${batch.map(([, sql], index) => `(${sql}) AS c${index}`).join(', ')}`);
    return batch.map((_, index) => `${rows[0]?.[index] ?? null} ${columns[index]?.type}`);
  } catch {
    return batch.map(() => undefined);
  }
}

/** The cases that differ, by name, with what came; one that differs in a batch is asked by itself. */
async function differing(batch: readonly Case[]): Promise<Readonly<Record<string, string>>> {
  const known = batch.filter(([name]) => name in differsThere);
  const others = batch.filter(([name]) => !(name in differsThere));
  const answers = await answersTo(others);
  const found: Record<string, string> = {};
  for (const [index, [name, sql, value, type]] of [...others, ...known].entries()) {
    const expected = `${value} ${type}`;
    if (answers[index] === expected) continue;
    const alone = await answerTo(sql);
    if (alone !== expected) found[name] = alone;
  }
  return found;
}

test(
  'GoogleSQL gives the documented value of every case but those that are listed, and differs in each of these',
  async () => {
    const found: Record<string, string> = {};
    for (let at = 0; at < cases.length; at += BATCH) Object.assign(found, await differing(cases.slice(at, at + BATCH)));
    const unlisted = Object.entries(found).filter(([name]) => !(name in differsThere));
    expect(unlisted).toEqual([]);
    expect(Object.keys(found).sort()).toEqual(Object.keys(differsThere).sort());
  },
  5 * MINUTES,
);

test(
  'GoogleSQL rejects every wrong query but those that are listed, and answers each of these',
  async () => {
    const accepted: string[] = [];
    for (const [name, sql] of wrongQueries) if (!(await answerTo(sql)).startsWith('fails: ')) accepted.push(name);
    expect(accepted.sort()).toEqual(Object.keys(acceptedThere).sort());
  },
  5 * MINUTES,
);
