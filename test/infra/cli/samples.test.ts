import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { deployed } from '../../../infra/cli/deployed.ts';
import { playedSources } from '../../../infra/cli/origins.ts';
import { hasSamples } from '../../../infra/cli/samples.ts';
import { openFolderStore } from '../../../infra/local/folder-store.ts';
import { createObject, type ObjectStore } from '../../../shared/object-store/object-store.ts';

const SUPABASE = { SUPABASE_URL: 'https://shop.example.com', SUPABASE_KEY: 'k' };
const RUN = 'supabase/sales/2026-11-29/20261129T060000Z-0a1b2c3d.json';

let dir: string;
let raw: ObjectStore;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'samples-'));
  raw = await openFolderStore({ dir, bucket: 'raw', now: () => new Date() });
});
afterEach(() => rm(dir, { recursive: true }));

const has = (env: Readonly<Record<string, string>> = {}) => hasSamples(raw, deployed, playedSources(env, deployed));

describe('made-up data', () => {
  test('is not there where nothing is, or only what a person has dropped', async () => {
    expect(await has()).toBe(false);
    await createObject(raw, 'supabase/sales/2026-11-29/mine.json', '[]');
    await createObject(raw, 'crm_csv/orders/2026-11-29/mine.csv', 'a\n');
    expect(await has()).toBe(false);
  });

  test('is there with a file that npm start has dropped', async () => {
    await createObject(raw, 'crm_csv/orders/2021-02-01/sample.csv', 'a\n');
    expect(await has(SUPABASE)).toBe(true);
  });

  test('is there with an answer of a source that has no settings, and not of one that has', async () => {
    await createObject(raw, RUN, '[]');
    expect(await has()).toBe(true);
    expect(await has(SUPABASE)).toBe(false);
  });
});
