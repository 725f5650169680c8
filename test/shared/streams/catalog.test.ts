import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { catalog } from '../../../shared/catalog.ts';
import { sourceSettings } from '../../../shared/config.ts';
import { loadConfig } from '../../../shared/config.ts';
import { ConfigError } from '../../../shared/errors.ts';
import { defineSource, secret } from '../../../shared/source.ts';
import { type Columns, defineStream, replace, type Stream } from '../../../shared/stream.ts';
import { ezfocus } from '../../../shared/streams/ezfocus/source.ts';
import { builtInStreams, streams } from '../../../shared/streams/index.ts';
import { cronTimes } from '../../../shared/vocabulary/schedule.ts';

const STREAMS_DIR = join(import.meta.dirname, '../../../shared/streams');
const NOT_STREAMS = new Set(['source.ts', 'request.ts', 'report.ts', 'quota.ts', 'usage.ts', 'version.ts', 'formats.ts', 'columns.ts', 'keys.ts']);

const HOUR_MS = 3_600_000;

/** The hours of the years 2026 to 2027 that the clocks of a zone jump over. */
function hoursLeftOut(timeZone: string): readonly { readonly day: string; readonly hour: number }[] {
  const local = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const at = (moment: number) => {
    const [day = '', time = ''] = local.format(moment).split(' ');
    return { day, hour: Number(time.slice(0, 2)) };
  };
  const hours = Array.from({ length: 2 * 365 * 24 }, (_, index) => at(Date.UTC(2026, 0, 1) + index * HOUR_MS));
  return hours.flatMap(({ day, hour }, index) => ((hours[index + 1]?.hour ?? hour) - hour === 2 ? [{ day, hour: hour + 1 }] : []));
}

describe('the list of streams', () => {
  test('has every file in it', async () => {
    const entries = await readdir(STREAMS_DIR, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile() && entry.parentPath !== STREAMS_DIR && !NOT_STREAMS.has(entry.name))
      .map((entry) => join(entry.parentPath, entry.name));
    const declared = await Promise.all(files.map(async (file) => Object.values((await import(file)) as Record<string, Stream>)));
    expect(new Set(declared.flat())).toEqual(new Set([...streams, ...builtInStreams]));
  });

  test('gives every stream a key of required columns, a description, and a description for each column', () => {
    for (const stream of [...streams, ...builtInStreams]) {
      expect([stream.id, stream.key.filter((name) => stream.columns[name]?.required !== true)]).toEqual([stream.id, []]);
      expect([stream.id, stream.description]).toEqual([stream.id, expect.stringMatching(/\w/)]);
      const silent = Object.entries(stream.columns).filter(([, column]) => !column.description);
      expect([stream.id, silent]).toEqual([stream.id, []]);
    }
  });

  test('asks at no hour that the clocks of its zone leave out', () => {
    const asked = streams.flatMap(({ id, schedule }) => {
      const times = schedule === undefined ? undefined : cronTimes(schedule.cron);
      return schedule === undefined || times === undefined || typeof times === 'string' ? [] : [{ id, times, zone: schedule.timeZone }];
    });
    expect(asked).not.toEqual([]);
    const lost = asked.flatMap(({ id, times, zone }) =>
      hoursLeftOut(zone).flatMap(({ day, hour }) =>
        times.hours.includes(hour) && times.weekDays.includes(new Date(day).getUTCDay()) ? [`${id} at ${hour} on ${day}`] : [],
      ),
    );
    expect(lost).toEqual([]);
  });

  test('gives every rule a schema that is a JSON schema, because the transform does not ask', () => {
    const ajv = new Ajv();
    const rules = [...streams, ...builtInStreams].flatMap((stream) => stream.rules);
    expect(rules.filter((rule) => ajv.validateSchema(rule.schema) !== true)).toEqual([]);
    expect(ajv.validateSchema({ properties: { age: { minimum: '18' } } })).toBe(false);
  });

  test('with two streams for one table is refused', () => {
    const [first] = streams;
    expect(() => catalog([first!, { ...first!, id: 'ezfocus/other', name: 'other' }])).toThrow('is filled by two streams');
    expect(() => catalog([first!, first!])).toThrow('is listed twice');
  });
});

