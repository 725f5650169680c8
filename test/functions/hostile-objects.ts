import type { RunReport } from '../../shared/invocation.ts';

/** What a child tells of one transform. */
export interface HostileResult {
  readonly status: number;
  readonly run: RunReport;
  readonly ms: number;
  readonly peakMiB: number | undefined;
  /** Bytes by folder. */
  readonly objects: Readonly<Record<string, number>>;
  readonly rejects: { readonly count: number; readonly longest: number };
  readonly notices: number;
}

/** An object that nobody has to store: a head, as many units as the size asks for, a tail. */
export interface HostileObject {
  readonly extension: 'json' | 'ndjson';
  /** The bytes in chunks of up to 1 MiB, as a bucket gives them. */
  chunks(bytes: number): AsyncIterable<Uint8Array>;
}

const CHUNK_BYTES = 1024 * 1024;
const INVALID_BYTES = 22_000;
const LONG_NAME_BYTES = 1_000_000;

/** Objects by what is wrong with them. */
export const hostileObjects: Readonly<Record<string, HostileObject>> = {
  'records that break the contract': array(() => `{"id":"${'x'.repeat(400)}","whole":"not a number"},`),
  // Every byte becomes a replacement character of three: 64 KiB of text for each.
  'records that are no UTF-8': array(() => Buffer.concat([Buffer.from('{"id":"'), Buffer.alloc(INVALID_BYTES, 0xff), Buffer.from('"},')])),
  'arrays for records': array(() => `[1,"two","${'x'.repeat(400)}"],`),
  'lines that are no JSON': { extension: 'ndjson', chunks: (bytes) => generate('', () => `{"id":"${'x'.repeat(400)}}\n`, '', bytes) },
  'records of nothing': array(() => '{},'),
  'names that are all different and long': array((i) => `{${JSON.stringify(`${i} ${'n'.repeat(LONG_NAME_BYTES)}`)}:1},`, false),
  'a record between two others': {
    extension: 'json',
    chunks: (bytes) => generate('[{"id":"first"},{"id":"', () => 'x'.repeat(1_000), '"},{"id":"last"}]', bytes),
  },
  'a line between two others': {
    extension: 'ndjson',
    chunks: (bytes) => generate('{"id":"first"}\n{"id":"', () => 'x'.repeat(1_000), '"}\n{"id":"last"}\n', bytes),
  },
  'a root that is no array': { extension: 'json', chunks: (bytes) => generate('{"error":"', () => 'x'.repeat(1_000), '"}', bytes) },
  'a record of numbers that keep their text': {
    extension: 'json',
    chunks: (bytes) => generate('[{"id":"first"},{"tree":[', () => '-0,', '0]}]', bytes),
  },
};

function array(unit: (index: number) => string | Buffer, isCycle = true): HostileObject {
  return { extension: 'json', chunks: (bytes) => generate('[', unit, '{"id":"last"}]', bytes, isCycle) };
}

/** Lays out the units once, for all chunks, where they are the same. */
async function* generate(head: string, unit: (index: number) => string | Buffer, tail: string, bytes: number, isCycle = true): AsyncGenerator<Uint8Array> {
  yield Buffer.from(head);
  const first = Buffer.from(unit(0));
  const perBlock = isCycle ? Math.max(1, Math.floor(CHUNK_BYTES / first.length)) : 1;
  let block = Buffer.concat(Array.from({ length: perBlock }, () => first));
  for (let i = 0; i * block.length < bytes; i += 1) {
    if (!isCycle) block = Buffer.from(unit(i));
    for (let at = 0; at < block.length; at += CHUNK_BYTES) yield Buffer.from(block.subarray(at, at + CHUNK_BYTES));
  }
  yield Buffer.from(tail);
}
