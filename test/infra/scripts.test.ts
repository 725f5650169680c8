import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');
const VARS = join(ROOT, 'infra/terraform/declared.auto.tfvars.json');
/** Nobody listens there: whoever asks the database fails. */
const NO_DATABASE = 'postgres://crm:secret@127.0.0.1:1/crm';

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scripts-'));
});
afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
});

/** Runs a script of package.json as npm does, with what a person has typed behind `--`. */
async function run(script: string, words: readonly string[], cwd = ROOT): Promise<Ended> {
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const [, ...own] = String(scripts[script]).split(' ');
  const args = own.map((word) => (word.endsWith('.ts') ? join(ROOT, word) : word));
  return await new Promise((resolve) => {
    execFile(
      process.execPath,
      [...args, ...words],
      { cwd, timeout: 30_000, env: { PATH: process.env['PATH'], DB_DSN: NO_DATABASE, CRM_ENCRYPTION_KEY: 'x'.repeat(32) } },
      (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code), out, err });
      },
    );
  });
}

const STEPS = ['infra:vars', 'infra:dead-letters', 'infra:dataform'];
const SCRIPTS = ['migrate', 'rotate-keys', ...STEPS, 'build', 'bench', 'bench:sync', 'chaos', 'chaos:sync'];

describe('a script that is no verb', () => {
  test.each(SCRIPTS)('%s --help says what it does, and does nothing', async (script) => {
    const before = await readFile(VARS);
    const { code, out, err } = await run(script, ['--help']);
    expect({ code, help: `${out}${err}` }).toEqual({ code: 0, help: expect.stringContaining(`npm run ${script}`) });
    expect(await readFile(VARS)).toEqual(before);
  });

  test.each(SCRIPTS)('%s refuses an option that there is not in lines without a stack, and does nothing', async (script) => {
    const before = await readFile(VARS);
    const { code, out, err } = await run(script, ['--dry-runn']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`npm run ${script}`);
    expect(err).not.toMatch(/^ +at /m);
    expect(await readFile(VARS)).toEqual(before);
  });

  test.each([
    ['chaos', ['--seed', 'x']],
    ['chaos', ['--runs', '0']],
    ['chaos', ['words-without-sweep']],
    ['chaos:sync', ['--people', 'many']],
    ['chaos:sync', ['--failing', '30%']],
    ['bench:sync', ['--rate', '0']],
    ['bench', ['--rounds=some']],
    ['rotate-keys', ['now']],
    ['infra:vars', ['now']],
  ])('%s refuses %j', async (script, words) => {
    const { code, out, err } = await run(script, words);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).not.toMatch(/^ +at |NaN/m);
  });
});

describe('the build', () => {
  test.each(['folder of somebody', '.'])('takes no file away from a folder that is no package of its own: %s', async (name) => {
    const folder = join(dir, name);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'letters.txt'), 'mine');
    await writeFile(join(folder, 'package.json'), '{"name":"another"}');
    const { code, err } = await run('build', [name], dir);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(folder) });
    expect(await readdir(folder)).toEqual(expect.arrayContaining(['letters.txt', 'package.json']));
  });
});
