import { join } from 'node:path';
import { type Copied, compareWith } from '../comparison.ts';
import { accounts } from '../data/accounts.ts';
import { type Form, putRecords, rawName } from '../data/raw-object.ts';
import type { Lab } from '../lab.ts';
import { atLeast, type Measurement } from '../result.ts';
import { figure } from '../summary.ts';

const NDJSON_SHARE = 0.75;
const ARRAY_SHARE = 0.7;
/** NDJSON twice (raw, and what the bare loop or a transform writes) and the array. */
const DISK_BYTES_PER_RECORD = 3_000;

/** How near the transform comes to the limit of the language. */
export const transformSpeed: Measurement = {
  name: 'transform',
  title: 'Transform through the function, against the bare loop (read lines, JSON.parse, JSON.stringify, write lines)',
  async measure(lab) {
    const { records } = lab.scale;
    await lab.needDisk(records * DISK_BYTES_PER_RECORD);
    const ndjson = await putAccounts(lab, 'ndjson');
    const array = await putAccounts(lab, 'array');
    const lines = (await lab.raw.path(ndjson.name, ndjson.generation)) ?? '';
    const samples = await lab.alternate({
      'bare loop': () => lab.child<Copied>('bare-loop', (dir) => [lines, join(dir, 'copy.ndjson')]),
      'transform NDJSON': () => lab.child<Copied>('transform', (dir) => [lab.dir, ndjson.name, dir]),
      'transform array': () => lab.child<Copied>('transform', (dir) => [lab.dir, array.name, dir]),
    });
    await lab.clear();
    const { share, ...table } = compareWith('bare loop', samples, records, ndjson.size);
    const show = (value: number) => `${figure(value, 2)} of the bare loop`;
    return {
      ...table,
      targets: [
        atLeast('transform NDJSON', NDJSON_SHARE, share('transform NDJSON'), show),
        atLeast('transform array', ARRAY_SHARE, share('transform array'), show),
      ],
    };
  },
};

function putAccounts(lab: Lab, form: Form) {
  return putRecords(lab.raw, rawName('accounts', 'accounts', form), form, accounts(lab.scale.records));
}
