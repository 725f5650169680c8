import { ConfigError } from './errors.ts';
import type { FunctionName } from './invocation.ts';
import type { SettingValues, Source } from './source.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a function is told from outside; nothing that only another function needs. */
export interface Config {
  readonly rawBucket: string;
  readonly cleanBucket: string;
  readonly codeVersion: string;
  readonly timeoutMs: number;
  /** The settings of every source that is on, by source name; only `extract` sees them. */
  readonly sources: ReadonlyMap<string, SettingValues>;
}

const BUCKET = /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/;
const DEFAULT_TIMEOUT_SECONDS = 540;

/** The environment of this process; the only place that reads it. */
export function processEnvironment(): Environment {
  return process.env;
}

/** Reads the settings of one function; throws one ConfigError that names every one that is missing, wrong or unknown. */
export function loadConfig(env: Environment, name: FunctionName, sources: readonly Source[]): Config {
  const problems: string[] = [];
  const config: Config = {
    rawBucket: name === 'load' ? '' : bucket(env, 'RAW_BUCKET', problems),
    cleanBucket: name === 'extract' ? '' : bucket(env, 'CLEAN_BUCKET', problems),
    codeVersion: env['CODE_VERSION'] ?? env['K_REVISION'] ?? 'unknown',
    timeoutMs: timeout(env, problems),
    sources: name === 'extract' ? sourceSettings(env, sources, problems) : new Map(),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config);
}

/** The settings of every source that is on. A source with none of its settings is off; with some of them, each missing one is a problem. */
export function sourceSettings(env: Environment, sources: readonly Source[], problems: string[]): ReadonlyMap<string, SettingValues> {
  const on = new Map<string, SettingValues>();
  for (const source of sources) {
    const settings = Object.entries(source.settings);
    problems.push(...unknownSettings(env, source));
    if (!settings.some(([, { env: variable }]) => isSet(env[variable]))) continue;
    on.set(source.name, Object.fromEntries(settings.map(([key, setting]) => [key, settingValue(env, setting, problems)])));
  }
  return on;
}

function settingValue(env: Environment, setting: Source['settings'][string], problems: string[]): string {
  const value = isSet(env[setting.env]) ? env[setting.env] : setting.default;
  if (value === undefined) problems.push(`${setting.env} is not set (${setting.description})`);
  else if (setting.kind === 'url' && !isPlainUrl(value)) problems.push(`${setting.env} is not an http(s) address without credentials, query and fragment`);
  return value?.replace(setting.kind === 'url' ? /\/+$/ : /$^/, '') ?? '';
}

/** Variables that begin like the source's but belong to none of its settings: most often a slip of the pen. */
function unknownSettings(env: Environment, source: Source): string[] {
  const known = new Set(Object.values(source.settings).map((setting) => setting.env));
  const prefix = `${source.name.toUpperCase()}_`;
  return Object.keys(env)
    .filter((variable) => known.size > 0 && variable.startsWith(prefix) && !known.has(variable))
    .map((variable) => `${variable} is not a setting of ${source.title}; it knows ${[...known].join(', ')}`);
}

function bucket(env: Environment, variable: string, problems: string[]): string {
  const value = env[variable] ?? '';
  if (!BUCKET.test(value)) problems.push(value === '' ? `${variable} is not set` : `${variable} is no bucket name`);
  return value;
}

function timeout(env: Environment, problems: string[]): number {
  const text = env['FUNCTION_TIMEOUT_SECONDS'] ?? String(DEFAULT_TIMEOUT_SECONDS);
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 60 || seconds > 3600) problems.push('FUNCTION_TIMEOUT_SECONDS is no whole number from 60 to 3600');
  return seconds * 1000;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

function isPlainUrl(value: string): boolean {
  const address = URL.parse(value);
  if (address === null || (address.protocol !== 'https:' && address.protocol !== 'http:')) return false;
  return address.username === '' && address.password === '' && address.search === '' && address.hash === '';
}
