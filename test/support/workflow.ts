import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A job of the workflow, as far as its lines tell. */
export interface Job {
  readonly name: string;
  readonly text: string;
  /** The commands of its steps, in order. */
  readonly runs: readonly string[];
}

const FILE = join(import.meta.dirname, '../../.github/workflows/ci.yml');

/** Reads the jobs of the workflow; it has one-line commands only, so lines are enough. */
export async function readJobs(): Promise<readonly Job[]> {
  const [, jobs = ''] = (await readFile(FILE, 'utf8')).split(/^jobs:\n/m);
  return jobs
    .split(/^(?= {2}\w+:$)/m)
    .filter((part) => /^ {2}\w+:/.test(part))
    .map((text) => ({
      name: /^ {2}(\w+):/.exec(text)?.[1] ?? '',
      text,
      runs: [...text.matchAll(/^ +(?:- )?run: (.*)$/gm)].map(([, run = '']) => run),
    }));
}
