import { extract } from '../../functions/extract/index.ts';
import { query } from '../local/duckdb.ts';
import { serve } from '../local/host.ts';

const { PGlite } = await import('@electric-sql/pglite');
await serve();
await query(await extract());
console.log(PGlite);
