import type { DuckDbWarehouse } from '../../../infra/local/duckdb-warehouse.ts';

export interface TimedWarehouse {
  readonly warehouse: DuckDbWarehouse;
  /** How long at least one call was under way. */
  seconds(): number;
}

/** A warehouse that times what it is asked. */
export function timedWarehouse(warehouse: DuckDbWarehouse): TimedWarehouse {
  let calls = 0;
  let since = 0;
  let total = 0;

  async function timed(call: () => unknown): Promise<unknown> {
    if (calls === 0) since = performance.now();
    calls += 1;
    try {
      return await call();
    } finally {
      calls -= 1;
      if (calls === 0) total += performance.now() - since;
    }
  }

  return {
    seconds: () => total / 1_000,
    warehouse: new Proxy(warehouse, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        const call = (...args: readonly unknown[]) => Reflect.apply(member, target, args);
        return ['migration', 'setAside', 'allowNull'].includes(String(name)) ? call : (...args: readonly unknown[]) => timed(() => call(...args));
      },
    }),
  };
}
