import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { openWorkplace, until, type Workplace } from './command.ts';

jest.setTimeout(60_000);

/** What the host that was started last has printed. */
let said = '';
const syncUrl = () => /CRM sync: (http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1] ?? 'nowhere';
const NAME = 'ezfocus/inventory/2199-01-01/shelf.json';

describe('npm run dev', () => {
  let place: Workplace;
  let host: ChildProcess;
  beforeAll(async () => {
    place = await openWorkplace();
    host = await ready(place);
  });
  afterAll(() => place.remove());

  const generations = async () => (await place.rows("SELECT raw_object FROM ops.ledger WHERE outcome = 'loaded'")).length;
  const fileInRaw = () => join(place.dir, 'buckets/raw', NAME);

  test('runs commands of other processes, for those who can read its file only', async () => {
    expect(await place.run('extract', 'ezfocus/inventory')).toMatchObject({ code: 0, out: expect.stringMatching(/^loaded: .*20,000 rows/) });
    expect(await place.run('query', 'nonsense')).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^.*nonsense.*\n$/) });
    expect(await place.run('models', '--select', 'stg_ezfocus_accounts')).toMatchObject({ code: 0, out: expect.stringContaining('built') });
    expect(await place.run('dev')).toMatchObject({ code: 1, err: `npm run dev runs already (process ${host.pid})\n` });
    expect(await place.run('start', '--seed', '3')).toMatchObject({
      code: 2,
      err: expect.stringContaining('npm run dev has the folder open with seed 20261120'),
    });
    expect((await stat(join(place.dir, 'dev.json'))).mode & 0o777).toBe(0o600);
  });

  test('loads a file that is copied into the raw folder, and again when it is touched', async () => {
    const outside = join(place.dir, '../shelf.json');
    await writeFile(outside, JSON.stringify(Array(11_000).fill({ BRAND: 'Rideau', CURR_INV: 3 })));
    await mkdir(join(fileInRaw(), '..'), { recursive: true });
    await copyFile(outside, fileInRaw());
    await until(generations, (count) => count === 2);
    expect(await place.rows('SELECT COUNT(*) AS n, MAX(BRAND) AS brand FROM WM_SalesTeam.Store_Inventory')).toEqual([{ n: 11_000, brand: 'Rideau' }]);
    await utimes(fileInRaw(), new Date(), new Date());
    await until(generations, (count) => count === 3);
  });

  test('says what in the raw folder is no object', async () => {
    await writeFile(join(fileInRaw(), '../a~1.json'), '[]');
    await until(
      async () => said,
      (text) => /left out: raw\/ezfocus\/inventory\/2199-01-01\/a~1\.json: is no name/.test(text),
    );
    await rm(join(fileInRaw(), '../a~1.json'));
  });

  test("serves sync: the README's request, as printed, is delivered to every CRM", async () => {
    const readme = await readFile(join(import.meta.dirname, '../../../README.md'), 'utf8');
    const [command = ''] = /^KEY=[\s\S]*?\/crm\/sync\/contact$/m.exec(readme) ?? [];
    const here = command.replace('.local/', `${place.dir}/`).replace('http://127.0.0.1:<port>', syncUrl()).replace('curl ', 'curl --silent ');
    const { stdout } = await promisify(execFile)('bash', ['-eu', '-c', here]);
    const { data } = JSON.parse(stdout) as { data: { results: Record<string, { outcome: string }> } };
    expect(Object.values(data.results).map(({ outcome }) => outcome)).toEqual(Array(4).fill('delivered'));
  });

  test('a killed host leaves nothing that stops the next command', async () => {
    host.kill('SIGKILL');
    await once(host, 'exit');
    expect(await readFile(join(place.dir, 'dev.json'), 'utf8')).toContain(`"pid":${host.pid}`);
    expect(await generations()).toBe(3);
    await expect(stat(join(place.dir, 'dev.json'))).rejects.toThrow('ENOENT');
  });

  test('stops cleanly when it is asked to, and removes its file', async () => {
    const second = await ready(place);
    second.kill('SIGTERM');
    expect(await once(second, 'exit')).toEqual([0, null]);
    await expect(stat(join(place.dir, 'dev.json'))).rejects.toThrow('ENOENT');
  });
});

/** Starts the host and waits for its word. */
async function ready(place: Workplace): Promise<ChildProcess> {
  const host = place.begin('dev');
  host.stderr?.pipe(process.stderr);
  said = '';
  await new Promise<void>((resolve) => {
    host.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('Ready.')) resolve();
    });
  });
  return host;
}
