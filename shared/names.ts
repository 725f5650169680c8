import { createHash } from 'node:crypto';

/** The border against injection: what one part of an object name may hold (DESIGN: letters and digits of any script, space, `._-()+`). */
const PART = /^[\p{L}\p{M}\p{N} ._\-()+]+$/u;
const MAX_PART_BYTES = 200;
const RESERVED = new Set(['pipeline', 'pending', 'gcloud']);
const RAW_FILE = /^(.+)\.(json|ndjson|json-seq|csv)(\.gz)?$/;
const RUN_STEM = /^(\d{8}T\d{6}Z)-(backfill-)?[0-9a-f]{8}$/;
const CLEAN_FILE = /^(.+)\.(\d{1,19})\.(\d{1,16})-([0-9a-f]{8})(?:\.accept-([a-z]+(?:\+[a-z]+)*))?\.ndjson$/;

export type RawFormat = 'json' | 'ndjson' | 'json-seq' | 'csv';

/** A raw object's name, taken apart. */
export interface RawName {
  readonly name: string;
  readonly source: string;
  readonly stream: string;
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly file: string;
  readonly format: RawFormat;
  /** What orders the objects of a stream: RFC 3339, UTC; the event's time of a run, 00:00Z of the date of a dropped file. */
  readonly runTime: string;
  readonly kind: 'run' | 'backfill' | 'drop';
}

/** The stored bytes of one generation of a raw object; part of the clean object's name. */
export interface RawBytes {
  readonly generation: string;
  readonly size: number;
  readonly crc32c: string;
}

export const BUILT_IN = 'pipeline';
export type BuiltInStream = 'rejects' | 'runs';

/** A clean object's name, taken apart; for the built-in streams `of` is the stream whose raw object they tell about. */
export interface CleanName {
  readonly name: string;
  readonly source: string;
  readonly stream: string;
  readonly raw: RawName;
  readonly bytes: RawBytes;
  readonly accept: readonly string[];
}

/** True for what is ignored without a word: folder markers and what tools or reports leave in the bucket. */
export function isIgnored(name: string): boolean {
  return name.endsWith('/') || name.startsWith('gcloud/') || name.startsWith('pending/');
}

/** Takes a raw object's name apart; undefined when it is not of the grammar. */
export function parseRawName(name: string): RawName | undefined {
  const parts = name.split('/');
  const [source, stream, date, file] = parts;
  if (parts.length !== 4 || source === undefined || stream === undefined || date === undefined || file === undefined) return undefined;
  if (!parts.every(isPart) || RESERVED.has(source) || !isDate(date)) return undefined;
  const [, stem, format] = RAW_FILE.exec(file) ?? [];
  if (stem === undefined || format === undefined) return undefined;
  const [, stamp, backfill] = RUN_STEM.exec(stem) ?? [];
  const runTime = stamp === undefined ? undefined : timeOfStamp(stamp);
  const isRun = runTime?.startsWith(date) === true;
  return {
    name,
    source,
    stream,
    date,
    file,
    format: format as RawFormat,
    runTime: isRun ? runTime : `${date}T00:00:00Z`,
    kind: !isRun ? 'drop' : backfill === undefined ? 'run' : 'backfill',
  };
}

