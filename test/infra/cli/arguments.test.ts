import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { verbs } from '../../../infra/cli/verbs.ts';
import { runHere } from './command.ts';

const LONG = `${'x'.repeat(200)}.json`;
let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'cli-'));
  await writeFile(join(home, 'stores.json'), '[]');
  await writeFile(join(home, 'accounts_20621101_010003.json'), '[]');
  await writeFile(join(home, 'stores.xlsx'), '');
  await writeFile(join(home, LONG), '');
  await writeFile(join(home, 'plain'), '');
});
afterAll(() => rm(home, { recursive: true }));

const RAW = 'ezfocus/accounts/2026-11-20/a.json';

describe('a wrong command is one line that says what is wrong, and exit 2', () => {
  test.each<[string, string[], string]>([
    ['no verb', [], 'which verb? "npm run pipeline -- --help" lists them'],
    ['an unknown verb', ['lod\nx'], 'there is no verb "lod\\nx": "npm run pipeline -- --help" lists them'],
    ['an unknown option', ['runs', '--since', 'x'], 'runs: there is no option --since (npm run pipeline -- runs --help)'],
    ['an option without its value', ['runs', '--stream'], 'runs: --stream needs a value (npm run pipeline -- runs --help)'],
    ['an option where a value is due', ['start', '--seed', '--json'], 'start: --seed needs a value (npm start -- --help)'],
    ['a value where none is due', ['runs', '--json=yes'], 'runs: --json takes no value'],
    ['a missing operand', ['drop', '--as', 'ezfocus/accounts'], 'drop: <file> is missing'],
    ['a missing option', ['drop', 'stores.json'], 'drop: --as <source>/<stream> is missing'],
    ['an operand too many', ['streams', 'ezfocus/accounts', 'b'], 'streams: there is no place for "b"'],
    ['an empty folder', ['start', '--dir', ''], 'start: --dir "" is empty'],
    ['a seed that is no number', ['start', '--seed', '1e3'], 'start: --seed "1e3" is no whole number'],
    ['an unknown stream', ['runs', '--stream', "x'; DROP"], 'runs: --stream "x\'; DROP" is not a stream; there are ezfocus/accounts,'],
    ['an unknown source', ['extract', 'ezfokus'], 'extract: <source>[/<stream>] "ezfokus" is not a source; there are ezfocus'],
    ['the built-in source', ['extract', 'pipeline'], 'extract: <source>[/<stream>] "pipeline" is not a source'],
    ['a day that no calendar has', ['extract', 'ezfocus', '--from', '2026-02-30'], 'extract: --from "2026-02-30" is no date; write YYYY-MM-DD'],
    ['days in the wrong order', ['extract', 'ga4', '--from', '2026-02-02', '--to', '2026-02-01'], 'extract: --from 2026-02-02 is after --to 2026-02-01'],
    ['days to come', ['extract', 'ga4', '--from', '2026-02-01', '--to', '9999-12-31'], 'extract: to is a day to come: the last day that can be asked for is'],
    ['a first day to come', ['extract', 'ga4', '--from', '9999-12-31'], 'extract: the window ends before it begins'],
    ['more windows than one command makes', ['extract', 'ga4', '--from', '0001-01-01'], 'extract: the backfill has more than 1000 windows of 90d'],
    ['days of a stream without windows', ['extract', 'ezfocus/accounts', '--from', '2026-02-01'], 'extract: ezfocus/accounts has no windows'],
    ['a stream that comes as files', ['extract', 'crm_csv/orders'], 'extract: crm_csv/orders: fed by files only, which the verb drop puts there'],
    ['a source that comes as files', ['extract', 'crm_csv'], 'extract: crm_csv/'],
    ['a limit of nothing', ['rejects', '--limit', '0'], 'rejects: --limit "0" is no whole number from 1'],
    ['an unknown grouping', ['rejects', '--group-by', 'record'], 'rejects: --group-by "record" is not one of rule'],
    ['a file that is not there', ['drop', 'nope.json', '--as', 'ezfocus/accounts'], 'drop: there is no file /'],
    ['a folder as a file', ['drop', '.', '--as', 'ezfocus/accounts'], 'drop: there is no file /'],
    [
      'a day after tomorrow',
      ['drop', 'stores.json', '--as', 'ezfocus/accounts', '--date', '2062-11-01'],
      'drop: the file would be of 2062-11-01, and the last day',
    ],
    ['a name of a day after tomorrow', ['drop', 'accounts_20621101_010003.json', '--as', 'ezfocus/accounts'], 'drop: the file would be of 2062-11-01, and'],
    ['an unknown ending', ['drop', 'stores.xlsx', '--as', 'ezfocus/accounts'], 'drop: stores.xlsx is no name for a raw object: it ends in .json'],
    ['a name that is too long', ['drop', LONG, '--as', 'ezfocus/accounts'], `drop: ${LONG} is no name for a raw object`],
    ['two forms of output', ['query', 'SELECT 1', '--json', '--csv'], 'query: --json or --csv, not both'],
    ['something that is no object', ['replay', 'gs://raw/a'], 'replay: <raw object or stream> "gs://raw/a" is neither a raw object'],
    ['an unknown gate', ['replay', RAW, '--accept', 'all'], 'replay: --accept "all" is not one of min, rejects, columns, drop'],
    ['days of an object', ['replay', RAW, '--from', '2026-11-20'], 'replay: --from and --to go with a stream, not with an object'],
    [
      'days of a stream in the wrong order',
      ['replay', 'ezfocus/accounts', '--from', '2026-02-02', '--to', '2026-02-01'],
      'replay: --from 2026-02-02 is after --to 2026-02-01',
    ],
    ['neither an id nor all', ['redeliver'], 'redeliver: an id or --all is needed, and not both'],
  ])('%s', async (_name, words, line) => {
    const { code, out, err } = await runHere(words, home);
    expect({ code, out, err: err.slice(0, line.length) }).toEqual({ code: 2, out: '', err: line });
    expect(err.split('\n')).toHaveLength(2);
    await expect(access(join(home, '.local'))).rejects.toThrow('ENOENT');
  });
});

