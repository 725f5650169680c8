import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DATAFORM_DIR } from '../../../infra/curated/compile.ts';
import { publishModels } from '../../../infra/curated/deploy.ts';
import { googleApi } from '../../../infra/deploy/google-api.ts';
import { type StrictDataform, startStrictDataform } from './strict-dataform.ts';
import { sha, TOKEN } from './strict-google.ts';

let dataform: StrictDataform;
let dir: string;

beforeEach(async () => {
  dataform = await startStrictDataform();
  dir = await mkdtemp(join(tmpdir(), 'models-'));
});

afterEach(async () => {
  await dataform.close();
  await rm(dir, { recursive: true });
  expect(dataform.violations).toEqual([]);
});

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(dir, path)), { recursive: true });
  await writeFile(join(dir, path), text);
}

async function publish(folder = dir, token = TOKEN): Promise<void> {
  const api = googleApi({ token, project: 'my-project', pause: async () => undefined });
  await publishModels({ api, project: 'my-project', region: 'my-region1', dir: folder, version: 'abc1234', say: () => undefined, dataform: dataform.url });
}

function filesThere(): Record<string, string> {
  return Object.fromEntries([...(dataform.head?.files ?? [])].map(([path, contents]) => [path, Buffer.from(contents, 'base64').toString()]));
}

function commits(): number {
  return dataform.calls.filter(({ name }) => name === 'commit').length;
}

describe('publishing the models', () => {
  test('commits every file to an empty repository, compiles and releases it', async () => {
    await put('workflow_settings.yaml', 'dataformCoreVersion: 3.0.62\n');
    await put('definitions/marts/a.sqlx', 'SELECT 1 AS é\n');
    await put('node_modules/x/index.js', 'no');
    await put('.df-credentials.json', 'no');
    await publish();
    expect(filesThere()).toEqual({ 'workflow_settings.yaml': 'dataformCoreVersion: 3.0.62\n', 'definitions/marts/a.sqlx': 'SELECT 1 AS é\n' });
    expect(dataform.releaseConfig.releaseCompilationResult).toMatch(/\/compilationResults\/[0-9a-f]{8}$/);
  });

  test.each([[undefined], [{ status: 404, reason: 'NOT_FOUND' }]])('commits to a repository whose missing history is told by %j', async (noHistory) => {
    dataform.noHistory = noHistory;
    await put('definitions/a.sqlx', 'SELECT 1');
    await publish();
    expect(filesThere()).toEqual({ 'definitions/a.sqlx': 'SELECT 1' });
  });

  test('ends where the history is refused for another reason', async () => {
    dataform.noHistory = { status: 403, reason: 'PERMISSION_DENIED' };
    await put('definitions/a.sqlx', 'SELECT 1');
    await expect(publish()).rejects.toThrow('403 PERMISSION_DENIED');
    expect(commits()).toBe(0);
  });

  test('writes what differs, deletes what is gone, over all pages and folders', async () => {
    const files = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => [`definitions/marts/${name}.sqlx`, `SELECT '${name}'`] as const);
    for (const [path, text] of files) await put(path, text);
    await publish();
    await put('definitions/marts/b.sqlx', 'SELECT 2');
    await put('includes/new.js', 'module.exports = {};');
    await rm(join(dir, 'definitions/marts/g.sqlx'));
    await publish();
    const [, second] = dataform.calls.filter(({ name }) => name === 'commit');
    expect(Object.entries(second?.body['fileOperations'] ?? {}).map(([path, operation]) => [path, ...Object.keys(operation)])).toEqual([
      ['definitions/marts/b.sqlx', 'writeFile'],
      ['includes/new.js', 'writeFile'],
      ['definitions/marts/g.sqlx', 'deleteFile'],
    ]);
    expect(filesThere()).toMatchObject({ 'definitions/marts/b.sqlx': 'SELECT 2', 'definitions/marts/a.sqlx': "SELECT 'a'" });
  });

  test('commits nothing where nothing differs, and releases all the same', async () => {
    await put('definitions/a.sqlx', 'SELECT 1');
    await publish();
    delete dataform.releaseConfig.releaseCompilationResult;
    await publish();
    expect(commits()).toBe(1);
    expect(dataform.releaseConfig.releaseCompilationResult).toBeDefined();
  });

  test('does not write over what somebody else has committed meanwhile', async () => {
    await put('definitions/a.sqlx', 'SELECT 1');
    await publish();
    await put('definitions/a.sqlx', 'SELECT 2');
    dataform.intruder = () => {
      dataform.head = { sha: sha('theirs'), files: new Map([['theirs.sqlx', '']]) };
    };
    await expect(publish()).rejects.toThrow('the head is another commit');
    expect([...(dataform.head?.files.keys() ?? [])]).toEqual(['theirs.sqlx']);
  });

  test('leaves the release as it was where the models do not compile, and says where', async () => {
    await put('definitions/a.sqlx', 'SELECT 1');
    dataform.releaseConfig.releaseCompilationResult = 'the one before';
    dataform.compilationErrors = [{ path: 'definitions/a.sqlx', message: 'a ref to nothing' }];
    await expect(publish()).rejects.toThrow('definitions/a.sqlx: a ref to nothing');
    expect(dataform.releaseConfig.releaseCompilationResult).toBe('the one before');
  });

  test('tries again what may work later, and gives up what stays', async () => {
    await put('definitions/a.sqlx', 'SELECT 1');
    dataform.failing = { status: 503, times: 4 };
    await publish();
    expect(commits()).toBe(1);
    dataform.failing = { status: 429, times: 5 };
    await expect(publish()).rejects.toThrow('429 UNAVAILABLE');
  });

  test('does not try again what is refused', async () => {
    await expect(publish(dir, 'another')).rejects.toThrow('401 UNAUTHENTICATED');
    expect(dataform.calls).toEqual([]);
  });

  test('takes the models of this repository', async () => {
    await publish(DATAFORM_DIR);
    expect(Object.keys(filesThere())).toEqual(expect.arrayContaining(['workflow_settings.yaml', 'definitions/marts/dim_stores.sqlx', 'includes/expect.js']));
    await publish(DATAFORM_DIR);
    expect(commits()).toBe(1);
  });
});
