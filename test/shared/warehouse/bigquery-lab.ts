import { afterEach, beforeEach, expect } from '@jest/globals';
import { bigQueryWarehouse } from '../../../shared/warehouse/bigquery.ts';
import type { LoadPlan, Warehouse } from '../../../shared/warehouse/warehouse.ts';
import { type StrictBigQuery, startStrictBigQuery } from '../../cloud/strict-bigquery.ts';
import { COLUMNS, column, tableSpec } from '../../contract/warehouse-lab.ts';

export interface StrictLab {
  readonly strict: StrictBigQuery;
  readonly warehouse: Warehouse;
}

export const LOCATION = 'northamerica-northeast1';
const ROW_COLUMNS = [...COLUMNS, column('_row', 'INT64', { mode: 'REQUIRED' }), column('money', 'NUMERIC', { precision: 18 })];

/** A strict BigQuery for each test, which must not have been sent anything that the API would not take. */
export function useStrictBigQuery(): () => StrictLab {
  let lab: StrictLab | undefined;
  beforeEach(async () => {
    const strict = await startStrictBigQuery(LOCATION);
    lab = { strict, warehouse: warehouseAt(strict) };
  });
  afterEach(async () => {
    await lab?.strict.close();
    expect(lab?.strict.violations).toEqual([]);
  });
  return () => {
    if (lab === undefined) throw new Error('the strict BigQuery did not start');
    return lab;
  };
}

export function warehouseAt(strict: StrictBigQuery, location = LOCATION): Warehouse {
  return bigQueryWarehouse({
    projectId: 'local',
    location,
    maximumBytesBilled: '123456789012',
    apiEndpoint: strict.url,
    pollDelayMs: () => 1,
    retryOptions: { maxRetryDelay: 0.001 },
  });
}

/** A plan like those of the function, for a warehouse that runs nothing. */
export function strictPlan(changes: Partial<LoadPlan> = {}): LoadPlan {
  return {
    source: 'shop',
    stream: 'orders',
    object: { bucket: 'clean', name: 'shop/orders/2026-11-20/a (1).json.7.1-x.ndjson', generation: '7' },
    target: tableSpec([...ROW_COLUMNS, column('load_timestamp', 'TIMESTAMP', { mode: 'REQUIRED' })], { dataset: 'crm', table: 'orders' }),
    stage: { dataset: 'ops_stage', table: 'stage_a' },
    ready: { dataset: 'ops_stage', table: 'ready_a' },
    rowColumns: ROW_COLUMNS,
    spread: [],
    scope: 'table',
    key: ['id'],
    version: { time: '2026-11-20T06:00:00Z', generation: '1', rawObject: 'shop/orders/2026-11-20/a.json' },
    loadedAt: '2026-11-21T07:08:09.500Z',
    ...changes,
  };
}
