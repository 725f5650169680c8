import { join } from 'node:path';

/** Where `npm start` has left its state and the report. */
const folder = process.env['REPORT_FOLDER'];
if (folder === undefined) throw new Error('REPORT_FOLDER is not set: run npm run test:browser, which makes the report of the samples first');

export const WAREHOUSE_FILE = join(folder, '.local/warehouse.duckdb');
export const REPORT_FILE = join(folder, '.local/report/index.html');
/** Where the pictures go that a person looks at. */
export const SHOTS = join(import.meta.dirname, '../../.local/browser');
