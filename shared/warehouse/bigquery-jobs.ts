import { randomUUID } from 'node:crypto';
import { PermanentError, TransientError } from '../errors.ts';
import type { Connection } from './bigquery-client.ts';
import { type Failure, failureOf, loadFailure, protoFailure, statusOf, thrown } from './bigquery-failure.ts';
import type { Field, Job, JobConfiguration, ResultPage } from './bigquery-resources.ts';
import { cell, typeName } from './bigquery-values.ts';
import type { JobOutcome, QueryResult } from './warehouse.ts';

export interface NewJob<Result> {
  readonly id: string;
  /** What the job is to do; asked only where no job of this id is known. */
  configuration(): JobConfiguration | Promise<JobConfiguration>;
  /** What a job that ended well has to tell; the same for whoever asks. */
  result(job: Job): Promise<Result>;
}

/** Runs a job unless its id is known already; whoever has started it, its end is waited for and handed over. */
export async function runJob<Result>(connection: Connection, { id, configuration, result }: NewJob<Result>): Promise<JobOutcome<Result>> {
  let adopted = true;
  try {
    let job = await getJob(connection, id);
    if (job === undefined) {
      const inserted = await insertJob(connection, id, await configuration());
      adopted = inserted === undefined;
      // A lost answer, or another delivery at the same moment.
      job = inserted ?? (await usedJob(connection, id));
    }
    return await outcomeOf(connection, job, adopted, result);
  } catch (error) {
    return { state: 'failed', ...failureOf(error), adopted: false };
  }
}

/** How a job ended; undefined where the id is unknown. */
export async function findJob<Result>(connection: Connection, id: string, result: NewJob<Result>['result']): Promise<JobOutcome<Result> | undefined> {
  const job = await getJob(connection, id);
  return job === undefined ? undefined : await outcomeOf(connection, job, true, result);
}

/** Runs statements that nobody has to find again; a failure is thrown. */
export async function runStatements(connection: Connection, query: string): Promise<Job> {
  const id = randomUUID();
  const inserted = await insertJob(connection, id, queryConfiguration(connection, 'statement', query));
  const job = await ended(connection, inserted ?? (await usedJob(connection, id)));
  const failure = failureIn(job);
  if (failure === undefined) return job;
  throw thrown({ errors: [job.status?.errorResult], message: failure.message });
}

/** What a query would do: its kind and its mistakes, without running it. */
export async function dryRun(connection: Connection, query: string): Promise<Job> {
  const { projectId, location } = connection;
  const body: Job = { jobReference: { projectId, location }, configuration: { dryRun: true, query: { query, useLegacySql: false } } };
  return await connection.ask({ method: 'POST', path: 'jobs', body });
}

/** Every query, of a load too, is refused where it would read more than the limit. */
export function queryConfiguration({ maximumBytesBilled }: Connection, step: string, query: string): JobConfiguration {
  return { labels: { step }, query: { query, useLegacySql: false, maximumBytesBilled } };
}

/** The rows of a query, or of the last SELECT of a script. */
export async function readRows(connection: Connection, job: Job): Promise<QueryResult> {
  const rows: QueryResult['rows'][number][] = [];
  let columns: QueryResult['columns'] = [];
  await scanRows(connection, job, async (page) => {
    columns = page.columns;
    for (const row of page.rows) rows.push(row);
  });
  return { columns, rows };
}

/** Hands them over a page at a time, as BigQuery does. */
export async function scanRows(connection: Connection, job: Job, take: (page: QueryResult) => Promise<void>): Promise<void> {
  const { jobId = '', location = connection.location } = job.jobReference ?? {};
  let fields: readonly Field[] = [];
  let pageToken: string | undefined;
  let asked = 0;
  for (let isOver = false; !isOver; ) {
    const query = { location, 'formatOptions.useInt64Timestamp': true, ...(pageToken === undefined ? {} : { pageToken }) };
    const page: ResultPage = await connection.ask<ResultPage>({ method: 'GET', path: `queries/${jobId}`, query });
    if (page.jobComplete === false) {
      asked += 1;
      await connection.pause(asked);
      continue;
    }
    fields = page.schema?.fields ?? fields;
    const columns = fields.map((field) => ({ name: field.name ?? '', type: typeName(field) }));
    await take({ columns, rows: (page.rows ?? []).map((row) => fields.map((field, index) => cell(field, row.f?.[index]?.v))) });
    pageToken = page.pageToken;
    isOver = pageToken === undefined;
  }
}

/** The first row of a query as numbers by name. */
export async function readNumbers(connection: Connection, job: Job): Promise<Readonly<Record<string, number>>> {
  const { columns, rows } = await readRows(connection, job);
  return Object.fromEntries(columns.map(({ name }, index) => [name, Number(rows[0]?.[index] ?? 0)]));
}

async function outcomeOf<Result>(connection: Connection, started: Job, adopted: boolean, result: NewJob<Result>['result']): Promise<JobOutcome<Result>> {
  const job = await ended(connection, started);
  const failure = failureIn(job);
  return failure === undefined ? { state: 'done', result: await result(job), adopted } : { state: 'failed', ...failure, adopted };
}

/** Undefined where the id has been used: by an earlier delivery, or by this request itself when its first answer was lost. */
async function insertJob(connection: Connection, jobId: string, configuration: JobConfiguration): Promise<Job | undefined> {
  const { projectId, location } = connection;
  const body: Job = { jobReference: { projectId, jobId, location }, configuration };
  try {
    return await connection.ask<Job>({ method: 'POST', path: 'jobs', body });
  } catch (error) {
    if (statusOf(error) === 409) return undefined;
    throw error;
  }
}

async function knownJob(connection: Connection, jobId: string): Promise<Job> {
  const { location } = connection;
  return await connection.ask({ method: 'GET', path: `jobs/${jobId}`, query: { location } });
}

/** The job whose id was refused as used; it may take a moment until it can be found. */
async function usedJob(connection: Connection, jobId: string): Promise<Job> {
  const job = await getJob(connection, jobId);
  if (job === undefined) throw new TransientError('duplicate', `BigQuery has used the job id ${jobId} and does not find the job in ${connection.location}`);
  return job;
}

async function getJob(connection: Connection, jobId: string): Promise<Job | undefined> {
  try {
    return await knownJob(connection, jobId);
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** The function's own time limit ends the waiting; the next delivery goes on with it. */
async function ended(connection: Connection, started: Job): Promise<Job> {
  let job = started;
  for (let asked = 1; job.status?.state !== 'DONE'; asked += 1) {
    await connection.pause(asked);
    const { jobId } = job.jobReference ?? {};
    if (jobId === undefined) throw new PermanentError('invalid', 'BigQuery: a job without an id');
    job = await knownJob(connection, jobId);
  }
  return job;
}

/** DONE does not mean that it went well. */
function failureIn({ status, configuration }: Job): Failure | undefined {
  if (status?.errorResult === undefined || status.errorResult === null) return undefined;
  return configuration?.load === undefined ? protoFailure(status.errorResult) : loadFailure(status);
}