/** What a message asks of one stream. */
export interface Run {
  readonly source: string;
  readonly stream: string;
  readonly eventId: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The name of the raw object that the event with this id and time leads to; the same for every delivery of it. */
export function runObjectName(run: Run & { readonly eventTime: Date }, extension: string): string {
  const time = run.eventTime.toISOString();
  const stamp = `${time.slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  return `${run.source}/${run.stream}/${time.slice(0, 10)}/${stamp}${runSuffix(run)}${extension}`;
}

/** The raw object of an answer that somebody else has kept, at its own time; like a backfill it never moves the cursor. */
export function importedObjectName(streamId: string, time: Date, file: string): string {
  const hex = createHash('sha256').update(file).digest('hex').slice(0, 8);
  const iso = time.toISOString();
  return `${streamId}/${iso.slice(0, 10)}/${iso.slice(0, 19).replaceAll(/[-:]/g, '')}Z-backfill-${hex}.json`;
}

/** The name of a run's object as one that never moves the cursor, at the same time; any other name as it is. */
export function backfillName(name: string): string {
  return parseRawName(name)?.kind === 'run' ? name.replace(/Z-([^/]*)$/, 'Z-backfill-$1') : name;
}

/**
 * Where the id of a report is kept that a source makes for a raw object: created once, ignored by transform. A part of the
 * run's time and a later attempt have a name of their own.
 */
export function pendingObjectName(rawName: string, window: { readonly from: string | undefined; readonly to: string }, attempt: number): string {
  const stem = rawName.slice(0, rawName.indexOf('.'));
  const part = [window.from ?? 'start', window.to].map((time) => time.replaceAll(/[-:]/g, '')).join('-');
  return `pending/${stem}.${part}${attempt === 1 ? '' : `.${attempt}`}.json`;
}

/** Whether a raw object, with its extension or without, is the one that the event with this id leads to, whatever its time. */
export function isRunObject(name: string, run: Run): boolean {
  return name.startsWith(`${run.source}/${run.stream}/`) && name.includes(runSuffix(run));
}

function runSuffix({ source, stream, eventId, from, to }: Run): string {
  const identity = JSON.stringify([eventId, `${source}/${stream}`, from ?? null, to ?? null]);
  const hex = createHash('sha256').update(identity).digest('hex').slice(0, 8);
  return `-${from === undefined && to === undefined ? '' : 'backfill-'}${hex}.`;
}

/** The clean object that one generation of a raw object becomes. */
export function cleanObjectName(raw: RawName, bytes: RawBytes, accept: readonly string[]): string {
  return `${raw.source}/${raw.stream}/${raw.date}/${cleanFile(raw, bytes, accept)}`;
}

/** The object that holds the rejects or the run record of one generation of a raw object. */
export function builtInObjectName(kind: BuiltInStream, raw: RawName, bytes: RawBytes, accept: readonly string[]): string {
  return `${BUILT_IN}/${kind}/${raw.date}/${raw.source}.${raw.stream}.${cleanFile(raw, bytes, accept)}`;
}

/** Takes a clean object's name apart, the built-in streams' too; undefined when it is not of the grammar. */
export function parseCleanName(name: string): CleanName | undefined {
  const parts = name.split('/');
  const [source, stream, date, file] = parts;
  if (parts.length !== 4 || source === undefined || stream === undefined || date === undefined || file === undefined) return undefined;
  const builtIn = source === BUILT_IN;
  const owner = builtIn ? /^([^.]+)\.([^.]+)\.(.+)$/.exec(file) : undefined;
  if (builtIn && owner === null) return undefined;
  const [, rawFile, generation, size, crc32c, accept] = CLEAN_FILE.exec(owner?.[3] ?? file) ?? [];
  if (rawFile === undefined || generation === undefined || size === undefined || crc32c === undefined) return undefined;
  const raw = parseRawName(`${owner?.[1] ?? source}/${owner?.[2] ?? stream}/${date}/${rawFile}`);
  if (raw === undefined) return undefined;
  return { name, source, stream, raw, bytes: { generation, size: Number(size), crc32c }, accept: accept?.split('+') ?? [] };
}

/** Orders two raw objects of a stream: run time, then generation, then name; negative when `a` is older. */
export function compareVersions(a: { runTime: string; generation: string; name: string }, b: { runTime: string; generation: string; name: string }): number {
  if (a.runTime !== b.runTime) return a.runTime < b.runTime ? -1 : 1;
  const difference = BigInt(a.generation) - BigInt(b.generation);
  if (difference !== 0n) return difference < 0n ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** A file name of the grammar that resembles the given one: every other character becomes `_`. */
export function safeFileName(file: string): string {
  const safe = file.normalize('NFC').replaceAll(/[^\p{L}\p{M}\p{N} ._\-()+]/gu, '_');
  return safe.startsWith('.') ? `_${safe.slice(1)}` : safe;
}

/** True for a calendar date as YYYY-MM-DD. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function cleanFile(raw: RawName, bytes: RawBytes, accept: readonly string[]): string {
  const accepted = accept.length === 0 ? '' : `.accept-${[...accept].sort().join('+')}`;
  return `${raw.file}.${bytes.generation}.${bytes.size}-${bytes.crc32c}${accepted}.ndjson`;
}

function isPart(part: string): boolean {
  return PART.test(part) && part !== '.' && part !== '..' && Buffer.byteLength(part) <= MAX_PART_BYTES;
}

function timeOfStamp(stamp: string): string | undefined {
  const text = stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const time = Date.parse(text);
  return Number.isNaN(time) || `${new Date(time).toISOString().slice(0, 19)}Z` !== text ? undefined : text;
}
