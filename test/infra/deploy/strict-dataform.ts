import { type ApiMethod, refusal, type StrictApi, sha, startStrictApi } from './strict-google.ts';

export interface StrictDataform extends StrictApi {
  /** The files of the newest commit, as base64; undefined before the first. */
  head: { sha: string; files: Map<string, string> } | undefined;
  /** How the history of a repository without a commit is refused; undefined: it is a list without an element. Google documents none of it. */
  noHistory: { status: number; reason: string } | undefined;
  /** What the compiler says of the next result. */
  compilationErrors: { path: string; message: string }[];
  releaseConfig: { name: string; gitCommitish: string; releaseCompilationResult?: string };
  /** Answers of this status come first, as many times. */
  failing: { status: number; times: number };
  /** Somebody else's commit, just before the next one. */
  intruder: (() => void) | undefined;
}

const BASE = '/v1/projects/my-project/locations/my-region1/repositories/crm-models';
const NAME = BASE.slice('/v1/'.length);
const PAGE = 3;

/** The part of Dataform's API that publishing uses, for one repository without a Git remote. */
export async function startStrictDataform(): Promise<StrictDataform> {
  const of = (suffix: string) => new RegExp(`^${BASE}${suffix}$`);
  const methods: Record<string, ApiMethod> = {
    get: { method: 'GET', path: of(''), answer: () => ({ json: { name: NAME } }) },
    fetchHistory: {
      method: 'GET',
      path: of(':fetchHistory'),
      query: ['pageSize', 'pageToken'],
      answer: () => {
        const { head, noHistory } = state;
        if (head !== undefined) return { json: { commits: [{ commitSha: head.sha }] } };
        return noHistory === undefined ? { json: {} } : refusal(noHistory.status, noHistory.reason, 'the repository has no commit');
      },
    },
    queryDirectoryContents: {
      method: 'GET',
      path: of(':queryDirectoryContents'),
      query: ['commitSha', 'path', 'pageSize', 'pageToken'],
      answer: ({ query }) => directory(query),
    },
    readFile: {
      method: 'GET',
      path: of(':readFile'),
      query: ['commitSha', 'path'],
      required: ['path'],
      answer: ({ query }) => {
        const contents = state.head?.files.get(query['path'] ?? '');
        return contents === undefined ? refusal(404, 'NOT_FOUND', 'no such file') : { json: { contents } };
      },
    },
    commit: {
      method: 'POST',
      path: of(':commit'),
      body: ['commitMetadata', 'requiredHeadCommitSha', 'fileOperations'],
      required: ['commitMetadata'],
      answer: ({ body }) => commit(body),
    },
    compile: {
      method: 'POST',
      path: of('/compilationResults'),
      body: ['gitCommitish', 'workspace', 'releaseConfig', 'codeCompilationConfig'],
      answer: ({ body }) => {
        if (body['releaseConfig'] !== state.releaseConfig.name) return refusal(404, 'NOT_FOUND', 'no such release config');
        return { json: { name: `${NAME}/compilationResults/${sha(`${state.head?.sha}`).slice(0, 8)}`, compilationErrors: state.compilationErrors } };
      },
    },
    getRelease: { method: 'GET', path: of('/releaseConfigs/production'), answer: () => ({ json: state.releaseConfig }) },
    patchRelease: {
      method: 'PATCH',
      path: of('/releaseConfigs/production'),
      query: ['updateMask'],
      body: ['name', 'gitCommitish', 'releaseCompilationResult'],
      required: ['gitCommitish', 'updateMask'],
      answer: ({ query, body }) => {
        if (query['updateMask'] !== 'releaseCompilationResult') return refusal(400, 'INVALID_ARGUMENT', 'every other field would be emptied');
        state.releaseConfig.releaseCompilationResult = String(body['releaseCompilationResult']);
        return { json: state.releaseConfig };
      },
    },
  };
  const api = await startStrictApi(
    Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, { ...method, answer: (call) => failure() ?? method.answer(call) }])),
  );
  const state: StrictDataform = Object.assign(api, {
    head: undefined,
    noHistory: { status: 400, reason: 'FAILED_PRECONDITION' },
    compilationErrors: [],
    releaseConfig: { name: `${NAME}/releaseConfigs/production`, gitCommitish: 'main' },
    failing: { status: 503, times: 0 },
    intruder: undefined,
  });
  return state;

  function failure() {
    if (state.failing.times === 0) return undefined;
    state.failing.times -= 1;
    return refusal(state.failing.status, 'UNAVAILABLE', 'try later');
  }

  function directory(query: Readonly<Record<string, string>>) {
    if (state.head === undefined || (query['commitSha'] ?? state.head.sha) !== state.head.sha) return refusal(404, 'NOT_FOUND', 'no such commit');
    const prefix = query['path'] === undefined ? '' : `${query['path']}/`;
    const below = [...state.head.files.keys()].filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
    const names = [...new Set(below.map((path) => path.replace(/\/.*/, '/')))].sort();
    const start = Number(query['pageToken'] ?? 0);
    const entries = names.slice(start, start + PAGE).map((name) => (name.endsWith('/') ? { directory: prefix + name } : { file: prefix + name }));
    return { json: { directoryEntries: entries, ...(start + PAGE < names.length ? { nextPageToken: String(start + PAGE) } : {}) } };
  }

  function commit(body: Readonly<Record<string, unknown>>) {
    state.intruder?.();
    if (body['requiredHeadCommitSha'] !== undefined && body['requiredHeadCommitSha'] !== state.head?.sha)
      return refusal(400, 'FAILED_PRECONDITION', 'the head is another commit');
    const files = new Map(state.head?.files);
    for (const [path, operation] of Object.entries(body['fileOperations'] ?? {})) {
      const { writeFile, deleteFile } = operation;
      if ((writeFile === undefined) === (deleteFile === undefined)) return refusal(400, 'INVALID_ARGUMENT', `${path}: one operation`);
      if (deleteFile !== undefined && !files.delete(path)) return refusal(400, 'INVALID_ARGUMENT', `${path} is not there`);
      if (writeFile !== undefined) files.set(path, writeFile.contents);
    }
    state.head = { sha: sha(JSON.stringify([...files, body['commitMetadata']])), files };
    return { json: {} };
  }
}
