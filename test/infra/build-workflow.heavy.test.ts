import { execFile, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { readJobs } from '../support/workflow.ts';

jest.setTimeout(900_000);

/**
 * The commands of the workflow in a clean clone. Suites and checks are not run again here: .ci/run, of which this is a part, runs them. What speaks to Google Cloud
 * writes down that it was called. The packages are those that are here: `npm ci` has installed them.
 */
const ROOT = join(import.meta.dirname, '../..');
const RECORDER = `#!/usr/bin/env bash
echo "$(basename "$0") $*" >> "$RECORD"
`;
const NPM = `#!/usr/bin/env bash
set -e
echo "npm $*" >> "$RECORD"
case "$*" in
  test | "run test:"* | "run format:check" | "run lint" | "run typecheck" | "run chaos"* | "run infra:dead-letters"* | "run infra:dataform"* | "run pipeline"*) exit 0 ;;
  ci | "ci "*) ln -sfn "$PACKAGES" node_modules; exit 0 ;;
esac
PATH=\${PATH#*:} npm "$@"
`;

let dir: string;
const jobs = await readJobs();

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'clone-'));
  await promisify(execFile)('git', ['clone', '--quiet', '--no-hardlinks', ROOT, join(dir, 'repository')]);
  await mkdir(join(dir, 'bin'));
  for (const [tool, text] of [
    ['gcloud', RECORDER],
    ['terraform', RECORDER],
    ['npm', NPM],
  ] as const) {
    await writeFile(join(dir, 'bin', tool), text);
    await chmod(join(dir, 'bin', tool), 0o755);
  }
});

afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
});

/** As the runner does: bash, which ends at the first failure. */
async function run(command: string): Promise<{ code: number | null; output: string }> {
  const path = [join(dir, 'bin'), ...(process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))].join(delimiter);
  const env = {
    ...process.env,
    PATH: path,
    RECORD: join(dir, 'record'),
    PACKAGES: join(ROOT, 'node_modules'),
    PROJECT: 'my-project',
    TFVARS: 'sources_on = ["ezfocus"]',
    NODE_OPTIONS: '',
  };
  const child = spawn('bash', ['-eo', 'pipefail', '-c', command], { cwd: join(dir, 'repository'), env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  return await new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}

test.each(jobs.map(({ name, runs }) => [name, runs] as const))('the commands of the job %s work in a clean clone', async (_, runs) => {
  for (const command of runs) {
    const { code, output } = await run(command);
    expect({ command, code, output: code === 0 ? '' : output.slice(-3000) }).toEqual({ command, code: 0, output: '' });
  }
});

test('each script that they name is there, and production is deployed last', async () => {
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const calls = (await readFile(join(dir, 'record'), 'utf8')).split('\n');
  for (const [, script = ''] of calls.join('\n').matchAll(/^npm run ([\w:-]+)/gm)) expect(Object.keys(scripts)).toContain(script);
  const applied = calls.filter((call) => call.includes(' apply ')).map((call) => /-var=env=(\w+)/.exec(call)?.[1]);
  expect(applied).toEqual(['staging', 'prod']);
  expect(calls.filter((call) => call.startsWith('npm run pipeline')).length).toBe(2);
});
