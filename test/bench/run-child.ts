import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs a script in a process of its own and reads what it prints last, one JSON value. */
export async function runChild<Sample>(script: string, args: readonly string[], nodeOptions: readonly string[]): Promise<Sample> {
  const { stdout } = await run(process.execPath, [...nodeOptions, script, ...args]);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
}
