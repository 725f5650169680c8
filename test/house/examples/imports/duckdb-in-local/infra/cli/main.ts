import { extract } from '../../functions/extract/index.ts';
import { query } from '../local/duckdb.ts';
import { serve } from '../local/host.ts';

const { DuckDBInstance } = await import('@duckdb/node-api');
await serve();
await query(await extract());
console.log(DuckDBInstance);
