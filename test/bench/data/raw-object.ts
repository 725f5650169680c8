import type { ObjectInfo, ObjectStore } from '../../../shared/object-store/object-store.ts';

/** How records lie in a file: one JSON array, or a line each, of CSV below a header. */
export type Form = 'array' | 'ndjson' | 'csv';

interface Layout {
  readonly extension: string;
  readonly open: string;
  readonly between: string;
  readonly close: string;
}

const LAYOUTS: Readonly<Record<Form, Layout>> = {
  array: { extension: 'json', open: '[', between: ',', close: ']' },
  ndjson: { extension: 'ndjson', open: '', between: '\n', close: '\n' },
  csv: { extension: 'csv', open: '', between: '\r\n', close: '\r\n' },
};
const FLUSH_LENGTH = 1024 * 1024;

/** The name of a raw object of the benchmark. */
export function rawName(stream: string, file: string, form: Form): string {
  return `crm/${stream}/2026-11-20/${file}.${LAYOUTS[form].extension}`;
}

/** Writes the texts of records as one raw object. */
export async function putRecords(store: ObjectStore, name: string, form: Form, records: Iterable<string>): Promise<ObjectInfo> {
  const { open, between, close } = LAYOUTS[form];
  const writer = await store.create(name);
  let text = open;
  let isFirst = true;
  for (const record of records) {
    text += isFirst ? record : between + record;
    isFirst = false;
    if (text.length < FLUSH_LENGTH) continue;
    await writer.write(Buffer.from(text));
    text = '';
  }
  await writer.write(Buffer.from(text + close));
  const info = await writer.commit();
  if (info === undefined) throw new Error(`${name} is there already`);
  return info;
}
