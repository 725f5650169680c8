import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { defineSource } from '../../shared/source.ts';
import { defineStream, merge, replace, type Stream } from '../../shared/stream.ts';
import { CommandError, UsageError } from '../cli/cli-error.ts';
import { fixtureText } from './fixture-text.ts';
import { type Proposal, propose } from './proposal.ts';
import { readSample, type Sample } from './sample.ts';
import { addressVariable, declarationText, type Endpoint, type StreamName, sourceText } from './source-text.ts';
import { camelCase, withStream } from './stream-list.ts';

/** What becomes of a sample. */
export interface Scaffold {
  readonly files: readonly NewFile[];
  readonly proposal: Proposal;
  /** What a person should know before trusting it. */
  readonly remarks: readonly string[];
}

interface NewFile {
  /** From the root of the project. */
  readonly path: string;
  readonly text: string;
  readonly exists: boolean;
}

export interface StreamRequest {
  readonly source: string;
  readonly stream: string;
  readonly sample: string;
  readonly url?: URL | undefined;
}

const LIST = 'shared/streams/index.ts';
const ENVIRONMENT = '.env.example';
/** What all streams of a source share has these names. */
const SHARED_FILES = new Set(['source', 'request', 'formats', 'rules', 'columns', 'keys']);
/** Words that name nothing in TypeScript; longer than the language's own list by what this code imports. */
const RESERVED = new Set(
  'arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let merge new null package private protected public replace return static super switch this throw true try typeof url var void while with yield'.split(
    ' ',
  ),
);
const SECRET_NAME = /key|token|secret|passw|auth|sig|credential/i;

/** Makes everything that a new stream is, without writing it; throws CommandError or UsageError where it cannot be. */
export async function scaffold(root: string, { source, stream, sample: path, url }: StreamRequest): Promise<Scaffold> {
  if (SHARED_FILES.has(stream)) throw new UsageError(`"${stream}" is the name of a file that the streams of a source share`);
  const file = `${stream.replaceAll('_', '-')}.ts`;
  const folder = `shared/streams/${source}`;
  const paths = { declaration: `${folder}/${file}`, fixture: `test/fixtures/${source}/${stream}.json`, source: `${folder}/source.ts` };
  for (const taken of [paths.declaration, paths.fixture])
    if (existsSync(join(root, taken))) throw new CommandError(`${taken} is there already, and nothing is overwritten`);
  const sample = await readSample(path);
  const proposal = propose(stream, sample);
  const known = await readFile(join(root, paths.source), 'utf8').catch(() => undefined);
  if (known !== undefined && url !== undefined && !known.includes('baseUrl:'))
    throw new CommandError(`${paths.source} has no address: leave --source-url out, or give it one`);
  const names = namesOf(source, stream, known);
  const endpoint = url === undefined ? undefined : endpointOf(url);
  const origin = { file: basename(path), pointer: sample.pointer, count: sample.records.length, ...(endpoint === undefined ? {} : { endpoint }) };
  const list = await readFile(join(root, LIST), 'utf8');
  const files = [
    ...(known === undefined ? [{ path: paths.source, text: await formatted(root, paths.source, sourceText(names, url !== undefined)) }] : []),
    { path: paths.declaration, text: await formatted(root, paths.declaration, declarationText(names, proposal, origin)) },
    { path: paths.fixture, text: fixtureText(draft(names, proposal, sample), sample, proposal) },
    { path: LIST, text: await formatted(root, LIST, withStream(list, names, file)) },
    ...(known === undefined && url !== undefined ? [await environment(root, source)] : []),
  ];
  return {
    files: files.map((one) => ({ ...one, exists: existsSync(join(root, one.path)) })),
    proposal,
    remarks: remarksOn(sample, proposal, url, known !== undefined),
  };
}

/** Writes the files of a scaffold. */
export async function writeScaffold(root: string, { files }: Scaffold): Promise<void> {
  for (const { path, text } of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

function namesOf(source: string, stream: string, known: string | undefined): StreamName {
  const sourceConstant = /export const ([\w$]+) = defineSource\(/.exec(known ?? '')?.[1] ?? safe(camelCase(source), 'Source');
  const constant = safe(camelCase(stream), 'Stream');
  return { source, stream, sourceConstant, constant: constant === sourceConstant ? `${constant}Stream` : constant };
}

function safe(name: string, suffix: string): string {
  return RESERVED.has(name) ? `${name}${suffix}` : name;
}

/** The stream itself, so that a contradiction shows before a file is written. */
function draft({ source, stream }: StreamName, { columns, key }: Proposal, { pointer }: Sample): Stream {
  return defineStream({
    source: defineSource({ name: source, title: source, settings: {}, auth: { type: 'none' } }),
    name: stream,
    description: stream,
    records: pointer,
    columns,
    key: key.columns as never[],
    write: key.columns.length > 0 ? merge() : replace(),
    table: { dataset: source, name: stream },
  });
}

function endpointOf({ pathname, searchParams }: URL): Endpoint {
  return { path: pathname, query: Object.fromEntries([...searchParams].filter(([name]) => !SECRET_NAME.test(name))) };
}

async function environment(root: string, source: string): Promise<{ path: string; text: string }> {
  const before = await readFile(join(root, ENVIRONMENT), 'utf8').catch(() => '');
  return { path: ENVIRONMENT, text: `${before}${before === '' ? '' : '\n'}# ${source}: where it is asked.\n${addressVariable(source)}=\n` };
}

function remarksOn({ unreadable, records }: Sample, { leftOut, personal }: Proposal, url: URL | undefined, isKnown: boolean): readonly string[] {
  const secrets = [...(url?.searchParams.keys() ?? [])].filter((name) => SECRET_NAME.test(name));
  return [
    ...(unreadable === 0 ? [] : [`${unreadable} records could not be read (cells, Unicode): they would be rejects`]),
    ...(leftOut.length === 0 ? [] : [`no column can be made of ${leftOut.join(', ')}: it travels in _extra`]),
    ...(personal.size === 0
      ? []
      : [`looks personal, marked as such, other values in the fixture: ${[...personal.keys()].join(', ')}. Look at the fixture before you commit it`]),
    ...(records.length < 20 ? [`${records.length} records tell little: check a larger sample with --check`] : []),
    ...(secrets.length === 0 ? [] : [`left out of the request: ${secrets.join(', ')}. Credentials are settings: declare them as auth of the source`]),
    ...(url === undefined
      ? []
      : [
          isKnown
            ? `the address is the source's own setting; of the URL only path and query were taken`
            : `not declared yet: auth, pages, window. shared/vocabulary has the words`,
        ]),
  ];
}

/** What the house's formatter makes of a file. */
async function formatted(root: string, path: string, text: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
    const child = execFile(process.execPath, [biome, 'format', `--stdin-file-path=${path}`], { cwd: root }, (error, out) => {
      if (error === null) resolve(out);
      else reject(new Error(`${path} cannot be formatted: ${error.message}`));
    });
    child.stdin?.end(text);
  });
}
