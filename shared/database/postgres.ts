import pg from 'pg';
import { ConfigError } from '../errors.ts';
import { type Database, DatabaseError, type Query } from './database.ts';

export interface PostgresOptions {
  /** As `postgres://user:password@host:5432/database`. */
  readonly dsn: string;
  /** The Cloud SQL instance `project:region:name`, reached by the socket that the platform mounts; host and query of the DSN do not count then. */
  readonly instance?: string | undefined;
  /** How many connections; default 10. */
  readonly max?: number;
  /** How long one statement may take, in milliseconds; default 10 s. */
  readonly statementTimeoutMs?: number;
  /**
   * Whether a connection plans each statement once; default false. Not where connections share a session (PGlite, a pooler of transactions).
   * Measured: the server's share of a request of `sync` falls from 5.7 to 4.3 ms of a processor.
   */
  readonly prepared?: boolean;
}

const CONNECT_MS = 3_000;
const IDLE_MS = 30_000;
const STATEMENT_MS = 10_000;
const SILENCE_MS = 2_000;
const CONNECTIONS = 10;
const MAX_NAMES = 100;
const PORT = 5432;
/**
 * A kept plan outlives the small tables that it was made for. Measured: the statement that ends a request scanned two tables (2.3 ms after 600 requests,
 * and more with each). Every statement here finds its rows by a key, so that a scan is never right.
 */
const PLANS_THAT_LAST = 'SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off';

/** What a client of PostgreSQL is made of; throws a ConfigError where the DSN is none. */
export function connectionOptions({ dsn, instance }: Pick<PostgresOptions, 'dsn' | 'instance'>): pg.ClientConfig {
  // SQLAlchemy's ways to name a driver and to name no host, as settings of the replaced service may have them.
  const url = URL.parse(dsn.replace(/^(postgres(?:ql)?)\+\w+:/, '$1:').replace(/@(?=\/)/, '@localhost'));
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol)) throw new ConfigError(['DB_DSN is no address as postgres://user:password@host:5432/database']);
  const who = {
    user: decoded(url.username),
    password: decoded(url.password),
    database: decoded(url.pathname.slice(1)),
    application_name: 'crm-sync',
  };
  if (instance !== undefined) return { ...who, host: `/cloudsql/${instance}` };
  const socket = url.searchParams.get('host');
  const sslmode = url.searchParams.get('sslmode');
  return {
    ...who,
    host: socket ?? url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? PORT : Number(url.port),
    ...(sslmode === null || sslmode === 'disable' ? {} : { ssl: { rejectUnauthorized: sslmode.startsWith('verify') } }),
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ConfigError(['DB_DSN has a % in its user, password or database that encodes nothing: write it as %25']);
  }
}

/** A pool of connections to PostgreSQL; connects when it is first asked. */
export function postgres(options: PostgresOptions): Database {
  const { statementTimeoutMs = STATEMENT_MS } = options;
  const pool = new pg.Pool({
    ...connectionOptions(options),
    max: options.max ?? CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    idleTimeoutMillis: IDLE_MS,
    statement_timeout: statementTimeoutMs,
    // The server's own limit helps nobody whose server is gone without a word: what waits behind such a statement would wait for ever.
    query_timeout: statementTimeoutMs + SILENCE_MS,
    keepAlive: true,
    allowExitOnIdle: true,
    ...(options.prepared === true ? { onConnect: async (client: pg.ClientBase) => void (await client.query(PLANS_THAT_LAST)) } : {}),
  });
  // A connection that breaks while nobody uses it is replaced; without a listener it would end the process.
  pool.on('error', ignore);
  const names = options.prepared === true ? statementNames() : () => undefined;
  const query = queryOn(pool, names);
  return {
    query,
    async transaction(work) {
      const client = await connected(pool);
      let broken = true;
      try {
        const ask = queryOn(client, names);
        await ask('BEGIN');
        const result = await work(ask);
        await ask('COMMIT');
        broken = false;
        return result;
      } catch (error) {
        broken = await client.query('ROLLBACK').then(
          () => false,
          () => true,
        );
        throw error;
      } finally {
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}

async function connected(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    const client = await pool.connect();
    // What breaks while it is taken is told by the statement; without a listener it would end the process. Added once, however often it is taken.
    client.off('error', ignore).on('error', ignore);
    return client;
  } catch (error) {
    throw failure(error);
  }
}

function ignore(): void {}

type Names = (sql: string) => string | undefined;

/** A name for each text, so that the server knows it again; texts that are made up are no longer named when there are many. */
function statementNames(): Names {
  const names = new Map<string, string>();
  return (sql) => {
    const known = names.get(sql);
    if (known !== undefined || names.size >= MAX_NAMES) return known;
    const name = `s${names.size + 1}`;
    names.set(sql, name);
    return name;
  };
}

function queryOn(client: pg.Pool | pg.PoolClient, names: Names): Query {
  return async <Row>(sql: string, values: readonly unknown[] = []) => {
    try {
      return (await client.query({ text: sql, values: [...values], ...named(names(sql)) })).rows as Row[];
    } catch (error) {
      throw failure(error);
    }
  };
}

function named(name: string | undefined): { name?: string } {
  return name === undefined ? {} : { name };
}

/** PostgreSQL's own message may quote values: only its state is told. */
function failure(error: unknown): DatabaseError {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return new DatabaseError(`the database refused a statement or was not reached${code === undefined ? '' : ` (${code})`}`, code, error);
}