test.each([
  ['a folder without state', ['runs'], /^there is nothing in .*\.local yet: "npm start" fills it\n$/],
  ['a file where the folder should be', ['start', '--dir', 'plain/state'], /^ENOTDIR: [^\n]*\n$/],
])('%s is one line and exit 1', async (_name, words, line) => {
  expect(await runHere(words, home)).toEqual({ code: 1, out: '', err: expect.stringMatching(line) });
});

test.each(verbs.map((verb) => [verb.name, verb] as const))('%s explains itself with an example, whatever else is said', async (name, verb) => {
  const { code, out, err } = await runHere([name, '--help'], home);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain(`\nExample`);
  for (const option of Object.keys(verb.options)) expect(out).toContain(`\n  --${option}`);
});

test('help lists every verb', async () => {
  const { code, out } = await runHere(['--help'], home);
  expect(code).toBe(0);
  for (const { name, summary } of verbs) expect(out).toMatch(new RegExp(`^  ${name} +${summary.slice(0, 20)}`, 'm'));
});

test('streams shows the data dictionary without any state', async () => {
  const { out } = await runHere(['streams', 'ezfocus/accounts', '--json'], home);
  const { columns, ...stream } = JSON.parse(out);
  expect(stream).toMatchObject({
    stream: 'ezfocus/accounts',
    table: 'WM_SalesTeam.Accounts_List',
    key: ['accnt_no'],
    gates: { min: 1, drop: 0.5, rejects: 0.05 },
  });
  expect(columns[0]).toEqual({ name: 'accnt_no', type: 'STRING', mode: 'REQUIRED', description: 'Store number', field: 'accnt_no', privacy: null });
  const text = (await runHere(['streams', 'ezfocus/accounts'], home)).out;
  expect(text).toMatch(/^latitude +FLOAT64 +NULLABLE +Geographical coordinate +null if not castable, with a warning; within: a point in Ontario/m);
  expect((await runHere(['streams'], home)).out).toMatch(/^ezfocus\/call_reports +WM_SalesTeam\.Call_Reports +replace /m);
});
