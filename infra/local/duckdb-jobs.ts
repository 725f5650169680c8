import type { DuckDBConnection } from '@duckdb/node-api';
import type { JobOutcome } from '../../shared/warehouse/warehouse.ts';
import { failureOf, isTransient } from './duckdb-failure.ts';

interface JobRow {
  readonly id: string;
  readonly kind: string;
  readonly state: 'done' | 'failed';
  readonly result: string | null;
  readonly reason: string | null;
  readonly message: string | null;
}

/** What is staged lies in memory, in a database of that name, and so do the jobs that made it: they are gone together when the process ends. */
const STAGE = 'ops_stage';

const JOBS = 'ops._jobs';
const STAGE_JOBS = `${STAGE}._jobs`;
const STAGE_KINDS: readonly string[] = ['stage', 'ready'];

export async function createJobTables(connection: DuckDBConnection): Promise<void> {
  // Measured for 1 M rows of 800 MB: staged in the file, packed and written twice more, they took 21 s of a processor; so they take 10.
  // A file of before has a schema of that name, which would make `ops_stage.table` ambiguous.
  await connection.run(`DROP SCHEMA IF EXISTS ${STAGE} CASCADE`);
  await connection.run(`ATTACH IF NOT EXISTS ':memory:' AS ${STAGE}`);
  await connection.run('CREATE SCHEMA IF NOT EXISTS ops');
  const columns = 'id VARCHAR PRIMARY KEY, kind VARCHAR NOT NULL, state VARCHAR NOT NULL, result JSON, reason VARCHAR, message VARCHAR';
  for (const jobs of [JOBS, STAGE_JOBS]) await connection.run(`CREATE TABLE IF NOT EXISTS ${jobs} (${columns})`);
}

/** Runs a job unless its id has ended before; the job and the row that says so commit together, or only the row of its failure. */
export async function runJob<Result>(
  connection: DuckDBConnection,
  job: { readonly id: string; readonly kind: string },
  work: () => Promise<Result>,
): Promise<JobOutcome<Result>> {
  const ended = await findJob<Result>(connection, job.id);
  if (ended !== undefined) return ended;
  try {
    const result = await transaction(connection, async () => {
      const done = await work();
      await insertJob(connection, { ...job, state: 'done', result: JSON.stringify(done), reason: null, message: null });
      return done;
    });
    return { state: 'done', result, adopted: false };
  } catch (error) {
    const failure = failureOf(error);
    await insertJob(connection, { ...job, state: 'failed', result: null, reason: failure.reason, message: failure.message });
    return { state: 'failed', ...failure, adopted: false };
  }
}

/** How the job ended; undefined where none of this id has. */
export async function findJob<Result>(connection: DuckDBConnection, id: string): Promise<JobOutcome<Result> | undefined> {
  const reader = await connection.runAndReadAll(`SELECT state, result, reason, message FROM (FROM ${JOBS} UNION ALL FROM ${STAGE_JOBS}) WHERE id = $1`, [id]);
  const [row] = reader.getRows();
  if (row === undefined) return undefined;
  const [state, result, reason, message] = row.map(String);
  if (state === 'done') return { state, result: JSON.parse(result ?? 'null') as Result, adopted: true };
  return { state: 'failed', transient: isTransient(reason ?? ''), reason: reason ?? '', message: message ?? '', adopted: true };
}

/** Commits all of the work or nothing. */
export async function transaction<Result>(connection: DuckDBConnection, work: () => Promise<Result>): Promise<Result> {
  await connection.run('BEGIN TRANSACTION');
  try {
    const result = await work();
    await connection.run('COMMIT');
    return result;
  } catch (error) {
    // A failed COMMIT has ended the transaction: then ROLLBACK has nothing to do and says so.
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function insertJob(connection: DuckDBConnection, row: JobRow): Promise<void> {
  await connection.run(`INSERT INTO ${STAGE_KINDS.includes(row.kind) ? STAGE_JOBS : JOBS} VALUES ($1, $2, $3, $4, $5, $6)`, [
    row.id,
    row.kind,
    row.state,
    row.result,
    row.reason,
    row.message,
  ]);
}