describe('a declaration', () => {
  const source = defineSource({ name: 'lab', title: 'Lab', settings: {}, auth: { type: 'none' } });
  const declare = (columns: Columns) => defineStream({ source, name: 'x', description: 'x', columns, write: replace(), table: { dataset: 'lab', name: 'x' } });

  test.each<[string, Columns, string]>([
    ['a name that is no column', { 'a b': { type: 'STRING' } }, 'no column name'],
    ['a name of the pipeline', { _row: { type: 'INT64' } }, 'no column name'],
    ['two names that differ only in case', { a: { type: 'STRING' }, A: { type: 'STRING', field: 'b' } }, 'there twice'],
    ['one field for two columns', { a: { type: 'STRING' }, b: { type: 'STRING', field: 'a' } }, 'feeds two columns'],
    ['a field that every object has', { a: { type: 'STRING', field: 'constructor' } }, 'member of every object'],
    ['the load timestamp', { load_timestamp: { type: 'TIMESTAMP' } }, 'there twice'],
  ])('with %s is refused', (_what, columns, words) => {
    expect(() => declare(columns)).toThrow(words);
  });

  const columns: Columns = { id: { type: 'INT64' }, city: { type: 'STRING' }, day: { type: 'DATE' } };
  const asked = (more: object) =>
    defineStream({ source, name: 'x', description: 'x', columns, write: replace(), table: { dataset: 'lab', name: 'x' }, ...more } as Parameters<
      typeof defineStream
    >[0]);
  const table = (more: object) => ({ table: { dataset: 'lab', name: 'x', ...more } });
  const cron = (text: string, timeZone = 'America/Toronto') => ({ schedule: { cron: text, timeZone } });
  const reads = (column: object) => ({ records: '/items', columns: { id: { type: 'STRING', ...column } } });

  test.each<[string, object, string]>([
    [
      'a cursor without /',
      { pages: { type: 'cursor', parameter: 'c', next: 'meta.next' } },
      'pages.next is "meta.next", which is no JSON pointer (RFC 6901): write "/meta/next"',
    ],
    ['a cursor at nothing', { pages: { type: 'cursor', parameter: 'c', next: '' } }, 'pages.next is ""'],
    ['a sign of more without /', { pages: { type: 'cursor', parameter: 'c', next: '/next', more: 'more' } }, 'pages.more is "more"'],
    ['an address without /', { pages: { type: 'next_url', in: { body: 'next' } } }, 'pages.in.body is "next"'],
    ['a total of records without /', { pages: { type: 'page_number', parameter: 'p', total: 'total' } }, 'pages.total is "total"'],
    ['a total of pages without /', { pages: { type: 'page_number', parameter: 'p', totalPages: 'pages' } }, 'pages.totalPages is "pages"'],
    ['a total of offsets without /', { pages: { type: 'offset', offset: 'o', limit: 'l', size: 1, total: 'total' } }, 'pages.total is "total"'],
    ['a ~ that stands for nothing', { pages: { type: 'cursor', parameter: 'c', next: '/a~b' } }, '~ in a name is written ~0'],
    ['pages of no size', { pages: { type: 'offset', offset: 'o', limit: 'l', size: 0, total: '/total' } }, 'pages.size is 0'],
    ['ranges of half a record', { pages: { type: 'content_range', size: 0.5 } }, 'pages.size is 0.5'],
    ['no page at most', { pages: { type: 'page_number', parameter: 'p', maxPages: 0 } }, 'pages.maxPages is 0'],
    ['records without /', { records: 'items' }, 'records is "items"'],
    ['a sign of emptiness without /', { empty: { at: 'kind', is: 'x' } }, 'empty.at is "kind"'],
    ['the id of a report without /', { report: { submit: () => ({}), poll: () => ({}), state: () => 'done', id: 'id' } }, 'report.id is "id"'],
    ['a column that reads the page without /', reads({ page: 'day' }), 'what column "id" reads is "day"'],
    ['a column that reads items without /', reads({ answer: { list: '/list', by: 'by', is: ['x'], value: ['value'] } }), 'what column "id" reads is "value"'],
    ['a start that is no day', { window: { grain: 'day', overlap: '1d', start: '2026-13-45' } }, 'window.start is "2026-13-45": write a day as 2026-01-31'],
    ['a start that is a moment', { window: { grain: 'instant', overlap: '1d', start: '2026-01-31T00:00:00Z' } }, 'window.start is "2026-01-31T00:00:00Z"'],
    ['a partition of texts', table({ partition: 'city' }), 'partition is "city": write a column of type DATE, DATETIME or TIMESTAMP'],
    ['a partition that is no column', table({ partition: 'nobody' }), 'partition is "nobody"'],
    ['a cluster that is no column', table({ cluster: ['city', 'nobody'] }), 'cluster names "nobody"'],
    ['a schedule of a word', cron('daily'), 'schedule.cron is "daily": write five fields'],
    ['a minute that no hour has', cron('60 1 * * *'), 'its minute is *, numbers from 0 to 59, a-b or */n'],
    ['an hour that no day has', cron('0 1,24 * * *'), 'its hour is *, numbers from 0 to 23'],
    ['a day 0', cron('0 1 0 * *'), 'its day of the month is *, numbers from 1 to 31'],
    ['a range that goes back', cron('0 1 * 6-2 *'), 'its month is *, numbers from 1 to 12'],
    ['a step of nothing', cron('*/0 1 * * *'), 'its minute is'],
    ['a time zone that nobody has', cron('0 1 * * *', 'America/Torronto'), 'schedule.timeZone is "America/Torronto"'],
    ['no time zone', cron('0 1 * * *', ''), 'schedule.timeZone is ""'],
    ['a type that no warehouse has', { columns: { id: { type: 'DTAE' } } }, 'column "id" has the type "DTAE": write STRING, INT64, '],
    ['a type in small letters', { columns: { id: { type: 'date' } } }, 'column "id" has the type "date"'],
    [
      'a format that names no day',
      { columns: { id: { type: 'DATE', formats: ['YYYY-MM-DD', 'DD/MM'] } } },
      'column "id" has the format "DD/MM", which names no day',
    ],
    ['a key that is no column', { key: ['ID'] }, 'key names "ID", which is none of its columns'],
    ['a key that may be missing', { key: ['city'] }, 'key names "city", which is no required column'],
    ['a day that is no column', { write: { mode: 'replace', scope: 'date', column: 'dya' } }, 'write names "dya", which is none of its columns'],
    ['more rejects than records', { expect: { rejects: 5 } }, 'expect.rejects is 5: write a share from 0 to 1, 5 % as 0.05'],
    ['a loss of 50 times the table', { expect: { rows: { drop: 50 } } }, 'expect.rows.drop is 50'],
    ['a dataset that is no name', table({ dataset: 'my-shop' }), 'table.dataset is "my-shop": write letters, digits and _'],
    ['a table that is no name', table({ name: 'x`; DROP' }), 'table.name is "x`; DROP"'],
    ['the dataset of the ledger', table({ dataset: 'ops', name: 'ledger' }), 'table.dataset is "ops", which the pipeline keeps for itself'],
    ['the dataset of the stages', table({ dataset: 'ops_stage' }), 'table.dataset is "ops_stage"'],
    ['an offset for a time zone', cron('0 1 * * *', '+05:00'), 'schedule.timeZone is "+05:00"'],
  ])('with %s is refused by name', (_what, more, words) => {
    expect(() => asked(more)).toThrow(/^stream "lab\/x": /);
    expect(() => asked(more)).toThrow(words);
  });

  test('that says it right is taken', () => {
    const pages = { type: 'cursor', parameter: 'c', next: '/a~1b/~0c', more: '/more', maxPages: 1 };
    const window = { grain: 'day', overlap: '1d', start: '2026-01-31' };
    const { id } = asked({ pages, window, ...table({ partition: 'day', cluster: ['city'] }), ...cron('*/15 0-6,23 1 */2 1-5/2', 'Etc/UTC') });
    expect(id).toBe('lab/x');
  });

  test('of a source whose error map points nowhere is refused', () => {
    const failures = [
      { status: 500, means: 'transient' },
      { at: 'error.code', is: [1], means: 'permanent' },
    ] as const;
    expect(() => defineSource({ name: 'lab', title: 'Lab', settings: {}, auth: { type: 'none' }, failures })).toThrow(
      'source "lab": failures[1].at is "error.code", which is no JSON pointer (RFC 6901): write "/error/code"',
    );
  });
});

