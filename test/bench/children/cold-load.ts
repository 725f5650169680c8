/** From nothing to rows in a new warehouse: imports the function first, so that its import is timed alone. */
const startedAt = performance.now();
const { loadFunction } = await import('../../../functions/load/index.ts');
const importMs = performance.now() - startedAt;
const { join } = await import('node:path');
const { finalizedEvent } = await import('../../../infra/local/cloud-event.ts');
const { openDuckDbWarehouse } = await import('../../../infra/local/duckdb-warehouse.ts');
const { answerFirst } = await import('./first-answer.ts');
const { openBucket, surroundings } = await import('./surroundings.ts');

const [cleanDir = '', dir = '', object = ''] = process.argv.slice(2);
const clean = await openBucket(cleanDir, 'clean');
const locate = (_bucket: string, name: string, generation: string) => clean.path(name, generation);
const warehouse = await openDuckDbWarehouse({ file: join(dir, 'warehouse.duckdb'), locate });
const load = loadFunction({ ...surroundings(dir), clean, warehouse });
await answerFirst('load', load, importMs, (delivery) => finalizedEvent('clean', JSON.parse(object), delivery));
await warehouse.close();
