import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs one of the scripts in `children/` in a process of its own and reads what it prints at its end, one JSON value. */
export async function runChild(script: string, args: readonly string[], nodeOptions: readonly string[]): Promise<unknown> {
  const { stdout } = await run(process.execPath, [...nodeOptions, join(import.meta.dirname, 'children', `${script}.ts`), ...args]);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
}
