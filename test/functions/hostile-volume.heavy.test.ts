import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { KEPT_BYTES } from '../../shared/json/elements.ts';
import type { HostileResult } from './hostile-objects.ts';

/** HOSTILE_BYTES=5000000000 runs the same on 5 GB each. */
const BYTES = Number(process.env['HOSTILE_BYTES'] ?? 240_000_000);
/** The function has 512 MiB, of which Node gives the half to the heap. */
const PEAK_MIB = 450;
const NODE_OPTIONS = ['--max-old-space-size=256'];
const MAX_STORED_REJECTS = 10_000;
const TIMEOUT_MS = 60_000 + BYTES / 1_000;

/** Runs transform on a generated object in a process of its own. */
async function runInChild(kind: string, bytes: number, peakMiB = PEAK_MIB): Promise<HostileResult> {
  const dir = await mkdtemp(join(tmpdir(), 'hostile-'));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [...NODE_OPTIONS, join(import.meta.dirname, 'hostile-child.ts'), dir, kind, String(bytes)]);
    const result: HostileResult = JSON.parse(stdout);
    const rejects = `${result.rejects.count} rejects stored in ${result.objects['pipeline/rejects'] ?? 0} bytes`;
    process.stdout.write(`${bytes} bytes of ${kind}: ${result.ms} ms, VmHWM ${result.peakMiB} MiB, ${rejects}\n`);
    expect(result.peakMiB ?? 0).toBeLessThan(peakMiB);
    return result;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

describe('memory and objects are bounded', () => {
  test.each(['records that break the contract', 'records that are no UTF-8', 'arrays for records', 'lines that are no JSON'])(
    'when there is nothing but %s',
    async (kind) => {
      const { status, run, objects, rejects, notices } = await runInChild(kind, BYTES);
      expect(status).toBe(200);
      expect(run).toMatchObject({ outcome: 'refused', rejects: run.records - run.rows });
      expect(run.rows).toBeLessThanOrEqual(1);
      expect(run.rejects).toBeGreaterThan(MAX_STORED_REJECTS);
      expect(rejects.count).toBe(MAX_STORED_REJECTS);
      expect(rejects.longest).toBeLessThanOrEqual(KEPT_BYTES);
      expect(Object.keys(objects).sort()).toEqual(['pipeline/rejects', 'pipeline/runs']);
      expect(objects['pipeline/runs']).toBeLessThan(2_000);
      expect(notices).toBe(1);
    },
    TIMEOUT_MS,
  );

  test(
    'when the records that are no UTF-8 are kept with 64 KiB each',
    async () => {
      const { rejects } = await runInChild('records that are no UTF-8', 22_000_000);
      expect(rejects.longest).toBeGreaterThan(KEPT_BYTES - 3);
    },
    TIMEOUT_MS,
  );

  test.each([
    ['a record between two others', 100_000_000, 2, 1, 230],
    ['a line between two others', 100_000_000, 2, 1, 230],
    ['a root that is no array', 100_000_000, 0, 0, 230],
    ['a record of numbers that keep their text', 15_000_000, 1, 1, 230],
    ['names that are all different and long', 250_000_000, 251, 0, 300],
    ['records of nothing', 6_000_000, 2_097_151, 0, 230],
  ])(
    'when there is %s',
    async (kind, bytes, rows, rejects, peakMiB) => {
      const result = await runInChild(kind, bytes, peakMiB);
      expect(result.run).toMatchObject({ rows, rejects });
      expect(result.objects['pipeline/runs']).toBeLessThan(200_000);
    },
    TIMEOUT_MS,
  );
});
