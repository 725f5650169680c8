import { openDuckDbWarehouse } from '../../../infra/local/duckdb-warehouse.ts';
import { loadGeneration } from './duckdb-crash.ts';
import { locateIn } from './duckdb-temporary.ts';

/** Loads one generation after the other and writes a line when a step has ended, until somebody kills it. */
const [dir = '', file = ''] = process.argv.slice(2);
const warehouse = await openDuckDbWarehouse({ file, locate: locateIn(dir) });
for (let n = 1; n <= 1_000; n += 1) await loadGeneration(warehouse, dir, n, (step) => process.stdout.write(`${step}\n`));
