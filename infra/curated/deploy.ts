import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { PermanentError } from '../../shared/errors.ts';
import { type GoogleApi, listOf, membersOf } from '../deploy/google-api.ts';

export interface PublishOptions {
  readonly api: GoogleApi;
  readonly project: string;
  readonly region: string;
  /** The folder of the Dataform project. */
  readonly dir: string;
  /** Version of the code, for the commit's message. */
  readonly version: string;
  readonly say: (line: string) => void;
  /** Where the API is; default: Google's. */
  readonly dataform?: string;
}

const REPOSITORY = 'crm-models';
const RELEASE = 'production';
const AUTHOR = { name: 'crm-data-pipeline', emailAddress: 'crm-data-pipeline@example.com' };
const MAX_ERRORS = 20;

interface Remote {
  readonly api: GoogleApi;
  /** The address of the repository. */
  readonly url: string;
  /** Its name in Google's terms. */
  readonly name: string;
}

/**
 * Publishes the curated models: commits what differs to Dataform's repository, compiles it there, and releases it for the
 * scheduled runs. What does not compile is not released, so the runs go on with what was released before.
 */
export async function publishModels(options: PublishOptions): Promise<void> {
  const { api, project, region, dir, version, say, dataform = 'https://dataform.googleapis.com' } = options;
  const name = `projects/${project}/locations/${region}/repositories/${REPOSITORY}`;
  const remote: Remote = { api, name, url: `${dataform}/v1/${name}` };
  await api.ask({ method: 'GET', url: remote.url });
  const changed = await commit(remote, await localFiles(dir), version);
  say(changed === 0 ? 'the repository has these models already' : `${changed} files committed to ${REPOSITORY}`);
  const result = await compile(remote);
  await release(remote, result);
  say(`released: ${result}`);
}

/** Resolves to the number of files that differed. */
async function commit(remote: Remote, files: ReadonlyMap<string, string>, version: string): Promise<number> {
  const head = await headOf(remote);
  const there = head === undefined ? new Set<string>() : new Set(await remoteFiles(remote, head, ''));
  const operations: Record<string, unknown> = {};
  for (const [path, contents] of files) {
    if (head !== undefined && there.has(path) && (await contentsOf(remote, head, path)) === contents) continue;
    operations[path] = { writeFile: { contents } };
  }
  for (const path of there) if (!files.has(path)) operations[path] = { deleteFile: {} };
  const changed = Object.keys(operations).length;
  if (changed === 0) return 0;
  const commitMetadata = { author: AUTHOR, commitMessage: `Models of version ${version}` };
  // The head that was compared: what somebody else commits meanwhile makes this commit fail instead of being lost.
  const body = { commitMetadata, fileOperations: operations, ...(head === undefined ? {} : { requiredHeadCommitSha: head }) };
  await remote.api.ask({ method: 'POST', url: `${remote.url}:commit`, body });
  return changed;
}

/** Undefined where nothing has been committed yet; the repository is there, so a refusal that may mean this does. */
async function headOf({ api, url }: Remote): Promise<string | undefined> {
  try {
    const [newest] = listOf((await api.ask({ method: 'GET', url: `${url}:fetchHistory`, query: { pageSize: '1' } }))['commits']);
    const { commitSha } = membersOf(newest);
    return typeof commitSha === 'string' ? commitSha : undefined;
  } catch (error) {
    if (error instanceof PermanentError && /\b(FAILED_PRECONDITION|NOT_FOUND)\b/.test(error.message)) return undefined;
    throw error;
  }
}

async function remoteFiles(remote: Remote, commitSha: string, path: string): Promise<readonly string[]> {
  const files: string[] = [];
  let pageToken = '';
  do {
    const query = { commitSha, pageSize: '1000', ...(path === '' ? {} : { path }), ...(pageToken === '' ? {} : { pageToken }) };
    const page = await remote.api.ask({ method: 'GET', url: `${remote.url}:queryDirectoryContents`, query });
    for (const { file, directory } of listOf(page['directoryEntries']).map(membersOf)) {
      if (typeof file === 'string') files.push(below(path, file));
      if (typeof directory === 'string') files.push(...(await remoteFiles(remote, commitSha, below(path, directory))));
    }
    pageToken = typeof page['nextPageToken'] === 'string' ? page['nextPageToken'] : '';
  } while (pageToken !== '');
  return files;
}

/** The API's entries are names in the folder, or whole paths. */
function below(folder: string, entry: string): string {
  const name = entry.replace(/\/$/, '');
  return folder === '' || name.startsWith(`${folder}/`) ? name : `${folder}/${name}`;
}

async function contentsOf({ api, url }: Remote, commitSha: string, path: string): Promise<string> {
  const { contents } = await api.ask({ method: 'GET', url: `${url}:readFile`, query: { commitSha, path } });
  return typeof contents === 'string' ? contents : '';
}

async function compile({ api, url, name }: Remote): Promise<string> {
  const result = await api.ask({ method: 'POST', url: `${url}/compilationResults`, body: { releaseConfig: `${name}/releaseConfigs/${RELEASE}` } });
  const errors = listOf(result['compilationErrors']).map(membersOf);
  if (errors.length > 0) {
    const lines = errors.slice(0, MAX_ERRORS).map(({ path, message }) => `${String(path ?? '')}: ${String(message ?? '')}`);
    throw new PermanentError('models', `Dataform does not compile the models; the release is as it was:\n${lines.join('\n')}`);
  }
  if (typeof result['name'] !== 'string') throw new PermanentError('models', 'Dataform has compiled the models, but names no result');
  return result['name'];
}

async function release({ api, url }: Remote, releaseCompilationResult: string): Promise<void> {
  const address = `${url}/releaseConfigs/${RELEASE}`;
  const { gitCommitish } = await api.ask({ method: 'GET', url: address });
  await api.ask({ method: 'PATCH', url: address, query: { updateMask: 'releaseCompilationResult' }, body: { gitCommitish, releaseCompilationResult } });
}

/** Every file of the project by its path, as base64. */
async function localFiles(dir: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const ours = paths.map((path) => [relative(dir, path).split(sep).join('/'), path] as const).filter(([name]) => !/(^|\/)(node_modules|\.)/.test(name));
  const files = ours.sort(([a], [b]) => (a < b ? -1 : 1)).map(async ([name, path]) => [name, (await readFile(path)).toString('base64')] as const);
  return new Map(await Promise.all(files));
}
