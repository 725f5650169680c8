import { execFile } from 'node:child_process';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { deployed } from '../../../infra/cli/deployed.ts';
import { verbs } from '../../../infra/cli/verbs.ts';
import { openWorkplace, type Workplace } from '../cli/command.ts';

jest.setTimeout(120_000);

const ROOT = join(import.meta.dirname, '../../..');
const FILE = join(ROOT, 'infra/README.md');
const text = await readFile(FILE, 'utf8');
/** Lines of the shell blocks, and commands in the tables. */
const shell = [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].flatMap(([, block = '']) => block.split('\n').map((line) => line.trim()));
const commands = shell
  .filter((line) => line.startsWith('npm run pipeline -- '))
  .map((line) => line.replace('npm run pipeline -- ', '').replace(/ --cloud$/, ''));
const STORE = { accnt_no: '1', accnt_name: 'Store', accnt_city: 'Ottawa', accnt_prov: 'ON', latitude: 45, longitude: -75 };

describe('infra/README.md', () => {
  let place: Workplace;

  beforeAll(async () => {
    place = await openWorkplace();
    for (const file of ['stores.json', 'accounts/raw/accounts_20251101_010003.json']) {
      const path = join(place.dir, '..', file);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, JSON.stringify([STORE]));
    }
    // What the night before has left: the table of accounts is not empty, so the example of one store comes first.
    expect(await place.call('drop', 'stores.json', '--as', 'ezfocus/accounts', '--date', '2026-11-19')).toMatchObject({ code: 0 });
  });

  afterAll(() => place.remove());

  test('has commands with a local form', () => {
    expect(commands.length).toBeGreaterThanOrEqual(14);
  });

  test.each(commands)('%s works on this machine, too', async (command) => {
    const { code, out, err } = await place.call(...words(command));
    expect({ command, code, out: out.slice(0, 500), err: err.slice(0, 500) }).toMatchObject({ code: 0 });
  });

  test('names verbs, streams and npm scripts that are there', async () => {
    const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    for (const [, script = ''] of text.matchAll(/npm run ([\w:-]+)/g)) expect(Object.keys(scripts)).toContain(script);
    for (const [, verb] of text.matchAll(/npm run pipeline -- ([a-z][\w-]*)/g)) expect(verbs.map(({ name }) => name)).toContain(verb);
    const ids = deployed.streams.map(({ id }) => id);
    for (const [, id] of text.matchAll(/(?:--as|--stream|rebuild|extract) (\w+\/\w+)/g)) expect(ids).toContain(id);
  });

  test('names a dry run that needs nothing', async () => {
    const line = shell.find((candidate) => candidate.startsWith('./deploy.sh --dry-run'));
    const { stdout } = await promisify(execFile)('bash', ['-c', String(line)], { cwd: ROOT, env: { PATH: '/usr/bin:/bin' } });
    expect(stdout.split('\n').filter((step) => step.startsWith('+ ')).length).toBeGreaterThan(10);
  });

  test('links to what is there', async () => {
    const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
    for (const [, target = ''] of text.matchAll(/\]\(([^)]+)\)/g)) {
      if (target.startsWith('#')) expect(headings).toContain(target.slice(1));
      else await access(join(dirname(FILE), target));
    }
  });
});

/** As a shell splits a line with double quotes. */
function words(command: string): readonly string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}
