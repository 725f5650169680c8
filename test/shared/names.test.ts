import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  builtInObjectName,
  cleanObjectName,
  compareVersions,
  isIgnored,
  parseCleanName,
  parseRawName,
  runObjectName,
  safeFileName,
} from '../../shared/names.ts';

const bytes = { generation: '1763600000000001', size: 1234, crc32c: '0a1b2c3d' };
const event = { source: 'ezfocus', stream: 'accounts', eventId: 'e-1', eventTime: new Date('2026-11-20T06:00:07.891Z') };

describe('raw names', () => {
  test('a run is named after the time and identity of its event', () => {
    const name = runObjectName(event, 'json');
    expect(name).toMatch(/^ezfocus\/accounts\/2026-11-20\/20261120T060007Z-[0-9a-f]{8}\.json$/);
    expect(runObjectName(event, 'json')).toBe(name);
    expect(parseRawName(name)).toMatchObject({ kind: 'run', runTime: '2026-11-20T06:00:07Z', format: 'json' });
  });

  test.each([
    ['another event id', { eventId: 'e-2' }],
    ['another stream', { stream: 'inventory' }],
    ['another window', { from: '2026-01-01' }],
    ['the other end of the window', { to: '2026-01-01' }],
  ])('%s leads to another object', (_what, change) => {
    expect(
      runObjectName({ ...event, ...change }, 'json')
        .split('/')
        .at(-1),
    ).not.toBe(runObjectName(event, 'json').split('/').at(-1));
  });

  test('a backfill says so and does not count as a run', () => {
    const name = runObjectName({ ...event, from: '2026-01-01', to: '2026-02-01' }, 'ndjson.gz');
    expect(parseRawName(name)).toMatchObject({ kind: 'backfill', runTime: '2026-11-20T06:00:07Z', format: 'ndjson' });
  });

  test.each([
    ['a dropped file', 'crm_csv/contacts/2026-11-20/Kundenliste (neu) +1.csv.gz', 'drop'],
    ['a file of another script', 'crm_csv/contacts/2026-11-20/連絡先.json', 'drop'],
    ['a run that was moved to another day', 'ezfocus/accounts/2026-11-21/20261120T060007Z-0a1b2c3d.json', 'drop'],
    ['a time that does not exist', 'ezfocus/accounts/2026-11-20/20261120T250007Z-0a1b2c3d.json', 'drop'],
  ])('%s is a drop, whose time is midnight of its date', (_what, name, kind) => {
    const raw = parseRawName(name);
    expect(raw?.kind).toBe(kind);
    expect(raw?.runTime).toBe(`${raw?.date}T00:00:00Z`);
  });

  test.each([
    ['no extension', 'a/b/2026-11-20/file'],
    ['an unknown extension', 'a/b/2026-11-20/file.xml'],
    ['a date that does not exist', 'a/b/2026-02-30/file.json'],
    ['too few parts', 'a/2026-11-20/file.json'],
    ['too many parts', 'a/b/c/2026-11-20/file.json'],
    ['a parent folder', '../b/2026-11-20/file.json'],
    ['a reserved source', 'pipeline/runs/2026-11-20/file.json'],
    ['a quote', "a/b/2026-11-20/fi'le.json"],
    ['a backtick', 'a/b/2026-11-20/fi`le.json'],
    ['a line break', 'a/b/2026-11-20/fi\nle.json'],
    ['a wildcard', 'a/b/2026-11-20/*.json'],
    ['a part of more than 200 bytes', `a/b/2026-11-20/${'é'.repeat(100)}.json`],
    ['a leading slash', '/a/b/2026-11-20/file.json'],
  ])('a name with %s is refused', (_what, name) => {
    expect(parseRawName(name)).toBeUndefined();
  });

  test.each(['gcloud/tmp/x', 'pending/a/b/2026-11-20/x.json', 'a/b/'])('%s is ignored', (name) => {
    expect(isIgnored(name)).toBe(true);
  });
});

describe('clean names', () => {
  const part = fc.string({ unit: fc.constantFrom(...'abcXYZ019 ._-()+éß連'), minLength: 1, maxLength: 40 }).filter((text) => text !== '.' && text !== '..');
  const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,20}$/).filter((text) => !['pipeline', 'pending', 'gcloud'].includes(text));

  test('clean, rejects and run record names carry everything and round-trip', () => {
    const int64 = fc.bigInt(1n, 2n ** 63n - 1n).map(String);
    const crc = fc.stringMatching(/^[0-9a-f]{8}$/);
    const gates = fc.uniqueArray(fc.constantFrom('min', 'rejects', 'columns', 'drop'));
    const extension = fc.constantFrom('json', 'ndjson', 'json-seq', 'csv', 'json.gz', 'csv.gz');
    fc.assert(
      fc.property(word, word, part, extension, int64, fc.nat(), crc, gates, (source, stream, stem, ext, generation, size, crc32c, accept) => {
        const raw = parseRawName(`${source}/${stream}/2026-11-20/${stem}.${ext}`);
        if (raw === undefined) throw new Error('not of the grammar');
        const id = { generation, size, crc32c };
        const expected = { raw, bytes: id, accept: [...accept].sort() };
        const clean = cleanObjectName(raw, id, accept);
        expect(parseCleanName(clean)).toEqual({ name: clean, source, stream, ...expected });
        const runs = builtInObjectName('runs', raw, id, accept);
        expect(parseCleanName(runs)).toEqual({ name: runs, source: 'pipeline', stream: 'runs', ...expected });
      }),
      { seed: 4711, numRuns: 500 },
    );
  });

  test.each(['a/b/2026-11-20/x.json', 'pipeline/runs/2026-11-20/x.json.1.2-0a1b2c3d.ndjson', 'a/b/2026-11-20/x.json.1.2-0A1B2C3D.ndjson'])(
    '%s is refused',
    (name) => {
      expect(parseCleanName(name)).toBeUndefined();
    },
  );

  test('another generation of the same raw object is another clean object', () => {
    const raw = parseRawName('a/b/2026-11-20/x.json');
    if (raw === undefined) throw new Error('not of the grammar');
    expect(cleanObjectName(raw, bytes, [])).not.toBe(cleanObjectName(raw, { ...bytes, generation: '1763600000000002' }, []));
  });
});

describe('order', () => {
  const older = { runTime: '2026-11-20T06:00:00Z', generation: '9', name: 'a' };

  test.each([
    ['a later run time, whatever the generation', { runTime: '2026-11-21T06:00:00Z', generation: '1', name: 'a' }],
    ['a greater generation, compared as a number', { runTime: '2026-11-20T06:00:00Z', generation: '10', name: 'a' }],
    ['a later name, where all else is equal', { runTime: '2026-11-20T06:00:00Z', generation: '9', name: 'b' }],
  ])('%s is newer', (_what, newer) => {
    expect(compareVersions(older, newer)).toBeLessThan(0);
    expect(compareVersions(newer, older)).toBeGreaterThan(0);
  });

  test('a version is as new as itself', () => {
    expect(compareVersions(older, { ...older })).toBe(0);
  });
});

test.each([
  ['Kunden: Nov/Dez.csv', 'Kunden_ Nov_Dez.csv'],
  ['../../etc/passwd.json', '_./.._etc_passwd.json'.replaceAll('/', '_')],
  ["a'b`c.json", 'a_b_c.json'],
])('the file name %s becomes %s', (given, safe) => {
  expect(safeFileName(given)).toBe(safe);
  expect(parseRawName(`a/b/2026-11-20/${safeFileName(given)}`)).toBeDefined();
});
