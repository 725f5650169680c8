import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

/** What is copied: the tree as a person has it before a stream is new. */
const TREE = ['functions', 'shared', 'infra', 'test', '.lint', 'package.json', 'tsconfig.json', '.biome.jsonc', '.dependency-cruiser.cjs', '.env.example'];
const TIMEOUT_MS = 300_000;

const person = (id: number) => ({
  Id: 1000 + id,
  'First Name': `Real ${id}`,
  email: `real${id}@person.test`,
  phone: `0044123456${id}`,
  signup: `2024-02-1${id}`,
  balance: id + 0.5,
  is_active: id % 2 === 0,
  barcode: `9007199254740993${id}`,
  tags: id === 0 ? [] : [{ tag: 'a' }],
  note: id === 1 ? null : 'x',
  updated_at: `2024-03-01T10:00:0${id}+01:00`,
});
const people = [0, 1, 2, 3].map(person);
const lines = (records: readonly object[]) => records.map((record) => `${JSON.stringify(record)}\n`).join('');

/** Streams as they come: the name, the sample's file and text, and where it is asked for. */
const SAMPLES: readonly (readonly [string, string, string, string?])[] = [
  [
    'shop/customers',
    'customers.json',
    JSON.stringify({ meta: { page: 1 }, data: { items: people } }),
    'https://shop.example.com/v1/customers?limit=100&api_key=verysecret',
  ],
  [
    'shop/orders',
    'orders.ndjson',
    lines([
      { order: 'a', line: 1, day: '20.1.2024', 'price €': '12.50' },
      { order: 'a', line: 2, day: '1.2.2024', 'price €': '7' },
    ]),
  ],
  ['reference/class', 'rates * ;`x.csv', 'day;currency;rate;"1st";\n01/02/2024;USD;0.95;x;1\n13/02/2024;USD;0.96;"a;\n""b""";\n13/02/2024;SEK;0.09;;3\n'],
  ['crm_csv/visits', 'visits.csv', '\ufeffVisit,Kind,When\r\nsome,a,2024-01-01 10:00\r\nsome,a,2024-01-01 10:00\r\n'],
  [
    'ezfocus/visits',
    'visits.json',
    '[{"id":"x","at":"2024-01-01T10:00:00","wide":12345678901234567890.5,"nothing":null}]',
    'https://ezfocus.example.com/api?seg=x',
  ],
];

let home: string;
let tree: string;
const written: string[] = [];
const told: string[] = [];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'new-stream-suite-'));
  tree = join(home, 'tree');
  await mkdir(tree);
  for (const part of TREE) await cp(resolve(part), join(tree, part), { recursive: true });
  await symlink(resolve('node_modules'), join(tree, 'node_modules'));
  for (const [name, file, text, url] of SAMPLES) {
    await writeFile(join(home, file), text);
    const address = url === undefined ? [] : ['--source-url', url];
    const { stdout, stderr } = await node('infra/cli/main.ts', 'new-stream', name, '--sample', join(home, file), ...address);
    written.push(stdout);
    told.push(stderr);
  }
}, TIMEOUT_MS);
afterAll(() => rm(home, { recursive: true, force: true }));

/** Runs a program in the copy. */
async function node(...words: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return await promisify(execFile)(process.execPath, words, { cwd: tree, maxBuffer: 64 * 1024 * 1024 });
}

test('writes declaration, fixture and list entry, and source.ts and its setting where the source is new', () => {
  expect(written[0]?.trimEnd().split('\n')).toEqual([
    'write shared/streams/shop/source.ts',
    'write shared/streams/shop/customers.ts',
    'write test/fixtures/shop/customers.json',
    'change shared/streams/index.ts',
    'change .env.example',
  ]);
  for (const [index, name] of [
    [1, 'shop/orders'],
    [2, 'reference/class'],
    [3, 'crm_csv/visits'],
    [4, 'ezfocus/visits'],
  ] as const) {
    const lists = [`write shared/streams/${name}.ts`, `write test/fixtures/${name}.json`, 'change shared/streams/index.ts'];
    expect(written[index]?.trimEnd().split('\n')).toEqual(lists);
  }
});

test('tells what follows from a new stream, in the order in which it has to be run', () => {
  for (const text of told) expect(text).toContain('then: npm run infra:vars && npm run models -- sources && npm run check\n');
});

test('overwrites nothing: a second time it is refused, and all stays as it is', async () => {
  const files = ['shared/streams/shop/customers.ts', 'test/fixtures/shop/customers.json', 'shared/streams/index.ts', '.env.example'];
  const read = () => Promise.all(files.map((file) => readFile(join(tree, file), 'utf8')));
  const before = await read();
  await expect(node('infra/cli/main.ts', 'new-stream', 'shop/customers', '--sample', join(home, 'customers.json'))).rejects.toMatchObject({
    code: 1,
    stderr: 'shared/streams/shop/customers.ts is there already, and nothing is overwritten\n',
  });
  await node('infra/cli/main.ts', 'new-stream', 'shop/others', '--sample', join(home, 'customers.json'), '--dry-run');
  expect(await read()).toEqual(before);
  await expect(readFile(join(tree, 'shared/streams/shop/others.ts'))).rejects.toThrow('ENOENT');
});

test('writes no value of a person, nor a credential', async () => {
  const files = ['shared/streams/shop/customers.ts', 'test/fixtures/shop/customers.json', '.env.example'];
  const texts = await Promise.all(files.map((file) => readFile(join(tree, file), 'utf8')));
  expect(texts.join('')).not.toMatch(/Real \d|person\.test|0044123456|verysecret/);
});

test(
  'what it writes is formatted, clean for the linters and the compiler, and passes the contract suite untouched',
  async () => {
    await node('node_modules/@biomejs/biome/bin/biome', 'format', '.');
    await node('node_modules/@biomejs/biome/bin/biome', 'lint', '--error-on-warnings', 'shared');
    await node('node_modules/typescript/bin/tsc', '-p', '.');
    await node('.lint/imports.ts');
    const names = SAMPLES.map(([name]) => name).join('|');
    const jest = [
      '--experimental-vm-modules',
      'node_modules/jest/bin/jest.js',
      '--testPathIgnorePatterns=/node_modules/',
      '--json',
      '--outputFile',
      join(home, 'result.json'),
    ];
    await node(...jest, 'test/shared/streams/contract', 'test/shared/streams/catalog', '-t', `(${names}) |fixture|list of streams`).catch(() => undefined);
    const result = JSON.parse(await readFile(join(home, 'result.json'), 'utf8'));
    const tests: { fullName: string; status: string; failureMessages: string[] }[] = result.testResults.flatMap(
      (file: { assertionResults: unknown[] }) => file.assertionResults,
    );
    expect(tests.filter(({ status }) => status === 'failed').map(({ fullName, failureMessages }) => `${fullName}: ${failureMessages}`)).toEqual([]);
    const passed = tests.filter(({ status }) => status === 'passed').map(({ fullName }) => fullName);
    for (const [name] of SAMPLES)
      for (const test of ['gives exactly', 'reads the values', 'second delivery'])
        expect(passed.some((one) => one.includes(`${name} `) && one.includes(test))).toBe(true);
    expect(passed).toContain('requests of shop/customers lands 5 records in one object, each once');
  },
  TIMEOUT_MS,
);
