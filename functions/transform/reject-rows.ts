import { KEPT_BYTES, UnreadableRecord } from '../../shared/json/elements.ts';
import { builtInObjectName } from '../../shared/names.ts';
import type { ObjectStore, ObjectWriter } from '../../shared/object-store/object-store.ts';
import { cleanRows } from './clean-rows.ts';
import type { Reason } from './contract.ts';
import type { Work } from './run-record.ts';

/** So many rejects are kept of one raw object; the counts are complete. */
export const MAX_STORED_REJECTS = 10_000;

/** A record that failed. */
export interface Reject {
  /** From 1, in the order of the file. */
  readonly ordinal: number;
  /** The line that it begins on, from 1, where the file has lines. */
  readonly line: number | undefined;
  readonly record: unknown;
  readonly reasons: readonly Reason[];
}

/** The rejects of one raw object on their way into the clean bucket. */
export interface RejectRows {
  readonly stored: number;
  add(reject: Reject): void;
  flush(): Promise<void>;
  /** Finalizes the object, where there is a reject. */
  commit(): Promise<void>;
  abort(): Promise<void>;
}

/** Makes the writer of rejects; the object is opened with the first one. */
export function rejectRows(clean: ObjectStore, work: Work): RejectRows {
  const { raw, info, accept } = work;
  let writer: ObjectWriter | undefined;
  let pending: { ordinal: number; text: string }[] = [];
  let stored = 0;
  let rows: ReturnType<typeof cleanRows> | undefined;

  async function flush(all: boolean): Promise<void> {
    if (pending.length === 0 && rows === undefined) return;
    writer ??= await clean.create(builtInObjectName('rejects', raw, info, accept));
    rows ??= cleanRows(writer, { rawObject: raw.name, rawGeneration: info.generation, extractedAt: raw.runTime });
    for (const { ordinal, text } of pending) rows.add(ordinal, text);
    pending = [];
    await rows.flush(all);
  }

  return {
    get stored() {
      return stored;
    },
    add({ ordinal, line, record, reasons }) {
      if (stored >= MAX_STORED_REJECTS) return;
      stored += 1;
      const [first] = reasons;
      const row = {
        source: raw.source,
        stream: raw.stream,
        field: first?.field,
        rule: first?.rule,
        reasons: reasons.map((reason) => `${reason.field}: ${reason.rule}: ${reason.expected}`),
        line,
        record: recordText(record),
      };
      pending.push({ ordinal, text: JSON.stringify(row) });
    },
    flush: () => flush(false),
    async commit() {
      await flush(true);
      await writer?.commit();
    },
    async abort() {
      await writer?.abort();
    },
  };
}

function recordText(record: unknown): string {
  const text = record instanceof UnreadableRecord ? record.text : jsonText(record);
  const bytes = Buffer.from(text.slice(0, KEPT_BYTES));
  let end = Math.min(bytes.length, KEPT_BYTES);
  while (isContinuation(bytes[end])) end -= 1;
  return bytes.toString('utf8', 0, end);
}

/** True for a byte in the middle of a character. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function jsonText(record: unknown): string {
  try {
    return JSON.stringify(record);
  } catch {
    return '(nested too deeply to be written)';
  }
}
