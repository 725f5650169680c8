import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { pgcrypto } from '@electric-sql/pglite/contrib/pgcrypto';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

/** Statements of several connections wait for one another. */
const CONNECTIONS = 8;

/** PostgreSQL in this process, behind its wire protocol: the same client talks to it. It is one session: use one connection. */
export interface EmbeddedPostgres {
  readonly dsn: string;
  stop(): Promise<void>;
}

/** Starts it on a folder, or in memory where none is given. */
export async function startPglite(dir?: string): Promise<EmbeddedPostgres> {
  if (dir !== undefined) await mkdir(dirname(dir), { recursive: true });
  const db = await PGlite.create({ ...(dir === undefined ? {} : { dataDir: dir }), extensions: { pgcrypto } });
  const server = new PGLiteSocketServer({ db, port: 0, host: '127.0.0.1', maxConnections: CONNECTIONS });
  await server.start();
  return {
    dsn: `postgres://postgres:postgres@${server.getServerConn()}/postgres`,
    async stop() {
      await server.stop();
      await db.close();
    },
  };
}
