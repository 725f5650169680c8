import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { measured } from './usage.ts';

const CHUNK_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;
/** UTF-8 takes at most three bytes for a UTF-16 code unit. */
const BYTES_PER_UNIT = 3;

/** What the language needs at the least: read lines, JSON.parse, JSON.stringify, write lines. Lines are shorter than 1 MiB. */
const [from = '', to = ''] = process.argv.slice(2);
const { usage, result } = await measured(async () => copyRecords(openSync(from, 'r'), openSync(to, 'w')));
console.log(JSON.stringify({ ...usage, records: result, rows: result, rejects: 0 }));

function copyRecords(source: number, target: number): number {
  const input = Buffer.allocUnsafeSlow(CHUNK_BYTES * 2);
  const output = Buffer.allocUnsafeSlow(CHUNK_BYTES * 2);
  let kept = 0;
  let used = 0;
  let records = 0;
  for (let read = 1; read > 0; ) {
    read = readSync(source, input, kept, CHUNK_BYTES, null);
    const end = kept + read;
    const bytes = input.subarray(0, end);
    let start = 0;
    for (let stop = bytes.indexOf(NEWLINE); stop >= 0; stop = bytes.indexOf(NEWLINE, start)) {
      const text = JSON.stringify(JSON.parse(input.toString('utf8', start, stop)));
      if (used + text.length * BYTES_PER_UNIT >= output.length || used >= CHUNK_BYTES) used = flush(target, output, used);
      used += output.write(text, used, 'utf8');
      output[used++] = NEWLINE;
      records += 1;
      start = stop + 1;
    }
    input.copyWithin(0, start, end);
    kept = end - start;
  }
  flush(target, output, used);
  closeSync(source);
  closeSync(target);
  return records;
}

function flush(target: number, output: Buffer, used: number): number {
  writeSync(target, output, 0, used);
  return 0;
}
