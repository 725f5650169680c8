import type { Column, TableSpec } from './table.ts';

export interface TableRef {
  readonly dataset: string;
  readonly table: string;
}

/** The order of two raw objects of a stream: run time, then generation, then name. Never the time of arrival. */
export interface Version {
  /** RFC 3339, UTC, whole seconds. */
  readonly time: string;
  readonly generation: string;
  readonly rawObject: string;
}

/**
 * Within what a newer version replaces older rows: the whole table, the rows of its own raw object, nothing but the same
 * generation, or the rows that have the same values in some columns (a date, or the key of a merge).
 */
export type Scope = 'table' | 'object' | 'generation' | { readonly columns: readonly string[] };

/** Everything the warehouse needs to know to load one clean object; plain data, the same for every delivery of it. */
export interface LoadPlan {
  readonly source: string;
  readonly stream: string;
  readonly object: { readonly bucket: string; readonly name: string; readonly generation: string };
  readonly target: TableSpec;
  readonly stage: TableRef;
  readonly ready: TableRef;
  /** The columns of the clean rows. */
  readonly rowColumns: readonly Column[];
  /** Members of `_extra` that become columns of their own. */
  readonly spread: readonly { readonly column: string; readonly field: string }[];
  readonly scope: Scope;
  readonly key: readonly string[];
  readonly version: Version;
  /** RFC 3339, UTC: becomes `load_timestamp`. */
  readonly loadedAt: string;
}

export interface ReadyCounts {
  /** Rows in the clean object. */
  readonly rows: number;
  /** Rows left after the last ordinal of each key won. */
  readonly ready: number;
  /** Rows in scope that belong to older objects. */
  readonly older: number;
  /** Objects in scope that are newer and were loaded, or are duplicates (read in the ledger, so one without rows counts too), and not emptied since. */
  readonly newer: number;
}

/** How a job ended. `adopted`: an earlier delivery had started it, so its outcome is taken over. */
export type JobOutcome<Result> =
  | { readonly state: 'done'; readonly result: Result; readonly adopted: boolean }
  | { readonly state: 'failed'; readonly transient: boolean; readonly reason: string; readonly message: string; readonly adopted: boolean };

export type LoadOutcome = 'loaded' | 'duplicate' | 'superseded' | 'refused' | 'failed';

/** A stream whose table is emptied. */
export interface Emptying {
  readonly source: string;
  readonly stream: string;
  readonly table: TableRef;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly codeVersion: string;
}

/** One row of `ops.loads`: an end of the load of one clean object. */
export interface LedgerRow {
  readonly source: string;
  readonly stream: string;
  readonly raw_object: string;
  readonly raw_generation: string;
  readonly run_time: string;
  readonly clean_object: string;
  readonly outcome: LoadOutcome;
  readonly rule: string | null;
  readonly message: string | null;
  readonly accept: string | null;
  readonly rows: number;
  readonly duplicates: number;
  readonly loaded: number;
  readonly superseded: number;
  readonly ms: number;
  readonly code_version: string;
  readonly loaded_at: string;
}

export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Values as text, number, boolean or null; never a value that loses digits. */
  readonly rows: readonly (readonly (string | number | boolean | null)[])[];
}

/**
 * The port to the warehouse. A call that takes a job id runs at most once per id: called again with it, it waits for
 * that job and hands over its outcome. Each job is atomic.
 */
export interface Warehouse {
  columns(table: TableRef): Promise<readonly Column[] | undefined>;
  createTable(spec: TableSpec): Promise<void>;
  addColumns(table: TableRef, columns: readonly Column[]): Promise<void>;
  createView(view: TableRef, sql: string): Promise<void>;
  /** The statements, in this engine's SQL, that change a column's type and keep its values; nothing is run. */
  migration(table: TableRef, wanted: Column): readonly string[];
  /** The statement that gives a table another name, so that the next load makes its own; nothing is run. */
  setAside(table: TableRef): string;
  /** The statement after which a column may be null; nothing is run. */
  allowNull(table: TableRef, column: string): string;
  /** How a job ended; undefined where the id is unknown. Waits for one that is running. */
  job(jobId: string): Promise<JobOutcome<unknown> | undefined>;
  /** Puts the clean object into the stage table. */
  stage(jobId: string, plan: LoadPlan): Promise<JobOutcome<{ readonly rows: number }>>;
  /** The distinct names in the staged rows' `_extra`, sorted. */
  extraFields(plan: LoadPlan): Promise<readonly string[]>;
  /** Makes the ready table: one row per key, columns spread, `load_timestamp` added. */
  ready(jobId: string, plan: LoadPlan): Promise<JobOutcome<ReadyCounts>>;
  /** Replaces the older rows in scope by the ready rows, unless a same or newer object is there, or in the ledger; counts this object's rows in the target. */
  apply(jobId: string, plan: LoadPlan): Promise<JobOutcome<{ readonly loaded: number }>>;
  /**
   * Checks the invariant of the mode (one version per scope value, none older than a load in the ledger that had the scope for
   * itself); deletes what is not newest and says how many rows that were.
   */
  verifyAndRepair(plan: LoadPlan): Promise<number>;
  record(jobId: string, row: LedgerRow): Promise<JobOutcome<null>>;
  /** The first owner that claimed this id; every later claim is told of that one. */
  claim(jobId: string, owner: string): Promise<JobOutcome<string>>;
  /**
   * Takes away every row of a stream's table, where there is one; the ledger, which must be there, is told first: what the stream has
   * loaded until then is no longer newer than anything, and has not come to an end.
   */
  empty(emptying: Emptying): Promise<void>;
  /** Drops stage and ready table, whether they are there or not. */
  dropStage(plan: LoadPlan): Promise<void>;
  query(sql: string): Promise<QueryResult>;
  /** Runs a query and hands its rows over a page at a time, one page even where there is no row: memory holds one. What `take` throws is thrown. */
  scan(sql: string, take: (page: QueryResult) => Promise<void>): Promise<void>;
}
