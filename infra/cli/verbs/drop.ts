import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { backfillName, importedObjectName, parseRawName, safeFileName } from '../../../shared/names.ts';
import type { ObjectInfo, ObjectStore } from '../../../shared/object-store/object-store.ts';
import type { Stream } from '../../../shared/stream.ts';
import { archivedAt } from '../archive-name.ts';
import { CommandError, UsageError } from '../cli-error.ts';
import { streamNamed } from '../deployed.ts';
import { awaitEndings } from '../endings.ts';
import { day, optional, required, text } from '../parameter.ts';
import { reportEndings } from '../report.ts';
import { defineVerb } from '../verb.ts';

const DAY_MS = 86_400_000;

export const drop = defineVerb({
  name: 'drop',
  summary: 'Puts a file into the raw bucket, and loads it',
  details:
    'The file goes in byte for byte, under a name of the grammar; its time is its date at 00:00 UTC. The same name again is a new\n' +
    'generation of the object: it is processed again. For a stream that replaces its table, an object of a later time wins.\n' +
    'A file called like the object of a run keeps its time; where that object is not there, backfill goes into the name, so that no run goes on from it.\n' +
    'accounts_<YYYYMMDD_HHMMSS>.json and call_reports_<…>.json of the replaced pipeline have the time of their name, in Montreal.',
  examples: [
    'npm run pipeline -- drop stores.json --as ezfocus/accounts --date 2026-11-20',
    'npm run pipeline -- drop accounts/raw/accounts_20251101_010003.json --as ezfocus/accounts',
  ],
  operands: { file: required('<file>', 'A .json (one array), .ndjson, .json-seq or .csv file, also with .gz', text) },
  options: {
    as: required('<source>/<stream>', 'The stream whose records the file holds', streamNamed),
    date: optional('<YYYY-MM-DD>', 'The day that the file is of, at the latest tomorrow (default: today, UTC)', day),
  },
  state: 'new',
  onCloud: true,
  async check({ file, as: stream, date }, { cwd, now }) {
    const path = resolve(cwd, file);
    if (!(await isFile(path))) throw new UsageError(`there is no file ${path}`);
    const raw = parseRawName(rawName(stream, date, path, now));
    if (raw === undefined) {
      const rule = 'it ends in .json, .ndjson, .json-seq or .csv, also with .gz, and has at most 200 bytes';
      throw new UsageError(`${basename(path)} is no name for a raw object: ${rule}`);
    }
    refuseLater(raw.date, now);
  },
  async run(context, { file, as: stream, date }) {
    const pipeline = await context.pipeline();
    const path = resolve(context.cwd, file);
    const name = rawName(stream, date, path, context.now);
    // A run's object that is there is put there again; another one of such a name would be taken for a run that has been.
    const object = await put(pipeline.raw, (await pipeline.raw.stat(name)) === undefined ? backfillName(name) : name, path);
    context.err(`${path} is ${object.name}, generation ${object.generation}`);
    const endings = await awaitEndings(pipeline, [object]);
    return reportEndings(context, pipeline.catalog, endings) ? 0 : 1;
  },
});

function rawName(stream: Stream, date: string | undefined, path: string, now: () => Date): string {
  const archived = date === undefined ? archivedAt(basename(path)) : undefined;
  if (archived !== undefined) return importedObjectName(stream.id, archived, basename(path));
  return `${stream.id}/${date ?? now().toISOString().slice(0, 10)}/${safeFileName(basename(path))}`;
}

/** While it is today in UTC it is tomorrow somewhere on earth; an object of a later day would keep all others out until that comes. */
function refuseLater(date: string, now: () => Date): void {
  const tomorrow = new Date(now().getTime() + DAY_MS).toISOString().slice(0, 10);
  if (date > tomorrow) throw new UsageError(`the file would be of ${date}, and the last day that it can be of is ${tomorrow} (tomorrow, UTC)`);
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}

async function put(raw: ObjectStore, name: string, path: string): Promise<ObjectInfo> {
  const writer = await raw.create(name, { ifGenerationMatch: (await raw.stat(name))?.generation ?? '0' });
  try {
    for await (const chunk of createReadStream(path)) await writer.write(chunk);
    const object = await writer.commit();
    if (object === undefined) throw new CommandError(`somebody else has written ${name} at the same moment: run the command again`);
    return object;
  } finally {
    await writer.abort();
  }
}
