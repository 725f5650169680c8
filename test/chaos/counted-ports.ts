import type { Handlers, Ports } from '../../infra/local/host.ts';
import type { ObjectStore, ObjectWriter } from '../../shared/object-store/object-store.ts';
import type { Warehouse } from '../../shared/warehouse/warehouse.ts';

/** One call of a function to the outside. */
export interface PortCall {
  /** What it does and to what, e.g. `commit clean`, `job apply`, `statement addColumns`, `answer`. */
  readonly name: string;
  /** Whether it changes something outside. */
  readonly isEffect: boolean;
}

/** Stands around every call to a port: it may act before and after, or never let it happen. */
export type Gate = <T>(call: PortCall, run: () => Promise<T>) => Promise<T>;

/** One side effect of an invocation; `at` counts from 1. */
export interface Effect {
  readonly at: number;
  readonly name: string;
}

/** What is done before and after each effect. */
export interface EffectHook {
  before(effect: Effect): void | Promise<void>;
  after(effect: Effect): void | Promise<void>;
}

/** A gate that numbers the effects and lets everything pass. */
export function countingGate(hook: EffectHook): Gate {
  let count = 0;
  return async (call, run) => {
    if (!call.isEffect) return await run();
    count += 1;
    const effect = { at: count, name: call.name };
    await hook.before(effect);
    const result = await run();
    await hook.after(effect);
    return result;
  };
}

/** The same ports behind a gate. Writing chunks and throwing a writer away are no calls of their own: nobody sees them. */
export function gatedPorts(ports: Ports, gate: Gate): Ports {
  return {
    raw: gatedStore(ports.raw, gate),
    clean: gatedStore(ports.clean, gate),
    warehouse: gatedWarehouse(ports.warehouse, gate),
    notices: { publish: (notice) => gate(effect('notice'), () => ports.notices.publish(notice)) },
  };
}

/** The functions with their answers behind the gate: an answer is an effect, because it acknowledges the event. */
export function gatedAnswers(handlers: Handlers, gate: Gate): Handlers {
  const gated = (handler: Handlers['load']): Handlers['load'] => {
    return async (event) => {
      const answer = await handler(event);
      return await gate(effect('answer'), async () => answer);
    };
  };
  return { extract: gated(handlers.extract), transform: gated(handlers.transform), load: gated(handlers.load) };
}

function gatedStore(store: ObjectStore, gate: Gate): ObjectStore {
  const { bucket } = store;
  return {
    bucket,
    create: (name, options) => gate(look(`create ${bucket}`), async () => gatedWriter(bucket, await store.create(name, options), gate)),
    read: (name, generation, signal) => gate(look(`read ${bucket}`), () => store.read(name, generation, signal)),
    stat: (name) => gate(look(`stat ${bucket}`), () => store.stat(name)),
    list: (prefix) => store.list(prefix),
    copy: (...args) => gate(effect(`copy ${bucket}`), () => store.copy(...args)),
  };
}

function gatedWriter(bucket: string, writer: ObjectWriter, gate: Gate): ObjectWriter {
  return {
    write: (chunk) => writer.write(chunk),
    commit: () => gate(effect(`commit ${bucket}`), () => writer.commit()),
    abort: () => writer.abort(),
  };
}

function gatedWarehouse(warehouse: Warehouse, gate: Gate): Warehouse {
  return {
    columns: (table) => gate(look('columns'), () => warehouse.columns(table)),
    createTable: (spec) => gate(effect('statement createTable'), () => warehouse.createTable(spec)),
    addColumns: (table, columns) => gate(effect('statement addColumns'), () => warehouse.addColumns(table, columns)),
    createView: (view, sql) => gate(effect('statement createView'), () => warehouse.createView(view, sql)),
    migration: (table, wanted) => warehouse.migration(table, wanted),
    setAside: (table) => warehouse.setAside(table),
    allowNull: (table, column) => warehouse.allowNull(table, column),
    job: (id) => gate(look('job'), () => warehouse.job(id)),
    stage: (id, plan) => gate(effect('job stage'), () => warehouse.stage(id, plan)),
    extraFields: (plan) => gate(look('extraFields'), () => warehouse.extraFields(plan)),
    ready: (id, plan) => gate(effect('job ready'), () => warehouse.ready(id, plan)),
    apply: (id, plan) => gate(effect('job apply'), () => warehouse.apply(id, plan)),
    verifyAndRepair: (plan) => gate(effect('statement verifyAndRepair'), () => warehouse.verifyAndRepair(plan)),
    record: (id, row) => gate(effect('job record'), () => warehouse.record(id, row)),
    claim: (id, owner) => gate(effect('job claim'), () => warehouse.claim(id, owner)),
    empty: (emptying) => gate(effect('statement empty'), () => warehouse.empty(emptying)),
    dropStage: (plan) => gate(effect('drop stage'), () => warehouse.dropStage(plan)),
    query: (sql) => gate(look('query'), () => warehouse.query(sql)),
    scan: (sql, take) => gate(look('scan'), () => warehouse.scan(sql, take)),
  };
}

function effect(name: string): PortCall {
  return { name, isEffect: true };
}

function look(name: string): PortCall {
  return { name, isEffect: false };
}
