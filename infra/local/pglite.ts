import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { openPglite } from './pglite-template.ts';

/** Statements of several connections wait for one another. */
const CONNECTIONS = 8;

/** PostgreSQL in this process, behind its wire protocol: the same client talks to it. It is one session: use one connection. */
export interface EmbeddedPostgres {
  readonly dsn: string;
  stop(): Promise<void>;
}

/** Starts it on a folder, or in memory where none is given. */
export async function startPglite(dir?: string): Promise<EmbeddedPostgres> {
  const db = await openPglite(dir);
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
