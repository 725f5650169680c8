import { type Copied, compareWith } from '../comparison.ts';
import { accounts } from '../data/accounts.ts';
import { csvLines } from '../data/csv.ts';
import { putRecords, rawName } from '../data/raw-object.ts';
import { atLeast, type Measurement } from '../result.ts';
import { figure } from '../summary.ts';

const SHARE = 0.6;
/** CSV, and the NDJSON that a transform writes. */
const DISK_BYTES_PER_RECORD = 1_500;

/** How near the transform of CSV comes to the limit of the parser. */
export const csvSpeed: Measurement = {
  name: 'csv',
  title: 'Transform of CSV through the function, against csv-parse alone (same file, same options, records only counted)',
  async measure(lab) {
    const { records } = lab.scale;
    await lab.needDisk(records * DISK_BYTES_PER_RECORD);
    const csv = await putRecords(lab.raw, rawName('accounts', 'accounts', 'csv'), 'csv', csvLines(accounts(records)));
    const file = (await lab.raw.path(csv.name, csv.generation)) ?? '';
    const samples = await lab.alternate({
      'csv-parse': () => lab.child<Copied>('bare-csv', () => [file]),
      'transform CSV': () => lab.child<Copied>('transform', (dir) => [lab.dir, csv.name, dir]),
    });
    await lab.clear();
    const { share, ...table } = compareWith('csv-parse', samples, records, csv.size);
    return { ...table, targets: [atLeast('transform CSV', SHARE, share('transform CSV'), (value) => `${figure(value, 2)} of csv-parse`)] };
  },
};
