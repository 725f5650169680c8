import { parseRawName } from '../../shared/names.ts';
import type { ObjectStore } from '../../shared/object-store/object-store.ts';
import type { Stream } from '../../shared/stream.ts';

/**
 * How far a stream has come before an event: the run time of its newest raw object, backfills and drops left out, from
 * nothing but names. Undefined where there is none, and of a stream without windows. Runs after the event do not count: events come in any order.
 */
export async function cursorOf(raw: ObjectStore, stream: Stream, eventTime: Date): Promise<Date | undefined> {
  if (stream.window === undefined) return undefined;
  let newest: number | undefined;
  for await (const { name } of raw.list(`${stream.source.name}/${stream.name}/`)) {
    const parsed = parseRawName(name);
    if (parsed?.kind !== 'run') continue;
    const time = Date.parse(parsed.runTime);
    if (time < eventTime.getTime() - (eventTime.getTime() % 1000) && (newest === undefined || time > newest)) newest = time;
  }
  return newest === undefined ? undefined : new Date(newest);
}
