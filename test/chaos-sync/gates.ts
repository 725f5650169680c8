import type { CrmHttp } from '../../shared/crm/http.ts';
import type { Database, Query } from '../../shared/database/database.ts';
import type { Notices } from '../../shared/notices/notices.ts';
import type { WorkStore } from '../../shared/object-store/object-store.ts';

/** What `deliver` reaches the outside through. */
export interface Outside {
  readonly database: Database;
  readonly http: CrmHttp;
  readonly outbox: WorkStore;
  readonly notices: Notices;
}

/** Where an invocation is cut off: before or after its nth call to the outside, counted from 1. */
export interface Cut {
  readonly at: number;
  readonly when: 'before' | 'after';
}

export interface CutOutside {
  readonly outside: Outside;
  /** Resolves when the invocation was cut off. */
  readonly cut: Promise<string>;
  /** How many calls there were. */
  readonly calls: () => number;
}

/** Ends a transaction that its process did not live to commit. */
const KILLED = new Error('killed');

/**
 * The same outside, but for an invocation whose process dies at a call: that call, and every later one, never comes back. What had begun and
 * was not committed is undone, as the database does when a connection breaks.
 */
export function cutOutside(outside: Outside, cut?: Cut): CutOutside {
  let calls = 0;
  let isDead = false;
  let die: (what: string) => void = () => {};
  const dead = new Promise<string>((resolve) => {
    die = resolve;
  });
  const never = new Promise<never>(() => {});

  async function gate<T>(what: string, run: () => Promise<T>): Promise<T> {
    if (isDead) return await never;
    calls += 1;
    const isHere = cut?.at === calls;
    if (isHere && cut.when === 'before') return await end(what);
    const result = await run();
    return isHere ? await end(what) : isDead ? await never : result;
  }

  function end(what: string): Promise<never> {
    isDead = true;
    die(what);
    return never;
  }

  async function transaction<T>(work: (query: Query) => Promise<T>): Promise<T> {
    if (isDead) return await never;
    let isHere = false;
    try {
      const result = await database.transaction(async (query) => {
        const done = await work(query);
        calls += 1;
        isHere = cut?.at === calls;
        if (isDead || (isHere && cut?.when === 'before')) throw KILLED;
        return done;
      });
      return isHere ? await end('transaction') : result;
    } catch (error) {
      if (error !== KILLED) throw error;
      return await end('transaction');
    }
  }

  const { database, http, outbox, notices } = outside;
  return {
    cut: dead,
    calls: () => calls,
    outside: {
      database: {
        query: (sql, values) => gate(`statement ${sql.trim().slice(0, 40)}`, () => database.query(sql, values)),
        transaction: (work) => transaction(work),
        close: () => database.close(),
      },
      http: { send: (request, signal) => gate(`${request.method} ${URL.parse(request.url)?.pathname}`, () => http.send(request, signal)) },
      outbox: {
        ...outbox,
        read: async (...args) => whole(await outbox.read(...args)),
        remove: (...args) => gate('remove', () => outbox.remove(...args)),
      },
      notices: { publish: (notice) => gate('notice', () => notices.publish(notice)) },
    },
  };
}

/** All chunks at once: who dies while reading would leave the file open. */
async function whole(chunks: AsyncIterable<Uint8Array> | undefined): Promise<AsyncIterable<Uint8Array> | undefined> {
  if (chunks === undefined) return undefined;
  const all = await Array.fromAsync(chunks, (chunk) => Buffer.from(chunk));
  return (async function* () {
    yield* all;
  })();
}
