import { compareVersions, parseRawName } from '../../shared/names.ts';
import type { ObjectInfo } from '../../shared/object-store/object-store.ts';
import type { Stream } from '../../shared/stream.ts';
import type { PlannedRow, Upload, Value } from './chaos-plan.ts';
import { labStreams } from './streams.ts';

/** A live raw object with the rows that it is to lead to. */
export interface LiveObject {
  readonly stream: Stream;
  readonly name: string;
  readonly generation: string;
  readonly runTime: string;
  /** The stored bytes, as the clean object's name tells them. */
  readonly bytes: string;
  readonly rows: readonly PlannedRow[];
}

/** A row of a table: its values and where they come from; without nulls. */
export type ModelRow = Readonly<Record<string, Value>>;

/** The live object as the model sees it; undefined where nothing of it reaches a table. */
export function liveObject(info: ObjectInfo, upload: Pick<Upload, 'rows' | 'isTrouble'>): LiveObject | undefined {
  const raw = parseRawName(info.name);
  const stream = labStreams.find(({ id }) => raw !== undefined && id === `${raw.source}/${raw.stream}`);
  if (raw === undefined || stream === undefined || upload.isTrouble) return undefined;
  return { stream, name: info.name, generation: info.generation, runTime: raw.runTime, bytes: `${info.size}-${info.crc32c}`, rows: upload.rows };
}

/** The rows that a table must end with, whatever the order of arrival: within each scope the newest object's. */
export function expectedRows(stream: Stream, objects: readonly LiveObject[]): readonly ModelRow[] {
  const inOrder = objects.filter((object) => object.stream === stream).toSorted(compareVersions);
  const scopes = new Map<string, ModelRow[]>();
  if (stream.write.mode === 'replace' && stream.write.scope === 'table') return inOrder.length === 0 ? [] : tableRows(inOrder.at(-1)!);
  for (const object of inOrder) {
    const rows = Map.groupBy(tableRows(object), (row) => scopeOf(stream, row));
    for (const [scope, those] of rows) scopes.set(scope, those);
  }
  return [...scopes.values()].flat();
}

/** Names the bytes of an object among those of its stream. */
export function bytesOf({ stream, bytes }: LiveObject): string {
  return `${stream.id} ${bytes}`;
}

/**
 * Of objects with the same bytes in a stream of facts only one is loaded, whichever came first: keeps the one that owns rows in the
 * table, else any. Where somebody had those bytes and has others now, none may be: a twin of his was left out, and only a replay
 * brings it back.
 */
export function ownersOf(objects: readonly LiveObject[], owners: ReadonlySet<Value>, left: ReadonlySet<string>): readonly LiveObject[] {
  const isFact = ({ stream: { write } }: LiveObject) => write.mode === 'replace' && write.scope === 'object';
  const twins = Map.groupBy(objects.filter(isFact), bytesOf);
  const kept = [...twins].flatMap(([bytes, group]) => {
    const owner = group.find(({ name }) => owners.has(name)) ?? (left.has(bytes) ? undefined : group[0]);
    return owner === undefined ? [] : [owner];
  });
  return [...objects.filter((object) => !isFact(object)), ...kept];
}

/** An object's rows as they are in the table: of each key the last. */
function tableRows({ stream, name, generation, rows }: LiveObject): ModelRow[] {
  const byKey = new Map<string, ModelRow>();
  for (const { ordinal, values } of rows) {
    const key = stream.key.length === 0 ? String(ordinal) : stream.key.map((column) => values[column]).join('/');
    byKey.set(key, { ...values, _raw_object: name, _raw_generation: generation, _row: ordinal });
  }
  return [...byKey.values()];
}

function scopeOf({ write, key }: Stream, row: ModelRow): string {
  if (write.mode === 'merge') return key.map((column) => row[column]).join('/');
  return String(write.scope === 'date' ? row[write.column] : row['_raw_object']);
}
