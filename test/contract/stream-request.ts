import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parseRawName } from '../../shared/names.ts';
import type { ObjectInfo } from '../../shared/object-store/object-store.ts';
import type { Stream } from '../../shared/stream.ts';
import type { Members } from '../../shared/vocabulary/pages.ts';
import { durationMs, type Window } from '../../shared/vocabulary/window.ts';
import { type Chain, openChain } from '../support/chain.ts';
import { type Asked, type Reply, type ScriptedSource, startScriptedSource } from '../support/scripted-source.ts';
import { type Fixture, withField } from './stream-fixture.ts';
import { declared, tableRows } from './stream-lab.ts';
import { isTokenRequest, PAGE_SIZE, pageReply, settingsAt, tokenReply } from './stream-server.ts';
import { another, freeColumn, inFormat, varied } from './stream-variants.ts';

/** A record that the source has, and when it last changed there. */
interface Held {
  readonly at: number;
  readonly record: Members;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Runs are a day apart. */
const FIRST_RUN = Date.parse('2026-03-01T06:00:00Z');
/** So long before a run changes what it is the first to see: on the day before, and after the last run. */
const BEFORE_RUN_MS = 12 * HOUR_MS;

/** What of the suite means nothing for a stream, and why; everything else runs. */
export function inapplicable({ request, pages, window, report, write }: Stream): readonly string[] {
  if (request === undefined) return ['requests: it is fed by file drops only'];
  if (report !== undefined && report.when === undefined) return ['requests: a report is made first, in words that only its source knows'];
  return [
    ...(report === undefined ? [] : ['windows that are long enough for a report, which is made in words that only its source knows']),
    ...(pages.type === 'none' ? ['one page, many pages: one answer is all there is'] : []),
    ...(window === undefined ? ['overlap, late rows: each run asks for the full set'] : []),
    ...(window !== undefined && durationMs(window.overlap) === 0 ? ['an update lands once: no window reaches back'] : []),
    ...(window !== undefined && write.mode === 'replace' && write.scope !== 'date'
      ? ['an update lands once: every object keeps its rows, those of an overlap twice']
      : []),
  ];
}

/**
 * How a stream asks its source: against a server that pages as the stream declares, and that holds whatever a test says. It
 * answers what has changed in the window that was asked for, as an honest source does; how the window is said is the stream's own.
 */
export function describeRequests(stream: Stream, load: () => Promise<Fixture>): void {
  const missing = inapplicable(stream);
  describe(`requests of ${stream.id}`, () => {
    if (missing.length > 0) test(`leave out ${missing.join('; ')}`, () => expect(inapplicable(stream)).toEqual(missing));
    if (stream.request === undefined || missing.some((reason) => reason.startsWith('requests: '))) return;

    const windows: Window[] = [];
    const { request } = stream;
    const watched: Stream = {
      ...stream,
      request(context) {
        windows.push(context.window);
        return request(context);
      },
    };
    let server: ScriptedSource;
    let chain: Chain;
    let fixture: Fixture;
    let sample: Members;
    let held: readonly Held[] = [];
    let fails: (asked: Asked) => Reply | undefined = () => undefined;
    let runs = 0;
    const timeOf = (run: number) => firstRun(stream) + run * DAY_MS;

    beforeAll(async () => {
      fixture = await load();
      sample = fixture.records[0] ?? {};
      server = await startScriptedSource();
      chain = await openChain({
        streams: [watched],
        sources: new Map([[stream.source.name, settingsAt(stream.source, server.baseUrl)]]),
        http: { responseTimeoutMs: 5_000, idleTimeoutMs: 5_000 },
      });
    });
    beforeEach(() => {
      windows.length = 0;
      held = [];
      fails = () => undefined;
      server.script((asked) => (isTokenRequest(asked) ? tokenReply : (fails(asked) ?? honest(asked))));
    });
    afterAll(async () => {
      await chain.close();
      await server.stop();
    });

    const honest = (asked: Asked) => pageReply(stream, fixture.envelope, inWindow(held, windows.at(-1)), asked);
    const objects = async () => (await chain.objects(chain.raw)).filter(({ name }) => parseRawName(name)?.source === stream.source.name);
    const pagesAsked = () => server.asked.filter((asked) => !isTokenRequest(asked));

    /** So many records that changed before a run, and after the one before it. */
    function changedFor(run: number, count: number): readonly Held[] {
      const at = timeOf(run) - BEFORE_RUN_MS;
      return Array.from({ length: count }, (_, index) => ({ at, record: dated(stream, varied(stream, sample, run * 1000 + index), at) }));
    }

    async function publish(run: number) {
      const time = new Date(timeOf(run)).toISOString();
      chain.setNow(time);
      return await chain.publish({ source: stream.source.name, stream: stream.name }, { id: `run ${run}`, time });
    }

    /** Transforms the newest raw object; what came of it, clean object, rejects and run record. */
    async function transformNewest(): Promise<readonly ObjectInfo[]> {
      const newest = (await objects()).at(-1);
      if (newest === undefined) return [];
      await chain.finalize(chain.raw, newest);
      return (await chain.objects(chain.clean)).filter(({ name }) => name.includes(newest.name.split('/').at(-1) ?? ''));
    }

    async function cleanRows(): Promise<readonly Members[]> {
      const clean = (await transformNewest()).filter(({ name }) => name.startsWith(`${stream.id}/`));
      return (await Promise.all(clean.map(({ name }) => chain.lines(name)))).flat();
    }

    async function run(number: number): Promise<void> {
      expect(await publish(number)).toMatchObject({ status: 200, body: { status: 'success' } });
      for (const object of await transformNewest()) expect(await chain.finalize(chain.clean, object)).toMatchObject({ body: { status: 'success' } });
    }

    const counts = stream.pages.type === 'none' ? [0, 1, 5] : [0, 1, PAGE_SIZE, 2 * PAGE_SIZE, 2 * PAGE_SIZE + 1];
    test.each(counts)('lands %i records in one object, each once', async (count) => {
      runs += 1;
      held = changedFor(runs, count);
      const known = (await objects()).length;
      expect(await publish(runs)).toMatchObject({ status: 200, body: { status: 'success', runs: [{ records: count }] } });
      expect(await objects()).toHaveLength(known + 1);
      const rows = await cleanRows();
      expect(rows).toHaveLength(count < stream.expect.min ? 0 : count);
      const distinct = new Set(rows.map(({ _row, ...row }) => JSON.stringify(row)));
      expect(distinct.size).toBe(rows.length);
      // The source is asked once for one message.
      const asked = server.asked.length;
      expect(await publish(runs)).toMatchObject({ status: 200, body: { runs: [{ outcome: 'done before' }] } });
      expect(server.asked).toHaveLength(asked);
    });

    test('leave neither an object nor another cursor when they fail in the middle', async () => {
      runs += 1;
      held = changedFor(runs, 2 * PAGE_SIZE + 1);
      const known = await objects();
      fails = (asked) => {
        if (stream.pages.type === 'none') return { ...honest(asked), cut: true };
        return pagesAsked().length > 1 ? { status: 500 } : undefined;
      };
      expect((await publish(runs)).status).toBe(500);
      expect(pagesAsked().length).toBeGreaterThan(1);
      expect(await objects()).toEqual(known);
      const [failed] = windows;
      fails = () => undefined;
      windows.length = 0;
      expect(await publish(runs)).toMatchObject({ status: 200, body: { runs: [{ records: held.length }] } });
      expect(windows[0]).toEqual(failed);
    });

    const { window } = stream;
    if (window === undefined) return;

    test('say in which window they are', () => {
      const settings = settingsAt(stream.source, server.baseUrl);
      const ask = (from: string, to: string) => JSON.stringify(request({ settings, window: { from, to } }));
      const [a, b, c] = window.grain === 'day' ? ['2026-01-01', '2026-01-02', '2026-01-03'] : ['01', '02', '03'].map((day) => `2026-01-${day}T00:00:00Z`);
      expect(ask(a!, b!)).not.toEqual(ask(a!, c!));
      expect(ask(a!, c!)).not.toEqual(ask(b!, c!));
    });

    if (missing.some((reason) => reason.startsWith('an update'))) return;

    test('land an update in the overlap once, and lose no row that came late', async () => {
      runs += 1;
      const unit = window.grain === 'day' ? DAY_MS : 1000;
      const end = timeOf(runs) - (timeOf(runs) % unit);
      const [kept, updated, late] = [1, 2, 3].map((index) => varied(stream, sample, runs * 1000 + index)) as [Members, Members, Members];
      const early = { at: end - unit, record: dated(stream, kept, end - unit) };
      held = [early, { at: end - unit, record: dated(stream, updated, end - unit) }];
      await run(runs);
      // Neither was there when the run asked, although both are from before it.
      const at = end - durationMs(window.overlap);
      const name = freeColumn(stream);
      const changed = dated(stream, name === undefined ? updated : withField(stream, updated, name, another(stream, name, 99)), end - unit);
      held = [{ at, record: dated(stream, late, at) }, early, { at: end - unit, record: changed }];
      runs += 1;
      await run(runs);
      const table = (await tableRows(chain, stream)).map((row) => JSON.stringify(declared(stream, row)));
      const times = async (records: readonly Members[]) => {
        const rows = await expectedRows(records);
        return rows.map((row) => table.filter((found) => found === JSON.stringify(declared(stream, row))).length);
      };
      expect(await times(held.map(({ record }) => record))).toEqual([1, 1, 1]);
      if (name !== undefined) expect(await times([dated(stream, updated, end - unit)])).toEqual([0]);
    });

    /** What the records become in the clean bucket, as a file that nobody loads. */
    async function expectedRows(records: readonly Members[]): Promise<readonly Members[]> {
      const { extension, body } = fixture.answer(records);
      const object = await chain.put(`${stream.id}/2020-01-01/expected.${extension}`, body, { accept: 'min' });
      await chain.finalize(chain.raw, object);
      const clean = (await chain.objects(chain.clean)).find((info) =>
        info.name.startsWith(`${stream.id}/2020-01-01/expected.${extension}.${object.generation}.`),
      );
      return clean === undefined ? [] : await chain.lines(clean.name);
    }
  });
}

/** A run behind which the overlap reaches no further than the declared start, and which has few windows to ask for. */
function firstRun({ window }: Stream): number {
  if (window?.start === undefined) return FIRST_RUN;
  const days = Math.ceil(durationMs(window.overlap) / DAY_MS) + 1;
  return Date.parse(`${window.start}T06:00:00Z`) + days * DAY_MS;
}

/** What changed in a window, in the order of change. */
function inWindow(held: readonly Held[], window: Window | undefined): readonly Members[] {
  const from = window?.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(window.from);
  const to = window === undefined ? Number.POSITIVE_INFINITY : Date.parse(window.to);
  return held
    .filter(({ at }) => at >= from && at < to)
    .sort((a, b) => a.at - b.at)
    .map(({ record }) => record);
}

/** The record with the day of its change where a window of days replaces days. */
function dated(stream: Stream, record: Members, at: number): Members {
  if (stream.write.mode !== 'replace' || stream.write.scope !== 'date') return record;
  return withField(stream, record, stream.write.column, inFormat(stream.columns[stream.write.column]!, at));
}