describe('settings', () => {
  const all = {
    EZFOCUS_BASE_URL: 'https://crm.example.com/',
    EZFOCUS_USERNAME: 'u',
    EZFOCUS_PASSWORD: 'p',
    EZFOCUS_AGENT: '1234',
    EZFOCUS_ACCOUNTS_KEY: 'a',
    EZFOCUS_CALL_REPORTS_KEY: 'c',
    EZFOCUS_INVENTORY_KEY: 'i',
  };
  const buckets = { RAW_BUCKET: 'crm-raw', CLEAN_BUCKET: 'crm-clean' };

  test('of a source that has none leave it off', () => {
    expect(sourceSettings({}, [ezfocus], [])).toEqual(new Map());
  });

  test('that are all there turn the source on, with defaults where they have some', () => {
    const settings = loadConfig({ ...all, ...buckets }, 'extract', [ezfocus]).sources.get('ezfocus');
    expect(settings).toMatchObject({ baseUrl: 'https://crm.example.com', province: 'ON', storeTypes: 'SUCC,LRS,MED' });
  });

  test.each([
    ['\n', 'p\nq\n'],
    ['\r\n', 'p\nq\r\n'],
  ])('lose the line end behind them (%j), and no other', (_end, password) => {
    const env = { ...all, ...buckets, EZFOCUS_PASSWORD: password, EZFOCUS_BASE_URL: `${all.EZFOCUS_BASE_URL}\n`, EZFOCUS_PROVINCE: '\n' };
    expect(loadConfig(env, 'extract', [ezfocus]).sources.get('ezfocus')).toMatchObject({
      password: 'p\nq',
      baseUrl: 'https://crm.example.com',
      province: 'ON',
    });
  });

  test('that are missing, wrong or unknown are all named at once', () => {
    const { EZFOCUS_PASSWORD: _gone, ...some } = all;
    const wrong = { ...some, EZFOCUS_BASE_URL: 'https://u:p@crm.example.com', EZFOCUS_PASWORD: 'x' };
    expect(() => loadConfig(wrong, 'extract', [ezfocus])).toThrow(ConfigError);
    try {
      loadConfig(wrong, 'extract', [ezfocus]);
    } catch (error) {
      const { problems, message } = error as ConfigError;
      expect(problems).toHaveLength(4);
      for (const variable of ['EZFOCUS_PASSWORD', 'EZFOCUS_BASE_URL', 'EZFOCUS_PASWORD', 'RAW_BUCKET']) expect(message).toContain(variable);
      expect(message).not.toContain('u:p@');
    }
  });

  describe('of a source whose name others begin with', () => {
    const named = (name: string, variable = `${name.toUpperCase()}_OF_THE_TEST`) =>
      defineSource({ name, title: name, settings: { key: secret(variable, 'Key') }, auth: { type: 'none' } });

    test('are not those of the others, whether it is on or off', async () => {
      const example = await readFile(join(STREAMS_DIR, '../../.env.example'), 'utf8');
      const deployed = ['K_SERVICE', 'K_REVISION', 'FUNCTION_TARGET', 'FUNCTION_TIMEOUT_SECONDS', 'GOOGLE_APPLICATION_CREDENTIALS', 'CODE_VERSION'];
      const variables = [...example.matchAll(/^([A-Z]\w*)=/gm)].map(([, variable = '']) => variable).concat(deployed);
      expect(variables.length).toBeGreaterThan(40);
      const names = new Set(variables.filter((variable) => variable.includes('_')).map((variable) => variable.split('_')[0]!.toLowerCase()));
      const taken = new Set(catalog(streams).sources.map(({ name }) => name));
      const added = [...names].filter((name) => !taken.has(name)).map((name) => named(name));
      const env = Object.fromEntries(variables.map((variable) => [variable, 'https://example.com']));
      const on = Object.fromEntries(added.map(({ settings }) => [settings.key.env, 'x']));
      for (const one of [env, { ...env, ...on }]) {
        const problems: string[] = [];
        sourceSettings(one, [...catalog(streams).sources, ...added], problems);
        expect(problems).toEqual([]);
      }
    });

    test('are not what a source with a longer name does not know', () => {
      const problems: string[] = [];
      sourceSettings({ META_OF_THE_TEST: 'x', META_ADS_OF_THE_TEST: 'x', META_ADS_SLIP: 'x', META_SLIP: 'x' }, [named('meta'), named('meta_ads')], problems);
      expect(problems).toEqual([
        expect.stringMatching(/^META_SLIP is not a setting of meta;/),
        expect.stringMatching(/^META_ADS_SLIP is not a setting of meta_ads;/),
      ]);
    });

    test('are not those that another source has, whatever that is called', () => {
      const problems: string[] = [];
      expect(sourceSettings({ META_OF_THE_TEST: 'x', META_KEY: 'x' }, [named('meta'), named('lab', 'META_KEY')], problems).size).toBe(2);
      expect(problems).toEqual([]);
    });

    test('stop nothing while it is off', () => {
      const problems: string[] = [];
      expect(sourceSettings({ META_SLIP: 'x', META_OF_THE_TEST: '\n' }, [named('meta')], problems)).toEqual(new Map());
      expect(problems).toEqual([]);
    });
  });

  const warehouse = { GOOGLE_CLOUD_PROJECT: 'my-project', BIGQUERY_LOCATION: 'northamerica-northeast1' };

  test.each(['transform', 'load', 'cli'] as const)('of sources are not seen by %s', (name) => {
    expect(loadConfig({ ...all, ...buckets, ...warehouse }, name, [ezfocus]).sources.size).toBe(0);
  });

  test('of the warehouse are asked for where it is used only', () => {
    expect(loadConfig(buckets, 'transform', []).warehouse.projectId).toBe('');
    for (const name of ['load', 'cli'] as const)
      expect(() => loadConfig(buckets, name, [])).toThrow(/GOOGLE_CLOUD_PROJECT is not set\n.*BIGQUERY_LOCATION is not set/);
    const { projectId, location, maximumBytesBilled } = loadConfig({ ...buckets, ...warehouse, MAX_GB_BILLED: '5' }, 'load', []).warehouse;
    expect([projectId, location, maximumBytesBilled]).toEqual(['my-project', 'northamerica-northeast1', '5000000000']);
  });

  test.each([
    ['RAW_BUCKET', 'No Bucket'],
    ['NOTICES_TOPIC', 'x'],
    ['REQUESTS_TOPIC', 'projects/p/subscriptions/s'],
    ['GOOGLE_CLOUD_PROJECT', 'My Project'],
    ['BIGQUERY_LOCATION', 'here; DROP'],
    ['MAX_GB_BILLED', '0'],
    ['FUNCTION_TIMEOUT_SECONDS', '1'],
  ])('of the wrong form are refused: %s', (variable, value) => {
    expect(() => loadConfig({ ...buckets, ...warehouse, [variable]: value }, 'cli', [])).toThrow(`${variable} is no `);
  });

  test('that are empty count as absent', () => {
    const { noticesTopic, requestsTopic } = loadConfig({ ...buckets, ...warehouse, NOTICES_TOPIC: '', MAX_GB_BILLED: '' }, 'cli', []);
    expect([noticesTopic, requestsTopic]).toEqual(['pipeline-failures', 'extract-requests']);
  });
});
