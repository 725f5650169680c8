import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { startEzFocus } from '../../infra/local/stand-ins/ezfocus.ts';
import { createObject } from '../../shared/object-store/object-store.ts';
import { streams } from '../../shared/streams/index.ts';
import { ezFocusSettings } from '../support/ezfocus.ts';
import { type CloudChain, openCloudChain } from './cloud-chain.ts';

/** The BigQuery emulator takes about a second for a statement. */
const MINUTES = 60_000;

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function standInChain() {
  const standIn = await startEzFocus({ seed: 7, accounts: 40, callReports: 30, inventory: 50 });
  opened.push({ close: () => standIn.stop() });
  const dir = await mkdtemp(join(tmpdir(), 'cloud-chain-'));
  opened.push({ close: () => rm(dir, { recursive: true }) });
  const chain = await openCloudChain({ dir, streams, sources: ezFocusSettings(standIn), http: { firstDelayMs: 0 } });
  opened.push(chain);
  return { standIn, chain, dir };
}

test(
  'takes published messages to rows on the cloud clients, and loads nothing twice when every event comes again',
  async () => {
    const { standIn, chain, dir } = await standInChain();
    for (const stream of ['accounts', 'inventory']) await chain.request({ source: 'ezfocus', stream });
    await chain.deliver(join(dir, 'first.jsonl'));
    expect(await ledgerOf(chain)).toEqual({
      accounts: { records: standIn.served.accounts, conserved: true, outcome: 'loaded' },
      inventory: { records: standIn.served.inventory, conserved: true, outcome: 'loaded' },
    });
    const loaded = await countsOf(chain, ['Accounts_List', 'Store_Inventory']);
    expect(loaded.every((count) => count > 0)).toBe(true);
    // A journal of its own: every event is delivered again, with another id.
    await chain.deliver(join(dir, 'second.jsonl'));
    expect(await countsOf(chain, ['Accounts_List', 'Store_Inventory'])).toEqual(loaded);
    expect(standIn.requests.filter(({ status }) => status === 200)).toHaveLength(2);
  },
  5 * MINUTES,
);

test.failing(
  'adds the columns of call reports (gap: tables.patch of bigquery-emulator 0.8.1 changes the resource, not the table that statements see)',
  async () => {
    const { standIn, chain, dir } = await standInChain();
    await chain.request({ source: 'ezfocus', stream: 'call_reports' });
    await chain.deliver(join(dir, 'journal.jsonl'));
    expect(await countsOf(chain, ['Call_Reports'])).toEqual([standIn.served.callReports]);
  },
  2 * MINUTES,
);

test(
  'publishes a notice when an object cannot be read',
  async () => {
    const { chain, dir } = await standInChain();
    const name = 'ezfocus/accounts/2026-11-20/broken.json';
    const object = await createObject(chain.raw, name, '[{"accnt_no": ');
    await chain.deliver(join(dir, 'journal.jsonl'));
    expect(await chain.nextNotice()).toMatchObject({ function: 'transform', class: 'permanent', state: 'final', object: name, generation: object?.generation });
  },
  2 * MINUTES,
);

async function ledgerOf(chain: CloudChain): Promise<Record<string, unknown>> {
  const sql = `SELECT stream, records, conserved, outcome FROM ops.ledger WHERE raw_object LIKE 'ezfocus/%' AND stream != 'call_reports'`;
  const { columns, rows } = await chain.warehouse.query(sql);
  const named = rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index]])));
  return Object.fromEntries(named.map(({ stream, records, conserved, outcome }) => [stream, { records: Number(records), conserved, outcome }]));
}

async function countsOf(chain: CloudChain, tables: readonly string[]): Promise<readonly number[]> {
  const counts: number[] = [];
  for (const table of tables) counts.push(Number((await chain.warehouse.query(`SELECT COUNT(*) FROM WM_SalesTeam.${table}`)).rows[0]?.[0]));
  return counts;
}
