import { ConfigError } from './errors.ts';
import type { ChainFunction } from './invocation.ts';
import type { SettingValues, Source } from './source.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Who reads settings: a function, or a person's commands on Google Cloud. */
export type Reader = ChainFunction | 'cli';

/** What a reader is told from outside; nothing that only another one needs. */
export interface Config {
  readonly rawBucket: string;
  readonly cleanBucket: string;
  /** Empty where a person's commands have no CRMs to reach. */
  readonly outboxBucket: string;
  /** Where exports go; '' where the settings do not say, and for every function. */
  readonly exportsBucket: string;
  /** The topic of failures, or its full name. */
  readonly noticesTopic: string;
  /** The topic of messages for `extract`, or its full name; only a person's commands publish there. */
  readonly requestsTopic: string;
  readonly warehouse: WarehouseConfig;
  readonly codeVersion: string;
  readonly timeoutMs: number;
  /** The settings of every source that is on, by source name; only `extract` sees them. */
  readonly sources: ReadonlyMap<string, SettingValues>;
}

/** Where BigQuery's datasets are, and what one query may cost. */
export interface WarehouseConfig {
  readonly projectId: string;
  readonly location: string;
  /** Bytes, as decimal text: what would read more is refused before it costs anything. */
  readonly maximumBytesBilled: string;
}

