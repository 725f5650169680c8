import { extract } from '../../functions/extract/index.ts';
import { query } from '../local/duckdb.ts';
import { serve } from '../local/host.ts';

console.log(Date.now(), Math.random(), performance.now());
await serve();
await query(await extract());
