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

/** Reads RFC 4180 text with a header line; for test data whose reading is not what is tested. */
export function csvRecords(text: string): Record<string, string>[] {
  const cells = [...text.matchAll(/(?:"((?:[^"]|"")*)"|([^,"\r\n]*))(,|\r?\n|$)/g)];
  const lines: string[][] = [[]];
  for (const [whole, quoted, plain, end] of cells) {
    if (whole === '') break;
    lines.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end !== ',') lines.push([]);
  }
  const [header = [], ...rows] = lines.filter((line) => line.length > 0);
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i] ?? ''])));
}
