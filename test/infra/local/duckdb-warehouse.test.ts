import { describeWarehouse } from '../../contract/warehouse.ts';
import { openTemporary } from './duckdb-temporary.ts';

describeWarehouse('DuckDB', openTemporary);
