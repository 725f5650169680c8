import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Usage } from '../children/usage.ts';
import { accounts } from '../data/accounts.ts';
import { PAGE_SIZE } from '../data/streams.ts';
import { FUNCTION_HEAP } from '../lab.ts';
import { atMost, type Measurement } from '../result.ts';
import { figure, spread, summary } from '../summary.ts';

const GROWTH = 1.2;
/** The page, what got and the socket hold of it, and the object. */
const DISK_BYTES_PER_RECORD = 900;

/** Whether the memory of extract depends on how many pages there are. */
export const pagedExtract: Measurement = {
  name: 'extract',
  title: `Extract of a paged source (pages of ${PAGE_SIZE} records): peak memory of its process (VmHWM), with the heap of a function of 512 MiB`,
  async measure(lab) {
    const many = lab.scale.records;
    const few = many / 10;
    await lab.needDisk(many * DISK_BYTES_PER_RECORD);
    const source = await startPages();
    const contender = (records: number) => () => lab.child<Usage>('extract', (dir) => [dir, `${source.url}/${records}`], FUNCTION_HEAP);
    const samples = await lab.alternate({ [named(few)]: contender(few), [named(many)]: contender(many) }).finally(source.stop);
    const peak = (records: number) => summary((samples[named(records)] ?? []).map((run) => run.peakBytes)).median;
    return {
      samples,
      columns: ['', 'seconds', 'krecords/s', 'CPU s', 'peak MB'],
      rows: [few, many].map((records) => {
        const runs = samples[named(records)] ?? [];
        const seconds = runs.map((run) => run.seconds);
        const cpu = runs.map((run) => run.cpuSeconds);
        const peaks = runs.map((run) => run.peakBytes / 1e6);
        return [named(records), spread(seconds, 2), figure(records / 1e3 / summary(seconds).median, 0), spread(cpu, 2), spread(peaks, 0)];
      }),
      targets: [
        atMost('flat memory of a paged extract', GROWTH, peak(many) / peak(few), (value) => `${figure(value, 2)} times that of a tenth of the records`),
      ],
    };
  },
};

function named(records: number): string {
  return `${records.toLocaleString('en')} records`;
}

/** A source of `/<total>/records?offset=&limit=`; every page has the same records but for the first, so that making them costs it little. */
async function startPages(): Promise<{ url: string; stop: () => void }> {
  const [, ...others] = [...accounts(PAGE_SIZE)].map((record) => JSON.stringify(record));
  const full = others.map((text) => `,${text}`).join('');
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://pages');
    const total = Number(pathname.split('/')[1]);
    const offset = Number(searchParams.get('offset'));
    response.setHeader('content-type', 'application/json');
    const count = Math.min(PAGE_SIZE, total - offset);
    const rest =
      count === PAGE_SIZE
        ? full
        : others
            .slice(1, count)
            .map((text) => `,${text}`)
            .join('');
    response.end(`{"total":${total},"records":[{"Id":"${offset}"}${rest}]}`);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
