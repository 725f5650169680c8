import { describe, expect, test } from '@jest/globals';
import { isEnded, jobId, runJob } from '../../../functions/load/jobs.ts';
import type { Ending, Fault } from '../../cloud/strict-bigquery.ts';
import { ledgerRow } from '../../contract/warehouse-lab.ts';
import { conformanceTest } from '../../support/conformance.ts';
import { notedRefusals } from '../../support/refusals.ts';
import { LOCATION, strictPlan, useStrictBigQuery, warehouseAt } from './bigquery-lab.ts';

/** What bigquery-emulator does not prove: it runs a repeated job again, forgets failures, and knows no location and no running job. */
const ROWS: Ending = { statistics: { load: { outputRows: '9007199254740991' } } };
const DONE = { state: 'done', result: { rows: 9007199254740991 } };
const plan = strictPlan();
/** How jobs.insert is refused, and whether that may go away. */
const REFUSALS = [
  { status: 400, reason: 'invalid', transient: false, told: 'invalid' },
  { status: 400, reason: 'invalidQuery', transient: false, told: 'invalid' },
  { status: 403, reason: 'accessDenied', transient: false, told: 'accessDenied' },
  { status: 403, reason: 'quotaExceeded', transient: true, told: 'quotaExceeded' },
  { status: 403, reason: 'rateLimitExceeded', transient: true, told: 'rateLimitExceeded' },
  { status: 404, reason: 'notFound', transient: false, told: 'notFound' },
  { status: 409, reason: 'duplicate', transient: true, told: 'duplicate' },
  { status: 503, reason: 'backendError', transient: true, told: 'backendError' },
] as const;

