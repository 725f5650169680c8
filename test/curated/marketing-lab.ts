import type { Graph } from '../../infra/curated/graph.ts';
import type { Step } from '../../infra/curated/model-runs.ts';
import { prepareSources } from '../../infra/curated/prepare.ts';
import { runModels } from '../../infra/curated/run.ts';
import { streams } from '../../shared/streams/index.ts';
import { openTemporary } from '../infra/local/duckdb-temporary.ts';
import { troubles } from './models-lab.ts';

/** A warehouse of its own with the empty tables of every source, and the models of this repository. */
export interface MarketingLab {
  run(sql: string): Promise<void>;
  /** The rows of a query as lines of text. */
  lines(sql: string): Promise<readonly string[]>;
  /** Builds what is selected, `+fct_orders` where nothing is, without its tests; throws where something cannot be built. */
  build(options?: { readonly fullRefresh?: boolean; readonly names?: readonly string[] }): Promise<readonly Step[]>;
  /** Takes every row out of the sources of the marketing side, and the orders that were built from them. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

export interface SampleOrder {
  readonly id: string;
  readonly date: string;
  readonly amount: number;
  readonly contact?: string;
  readonly campaign?: string;
  readonly transaction?: string;
  readonly currency?: string;
}

const ORIGIN = '_extracted_at, load_timestamp, _raw_object, _raw_generation, _row';
const SOURCES = ['crm_csv.contacts', 'crm_csv.campaigns', 'crm_csv.orders', 'reference.fx_rates', 'ga4.transactions', 'meta_ads.insights'];

export async function openMarketingLab(graph: Graph): Promise<MarketingLab> {
  const { warehouse, close } = await openTemporary();
  await prepareSources(warehouse, streams);
  let runs = 0;
  return {
    run: (sql) => warehouse.session((session) => session.run(sql)),
    async lines(sql) {
      const { rows } = await warehouse.session((session) => session.query(sql));
      return rows.map((row) => row.join(' '));
    },
    async build({ fullRefresh = false, names = ['+fct_orders'] } = {}) {
      runs += 1;
      const identity = { runId: `run ${runs}`, codeVersion: 'test', startedAt: '2021-02-01T06:00:00.000Z' };
      const selection = { names, tags: ['staging', 'marts', 'metrics', 'audits'] };
      const options = { what: 'run', selection, fullRefresh, ...identity, clock: () => 0, onStep: () => undefined } as const;
      const steps = await warehouse.session((session) => runModels(session, graph, options));
      if (troubles(steps).length > 0) throw new Error(steps.map(({ name, message }) => `${name}: ${message}`).join('; '));
      return steps;
    },
    empty: () =>
      warehouse.session((session) => session.run([...SOURCES.map((table) => `DELETE FROM ${table}`), 'DROP TABLE IF EXISTS marts.fct_orders'].join(';'))),
    close,
  };
}

/** Puts an order where the exports' orders are, as an export of that day would. */
export function orderSql({ id, date, amount, contact, campaign, transaction, currency = 'GBP' }: SampleOrder, extracted: string): string {
  return `INSERT INTO crm_csv.orders (order_id, contact_id, campaign_id, transaction_id, order_date, amount, currency, ${ORIGIN})
    VALUES ('${id}', ${text(contact)}, ${text(campaign)}, ${text(transaction)}, '${date}', ${amount}, '${currency}', ${origin(extracted)})`;
}

export function contactSql(id: string, country: string | undefined, extracted: string): string {
  return `INSERT INTO crm_csv.contacts (contact_id, country, ${ORIGIN}) VALUES ('${id}', ${text(country)}, ${origin(extracted)})`;
}

export function campaignSql(id: string, channel: string, extracted: string): string {
  return `INSERT INTO crm_csv.campaigns (campaign_id, channel, ${ORIGIN}) VALUES ('${id}', '${channel}', ${origin(extracted)})`;
}

export function rateSql(day: string, from: string, to: string, rate: number): string {
  return `INSERT INTO reference.fx_rates (rate_date, currency, reporting_currency, rate, ${ORIGIN}) VALUES ('${day}', '${from}', '${to}', ${rate}, ${origin(day)})`;
}

/** A transaction that the web analytics saw. */
export function seenSql(transaction: string, date: string): string {
  return `INSERT INTO ga4.transactions (transaction_id, event_date, ${ORIGIN}) VALUES ('${transaction}', '${date}', ${origin(date)})`;
}

/** A day of a campaign's ads. */
export function adDaySql(campaign: string, date: string): string {
  return `INSERT INTO meta_ads.insights (campaign_id, date, ${ORIGIN}) VALUES ('${campaign}', '${date}', ${origin(date)})`;
}

/** What every row carries; it was loaded at once. */
function origin(extracted: string): string {
  return `'${extracted}', '${extracted}', 'r', 1, 1`;
}

function text(value: string | undefined): string {
  return value === undefined ? 'NULL' : `'${value}'`;
}
