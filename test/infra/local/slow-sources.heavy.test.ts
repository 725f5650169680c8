import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type LocalHost, startHost } from '../../../infra/local/host.ts';
import { type EzFocusStandIn, startEzFocus } from '../../../infra/local/stand-ins/ezfocus.ts';
import { type SupabaseFailure, type SupabaseStandIn, startSupabase } from '../../../infra/local/stand-ins/supabase.ts';
import type { Delivered } from '../../../infra/local/delivery.ts';
import { createObject } from '../../../shared/object-store/object-store.ts';
import { streams } from '../../../shared/streams/index.ts';
import { ezFocusSettings } from '../../support/ezfocus.ts';
import { supabaseSettings } from '../../support/supabase.ts';

let dir: string;
let ezfocus: EzFocusStandIn;
let supabase: SupabaseStandIn;
let host: LocalHost;
/** Resolves when a stream's rows are in its table. */
let loaded: (stream: string) => Promise<void>;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'slow-'));
  ezfocus = await startEzFocus({ accounts: 5, callReports: 5, inventory: 5 });
  supabase = await startSupabase({ customers: 5, products: 5, sales: 5, support_tickets: 5 });
  const waiting = new Map<string, () => void>();
  const done = new Set<string>();
  loaded = (stream) =>
    new Promise((resolve) => {
      if (done.has(stream)) resolve();
      else waiting.set(stream, resolve);
    });
  host = await startHost({
    dir,
    streams,
    sources: new Map([...ezFocusSettings(ezfocus), ...supabaseSettings(supabase)]),
    log: () => {},
    now: () => new Date(),
    codeVersion: 'test',
    settleMs: 0,
    durable: false,
    http: { tries: 1 },
    onDelivered({ function: name, answer }: Delivered) {
      for (const { stream } of name === 'load' ? answer.runs : []) {
        done.add(stream ?? '');
        waiting.get(stream ?? '')?.();
      }
    },
  });
});
afterEach(async () => {
  // First the sources, which sets free whoever waits for them.
  await Promise.all([ezfocus.stop(), supabase.stop()]);
  await host.stop();
  await rm(dir, { recursive: true, force: true });
});

async function publish(source: string): Promise<void> {
  await host.topic.publish({ source });
  host.delivery.kick();
}

async function rowsOf(table: string): Promise<unknown> {
  return (await host.warehouse.query(`SELECT COUNT(*) FROM ${table}`)).rows[0]?.[0];
}

describe('a source that', () => {
  test.each<[string, SupabaseFailure]>([
    ['says nothing', { kind: 'hang' }],
    ['stops in the middle', { kind: 'stall' }],
    ['goes on and on, slowly', { kind: 'trickle', everyMs: 3_600_000 }],
    ['is down', { kind: 'status', status: 503 }],
    ['refuses', { kind: 'status', status: 401 }],
  ])('%s does not stop another', async (_what, failure) => {
    for (const table of ['customers', 'products', 'sales', 'support_tickets']) supabase.fail(table, failure);
    const asked = supabase.nextRequest();
    await publish('supabase');
    await asked;
    await publish('ezfocus');
    await Promise.all(['ezfocus/accounts', 'ezfocus/call_reports', 'ezfocus/inventory'].map(loaded));
    expect(await rowsOf('WM_SalesTeam.Accounts_List')).toBe(5);
  });
});

test('sources that say nothing, all of them, do not stop a file that is dropped', async () => {
  supabase.fail('customers', { kind: 'hang' });
  ezfocus.fail('accounts', { kind: 'hang' });
  const asked = [supabase.nextRequest(), ezfocus.nextRequest()];
  for (const source of ['supabase', 'ezfocus', 'supabase']) await publish(source);
  await Promise.all(asked);
  await createObject(host.raw, 'crm_csv/products/2026-11-20/products.csv', 'product_id,product_name,brand,category\n1,Lamp,Ember,Other\n');
  host.delivery.kick();
  await loaded('crm_csv/products');
  expect(await rowsOf('crm_csv.products')).toBe(1);
});