describe('jobs of BigQuery', () => {
  const lab = useStrictBigQuery();

  test('a load job carries the object, the schema and that nothing is guessed or forgiven', async () => {
    const { strict, warehouse } = lab();
    strict.endings.push(ROWS);
    expect(await warehouse.stage('stage_a_1', plan)).toEqual({ ...DONE, adopted: false });
    const insert = strict.calls.find(({ id }) => id === 'bigquery.jobs.insert');
    expect(insert?.body['jobReference']).toEqual({ projectId: 'local', jobId: 'stage_a_1', location: LOCATION });
    expect(strict.jobs.get('stage_a_1')).toEqual({
      labels: { step: 'stage' },
      load: {
        sourceUris: ['gs://clean/shop/orders/2026-11-20/a (1).json.7.1-x.ndjson'],
        sourceFormat: 'NEWLINE_DELIMITED_JSON',
        schema: {
          fields: [
            { name: 'id', type: 'STRING', mode: 'NULLABLE', description: '' },
            { name: 'v', type: 'STRING', mode: 'NULLABLE', description: '' },
            { name: '_row', type: 'INTEGER', mode: 'REQUIRED', description: '' },
            { name: 'money', type: 'NUMERIC', mode: 'NULLABLE', description: '', precision: '18', scale: '9' },
          ],
        },
        destinationTable: { projectId: 'local', datasetId: 'ops_stage', tableId: 'stage_a' },
        createDisposition: 'CREATE_IF_NEEDED',
        writeDisposition: 'WRITE_TRUNCATE',
        autodetect: false,
        ignoreUnknownValues: false,
        maxBadRecords: 0,
      },
    });
  });

  test('the tables of a stage dataset that had to be made go after a day', async () => {
    const { strict, warehouse } = lab();
    await warehouse.stage('stage_a_1', plan);
    const made = strict.calls.filter(({ id }) => id === 'bigquery.datasets.insert').map(({ body }) => body);
    expect(made).toEqual([{ datasetReference: { projectId: 'local', datasetId: 'ops_stage' }, location: LOCATION, defaultTableExpirationMs: '86400000' }]);
  });

  test.each([0, 3])('a job that is called again is adopted, having %i questions to go', async (questions) => {
    const { strict, warehouse } = lab();
    strict.endings.push({ ...ROWS, questions });
    const [first, second] = await Promise.all([warehouse.stage('stage_a_1', plan), warehouseAt(strict).stage('stage_a_1', plan)]);
    expect([first, second].map(({ adopted }) => adopted).sort()).toEqual([false, true]);
    expect(await warehouseAt(strict).stage('stage_a_1', plan)).toEqual({ ...DONE, adopted: true });
    expect([first, second]).toMatchObject([DONE, DONE]);
    expect(strict.jobs.size).toBe(1);
  });

  test('a job that another delivery starts in between is waited for and adopted', async () => {
    const { strict, warehouse } = lab();
    strict.datasets.add('ops_stage');
    strict.endings.push({ ...ROWS, questions: 2 });
    let other: Promise<unknown> | undefined;
    strict.meanwhile.set('jobs.get', () => {
      other = warehouseAt(strict).stage('stage_a_1', plan);
    });
    const outcome = await warehouse.stage('stage_a_1', plan);
    expect([outcome, await other]).toMatchObject([DONE, DONE]);
    expect(strict.jobs.size).toBe(1);
  });

  test.each<[Fault['kind'], Fault['when'], boolean]>([
    [503, 'before', false],
    [503, 'after', true],
    ['reset', 'before', false],
    ['reset', 'after', true],
    [408, 'before', false],
    [408, 'after', true],
    [{ status: 429, reason: 'rateLimitExceeded' }, 'before', false],
  ])('one job runs where jobs.insert fails with %j %s it took effect', async (kind, when, adopted) => {
    const { strict, warehouse } = lab();
    strict.endings.push({ ...ROWS, questions: 1 });
    strict.faults.push({ at: 'jobs.insert', kind, when });
    expect(await warehouse.stage('stage_a_1', plan)).toEqual({ ...DONE, adopted });
    expect(strict.jobs.size).toBe(1);
  });

  test.each<Fault['kind']>([503, 408, 'reset'])('waiting goes on where jobs.get fails with %j', async (kind) => {
    const { strict, warehouse } = lab();
    strict.endings.push({ ...ROWS, questions: 3 });
    strict.faults.push({ at: 'jobs.get', kind, when: 'after', times: 2 });
    expect(await warehouse.stage('stage_a_1', plan)).toEqual({ ...DONE, adopted: false });
  });

  conformanceTest('refusals are those of the notes on the API', async () => {
    expect(REFUSALS.map(({ status, reason }) => `${status} ${reason}`)).toEqual(await notedRefusals('BigQuery'));
  });

  test.each<[Fault['kind'], boolean, string]>([
    ...REFUSALS.map(({ status, reason, transient, told }): [Fault['kind'], boolean, string] => [{ status, reason }, transient, told]),
    [408, true, 'timeout'],
    ['reset', true, 'network'],
  ])('a job that is always refused with %j has transient=%j, and its id is free', async (kind, transient, reason) => {
    const { strict, warehouse } = lab();
    strict.faults.push({ at: 'jobs.insert', kind, when: 'before', times: 20 });
    expect(await warehouse.stage('stage_a_1', plan)).toMatchObject({ state: 'failed', transient, reason, adopted: false });
    strict.faults.length = 0;
    expect(await warehouse.stage('stage_a_1', plan)).toMatchObject({ state: 'done', adopted: false });
  });

  test.each<[string, string, boolean, string]>([
    ['invalid', 'bad', false, 'invalid'],
    ['invalidQuery', 'Unrecognized name', false, 'invalid'],
    ['notFound', 'Not found: URI gs://clean/x', false, 'notFound'],
    ['accessDenied', 'no', false, 'accessDenied'],
    ['responseTooLarge', 'no', false, 'responseTooLarge'],
    ['resourcesExceeded', 'too much memory', false, 'resourcesExceeded'],
    ['resourcesExceeded', 'Too many DML statements outstanding against table crm.orders', true, 'resourcesExceeded'],
    ['invalidQuery', 'Could not serialize access to table crm.orders due to concurrent update', true, 'invalid'],
    ['backendError', 'no', true, 'backendError'],
    ['internalError', 'no', true, 'internalError'],
    ['jobBackendError', 'no', true, 'jobBackendError'],
    ['jobInternalError', 'no', true, 'jobInternalError'],
    ['quotaExceeded', 'no', true, 'quotaExceeded'],
    ['rateLimitExceeded', 'no', true, 'rateLimitExceeded'],
    ['tableUnavailable', 'no', true, 'tableUnavailable'],
    ['timeout', 'no', true, 'timeout'],
    ['stopped', 'no', true, 'stopped'],
    ['newReason', 'no', true, 'newReason'],
  ])('a job that ends with %s (%s) has transient=%j, and keeps that failure', async (reason, message, transient, told) => {
    const { strict, warehouse } = lab();
    strict.endings.push({ error: { reason, message }, questions: 1 });
    const failure = { state: 'failed', transient, reason: told };
    expect(await warehouse.apply('apply_a_1', plan)).toMatchObject({ ...failure, adopted: false });
    expect(await warehouse.apply('apply_a_1', plan)).toMatchObject({ ...failure, adopted: true });
    expect(await warehouse.job('apply_a_1')).toMatchObject({ ...failure, adopted: true });
    expect(strict.jobs.size).toBe(1);
  });

  test('after a permanent failure no other attempt is made; after a transient one the next delivery makes the next', async () => {
    const { strict, warehouse } = lab();
    strict.endings.push({ error: { reason: 'invalid', message: 'bad' } }, { error: { reason: 'backendError', message: 'no' } }, ROWS);
    const deliver = (hash: string) => runJob('stage', hash, (id) => warehouse.stage(id, plan));
    for (const _ of [1, 2]) await expect(deliver('bad')).rejects.toMatchObject({ name: 'PermanentError', rule: 'stage_invalid' });
    await expect(deliver('good')).rejects.toMatchObject({ name: 'TransientError' });
    expect(await deliver('good')).toEqual({ rows: 9007199254740991 });
    expect([...strict.jobs.keys()]).toEqual([jobId('stage', 'bad', 1), jobId('stage', 'good', 1), jobId('stage', 'good', 2)]);
    expect([await isEnded(warehouse, 'stage', 'bad'), await isEnded(warehouse, 'stage', 'good'), await isEnded(warehouse, 'stage', 'none')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('a job is found in its location only', async () => {
    const { strict, warehouse } = lab();
    strict.endings.push({ ...ROWS, questions: 2 });
    await warehouse.stage('stage_a_1', plan);
    expect(await warehouse.job('stage_a_1')).toEqual({ ...DONE, adopted: true });
    expect(await warehouseAt(strict, 'US').job('stage_a_1')).toBeUndefined();
  });

  test('an id that BigQuery refuses as used and does not know either may be known later', async () => {
    const { strict, warehouse } = lab();
    strict.faults.push({ at: 'jobs.insert', kind: { status: 409, reason: 'duplicate' }, when: 'before' });
    expect(await warehouse.stage('stage_a_1', plan)).toMatchObject({ state: 'failed', transient: true, adopted: false });
  });

  test('no message of a load job has a value in it', async () => {
    const { strict, warehouse } = lab();
    const message =
      "Error while reading data, error message: JSON parsing error in row starting at position 0: Could not parse 'TIGER' as INT64 for field n (position 4)";
    strict.endings.push({ error: { reason: 'invalid', message } });
    const outcome = await warehouse.stage('stage_a_1', plan);
    expect(outcome).toMatchObject({ state: 'failed', message: 'BigQuery: Error while reading data, error message (field n)' });
  });

  test('the first owner keeps what it claims, though the result of the query is gone', async () => {
    const { strict, warehouse } = lab();
    const owner = "it's \u0000 😀";
    expect(await warehouse.claim('claim_a_1', owner)).toEqual({ state: 'done', result: owner, adopted: false });
    expect(await warehouse.claim('claim_a_1', 'other')).toEqual({ state: 'done', result: owner, adopted: true });
    expect(await warehouse.job('claim_a_1')).toEqual({ state: 'done', result: owner, adopted: true });
    expect(strict.calls.some(({ id }) => id === 'bigquery.jobs.getQueryResults')).toBe(false);
  });

  test('a ledger row is one job, however often its answer is lost', async () => {
    const { strict, warehouse } = lab();
    strict.faults.push({ at: 'jobs.insert', kind: 'reset', when: 'after' });
    const row = ledgerRow(plan, { message: "it's" });
    expect(await warehouse.record('record_a_loaded_1', row)).toEqual({ state: 'done', result: null, adopted: true });
    expect(await warehouse.record('record_a_loaded_1', row)).toEqual({ state: 'done', result: null, adopted: true });
    expect(strict.jobs.size).toBe(1);
  });

  test('what ready counted is the same for whoever asks', async () => {
    const { strict, warehouse } = lab();
    const fields = ['staged', 'ready', 'older', 'newer'].map((name) => ({ name, type: 'INTEGER' }));
    strict.endings.push({ questions: 1, fields, pages: [[['9', '8', '7', '6']]] });
    const result = { rows: 9, ready: 8, older: 7, newer: 6 };
    expect(await warehouse.ready('ready_a_1', plan)).toEqual({ state: 'done', result, adopted: false });
    expect(await warehouse.job('ready_a_1')).toEqual({ state: 'done', result, adopted: true });
  });

  test('a generation that is no number fails before anything is sent', async () => {
    const { strict, warehouse } = lab();
    const version = { ...plan.version, generation: '1 OR 1=1' };
    expect(await warehouse.apply('apply_a_1', { ...plan, version })).toMatchObject({ state: 'failed', transient: false, reason: 'invalid' });
    expect(strict.jobs.size).toBe(0);
  });
});