const BUCKET = /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/;
const TOPIC = /^(?:projects\/[^/]+\/topics\/)?[A-Za-z][\w.~+%-]{2,254}$/;
const PROJECT = /^(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{3,62}$/;
const LOCATION = /^[A-Za-z][A-Za-z0-9-]{1,60}$/;
const DEFAULT_MAXIMUM_GB = 100;
const BYTES_PER_GB = 1_000_000_000;
const DEFAULT_TIMEOUT_SECONDS = 540;

/** Settings of the pipeline itself, by which no source is measured. */
const OWN = new Set(
  `RAW_BUCKET CLEAN_BUCKET OUTBOX_BUCKET EXPORTS_BUCKET NOTICES_TOPIC REQUESTS_TOPIC BIGQUERY_LOCATION MAX_GB_BILLED CODE_VERSION
  DB_DSN INSTANCE_CONNECTION_NAME CRM_ENCRYPTION_KEY CRM_ENCRYPTION_KEY_PREVIOUS CRM_ENCRYPTION_KEY_KMS API_KEY CORS_ALLOWED_ORIGINS
  RATE_LIMIT_PER_MINUTE ENVIRONMENT LOG_LEVEL DEBUG PORT`.split(/\s+/),
);
/** What Google Cloud, Node and their tools set. */
const PLATFORM = /^(?:GOOGLE|GCLOUD|GCP|CLOUDSDK|K|FUNCTION|NODE|NPM|LOG_EXECUTION)_/;

/** The environment of this process; the only place that reads it. */
export function processEnvironment(): Environment {
  return process.env;
}

/** Reads the settings of one reader; throws one ConfigError that names every one that is missing, wrong or unknown. */
export function loadConfig(env: Environment, reader: Reader, sources: readonly Source[]): Config {
  const problems: string[] = [];
  const config: Config = {
    rawBucket: reader === 'load' ? '' : required(env, 'RAW_BUCKET', BUCKET, 'bucket name', problems),
    cleanBucket: reader === 'extract' ? '' : required(env, 'CLEAN_BUCKET', BUCKET, 'bucket name', problems),
    outboxBucket: reader === 'cli' && isSet(env['OUTBOX_BUCKET']) ? required(env, 'OUTBOX_BUCKET', BUCKET, 'bucket name', problems) : '',
    exportsBucket: reader === 'cli' && isSet(env['EXPORTS_BUCKET']) ? required(env, 'EXPORTS_BUCKET', BUCKET, 'bucket name', problems) : '',
    noticesTopic: required({ NOTICES_TOPIC: 'pipeline-failures', ...set(env) }, 'NOTICES_TOPIC', TOPIC, "topic's name", problems),
    requestsTopic: reader === 'cli' ? required({ REQUESTS_TOPIC: 'extract-requests', ...set(env) }, 'REQUESTS_TOPIC', TOPIC, "topic's name", problems) : '',
    warehouse: reader === 'load' || reader === 'cli' ? warehouse(env, problems) : { projectId: '', location: '', maximumBytesBilled: '0' },
    codeVersion: env['CODE_VERSION'] ?? env['K_REVISION'] ?? 'unknown',
    timeoutMs: timeout(env, problems),
    sources: reader === 'extract' ? sourceSettings(env, sources, problems) : new Map(),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config);
}

/** The settings of every source that is on. A source with none of its settings is off; with some of them, each missing one is a problem. */
export function sourceSettings(env: Environment, sources: readonly Source[], problems: string[]): ReadonlyMap<string, SettingValues> {
  const on = new Map<string, SettingValues>();
  for (const source of sources) {
    const settings = Object.entries(source.settings);
    if (!settings.some(([, { env: variable }]) => isSet(given(env, variable)))) continue;
    problems.push(...unknownSettings(env, source, sources));
    on.set(source.name, Object.fromEntries(settings.map(([key, setting]) => [key, settingValue(env, setting, problems)])));
  }
  return on;
}

function settingValue(env: Environment, setting: Source['settings'][string], problems: string[]): string {
  const own = given(env, setting.env);
  const value = isSet(own) ? own : setting.default;
  if (value === undefined) problems.push(`${setting.env} is not set (${setting.description})`);
  else if (setting.kind === 'url' && !isPlainUrl(value)) problems.push(`${setting.env} is not an http(s) address without credentials, query and fragment`);
  return value?.replace(setting.kind === 'url' ? /\/+$/ : /$^/, '') ?? '';
}

/** A setting's value; a key that was piped into Secret Manager ends with the line end of `echo`, which is no part of it. */
function given(env: Environment, variable: string): string | undefined {
  return env[variable]?.replace(/[\r\n]+$/, '');
}

/** Variables that begin like those of a source that is on but belong to nobody: most often a slip of the pen. */
function unknownSettings(env: Environment, source: Source, sources: readonly Source[]): string[] {
  const known = Object.values(source.settings).map((setting) => setting.env);
  const prefix = prefixOf(source);
  // Where the source's own do not begin so, others may.
  if (!known.some((variable) => variable.startsWith(prefix))) return [];
  const others = new Set(sources.flatMap(({ settings }) => Object.values(settings).map((setting) => setting.env)));
  const longer = sources.map(prefixOf).filter((one) => one.length > prefix.length && one.startsWith(prefix));
  return Object.keys(env)
    .filter((variable) => variable.startsWith(prefix) && !others.has(variable) && !OWN.has(variable) && !PLATFORM.test(variable))
    .filter((variable) => !longer.some((one) => variable.startsWith(one)))
    .map((variable) => `${variable} is not a setting of ${source.title}; it knows ${known.join(', ')}`);
}

function prefixOf({ name }: Source): string {
  return `${name.toUpperCase()}_`;
}

function required(env: Environment, variable: string, grammar: RegExp, kind: string, problems: string[]): string {
  const value = env[variable] ?? '';
  if (!grammar.test(value)) problems.push(value === '' ? `${variable} is not set` : `${variable} is no ${kind}`);
  return value;
}

function warehouse(env: Environment, problems: string[]): WarehouseConfig {
  const gigabytes = Number(set(env)['MAX_GB_BILLED'] ?? DEFAULT_MAXIMUM_GB);
  if (!Number.isInteger(gigabytes) || gigabytes < 1 || gigabytes > 1_000_000) problems.push('MAX_GB_BILLED is no whole number from 1 to 1000000');
  return {
    projectId: required(env, 'GOOGLE_CLOUD_PROJECT', PROJECT, 'project id', problems),
    location: required(env, 'BIGQUERY_LOCATION', LOCATION, 'location of BigQuery, as EU or northamerica-northeast1', problems),
    maximumBytesBilled: String(gigabytes * BYTES_PER_GB),
  };
}

function timeout(env: Environment, problems: string[]): number {
  const text = env['FUNCTION_TIMEOUT_SECONDS'] ?? String(DEFAULT_TIMEOUT_SECONDS);
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 60 || seconds > 3600) problems.push('FUNCTION_TIMEOUT_SECONDS is no whole number from 60 to 3600');
  return seconds * 1000;
}

/** The variables that have a value: an empty one counts as absent. */
function set(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => isSet(value)));
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

function isPlainUrl(value: string): boolean {
  const address = URL.parse(value);
  if (address === null || (address.protocol !== 'https:' && address.protocol !== 'http:')) return false;
  return address.username === '' && address.password === '' && address.search === '' && address.hash === '';
}
