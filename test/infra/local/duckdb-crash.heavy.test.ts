import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type DuckDbWarehouse, openDuckDbWarehouse } from '../../../infra/local/duckdb-warehouse.ts';
import { loadGeneration, ROWS, STEPS } from './duckdb-crash.ts';
import { locateIn } from './duckdb-temporary.ts';

const CHILD = join(import.meta.dirname, 'duckdb-crash-child.ts');
jest.setTimeout(120_000);

describe('a process that is killed', () => {
  let dir: string;
  let file: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'duckdb-crash-'));
    file = join(dir, 'warehouse.duckdb');
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  test.each([1, 2, 3, 4, 5, 7, 11, 14])('loses nothing that was loaded, and half of nothing, after %i jobs; what was staged is staged again', async (jobs) => {
    const ended = await killAfter(jobs);
    const warehouse = await openDuckDbWarehouse({ file, locate: locateIn(dir) });
    const kept = expect.objectContaining({ state: 'done', adopted: true });
    try {
      for (const id of ended) expect([id, await warehouse.job(id)]).toEqual([id, isStaging(id) ? undefined : kept]);
      await expectWhole(warehouse, newestApplied(ended));
      await expectResumed(warehouse, ended);
    } finally {
      await warehouse.close();
    }
  });

  test('keeps others out while it lives', async () => {
    const child = start();
    try {
      await once(createInterface(child.stdout), 'line');
      await expect(openDuckDbWarehouse({ file, locate: locateIn(dir) })).rejects.toMatchObject({ name: 'TransientError', rule: 'io' });
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });

  function start() {
    return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', CHILD, dir, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  }

  /** Kills the child once that many jobs have ended, in the middle of the next one; the ids of all that it told. */
  async function killAfter(jobs: number): Promise<readonly string[]> {
    const child = start();
    const exit = once(child, 'exit');
    const ended: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      ended.push(line);
      if (ended.length === jobs) child.kill('SIGKILL');
    }
    expect(await exit).toEqual([null, 'SIGKILL']);
    expect(ended.length).toBeGreaterThanOrEqual(jobs);
    return ended;
  }

  /** The table holds all rows of one generation: the newest whose apply was told, or the next, whose was not told any more. */
  async function expectWhole(warehouse: DuckDbWarehouse, applied: number): Promise<void> {
    const tables = await warehouse.columns({ dataset: 'crm', table: 'orders' });
    const found = tables === undefined ? [] : (await warehouse.query('SELECT _raw_generation, COUNT(*) FROM crm.orders GROUP BY 1')).rows;
    const possible = [
      [applied, ROWS],
      [applied + 1, ROWS],
    ].filter(([n]) => n !== 0);
    if (applied > 0 || found.length > 0) expect(possible).toContainEqual(found[0]);
    expect(found.length).toBeLessThanOrEqual(1);
  }

  /** Everything delivered once more: what has ended is adopted, the rest is done. */
  async function expectResumed(warehouse: DuckDbWarehouse, ended: readonly string[]): Promise<void> {
    const last = Math.ceil(ended.length / STEPS.length) + 1;
    const adopted: string[] = [];
    for (let n = 1; n <= last; n += 1) await loadGeneration(warehouse, dir, n, (id, wasAdopted) => wasAdopted && adopted.push(id));
    expect(adopted).toEqual(expect.arrayContaining(ended.filter((id) => !isStaging(id))));
    expect((await warehouse.query('SELECT _raw_generation, COUNT(*) FROM crm.orders GROUP BY 1')).rows).toEqual([[last, ROWS]]);
    const ledger = await warehouse.query('SELECT raw_generation FROM ops.loads ORDER BY raw_generation');
    expect(ledger.rows.flat()).toEqual(Array.from({ length: last }, (_, index) => index + 1));
  }
});

function isStaging(id: string): boolean {
  return id.startsWith('stage_') || id.startsWith('ready_');
}

function newestApplied(ended: readonly string[]): number {
  return ended.filter((id) => id.startsWith('apply_')).length;
}
