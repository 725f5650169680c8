import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from '@jest/globals';

/** The folder that holds testdata/ and specs/, which are not part of the project. */
const FOLDER = process.env['CONFORMANCE_DATA'];

/** A test on data outside the project; where that is not there, it is reported as skipped, by name. */
export function conformanceTest(name: string, run: () => Promise<void>, timeoutMs?: number): void {
  const register = FOLDER === undefined ? test.skip : test;
  if (FOLDER === undefined) process.stdout.write(`skipped, because CONFORMANCE_DATA is not set: ${name}\n`);
  register(`${name} (needs CONFORMANCE_DATA)`, run, timeoutMs);
}

/** The bytes of a file below the conformance folder. */
export async function conformanceFile(path: string): Promise<Buffer> {
  if (FOLDER === undefined) throw new Error('CONFORMANCE_DATA is not set');
  return await readFile(join(FOLDER, path));
}
