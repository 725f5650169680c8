import type { Environment } from './config.ts';
import { connectionOptions } from './database/postgres.ts';
import { ConfigError } from './errors.ts';
import type { Severity } from './log.ts';
import { KEY_BYTES, type KeySettings } from './secrets/key-settings.ts';

/** What `sync` and `deliver` are told from outside. */
export interface ServiceConfig {
  readonly dsn: string;
  readonly instance: string | undefined;
  readonly keys: KeySettings;
  readonly outboxBucket: string;
  readonly noticesTopic: string;
  readonly codeVersion: string;
  readonly timeoutMs: number;
}

/** What only the HTTP side is told. */
export interface SyncConfig extends ServiceConfig {
  readonly environment: string;
  /** What is less severe is not logged. */
  readonly logLevel: Severity;
  /** Proves the caller; undefined where the platform has proven it before (IAM). */
  readonly apiKey: string | undefined;
  readonly origins: readonly string[];
  readonly requestsPerMinute: number;
}

type Problems = string[];

const KMS_KEY = /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/;
const BUCKET = /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/;
const TOPIC = /^(?:projects\/[^/]+\/topics\/)?[A-Za-z][\w.~+%-]{2,254}$/;
const INSTANCE = /^(?:[a-z0-9.-]+:)?[a-z0-9-]+:[a-z0-9-]+:[a-z0-9-]+$/;
/** Python's names, as settings of the replaced service have them. */
const LEVELS: Readonly<Record<string, Severity>> = { DEBUG: 'DEBUG', INFO: 'INFO', WARNING: 'WARNING', WARN: 'WARNING', ERROR: 'ERROR', CRITICAL: 'ERROR' };
const DEFAULT_TIMEOUT_SECONDS = 540;
const MIN_API_KEY = 16;
/** Above the 200 requests a second that the service is measured with. */
const DEFAULT_REQUESTS_PER_MINUTE = 15_000;

/** Reads the settings of `deliver`; throws one ConfigError that names every one that is missing or wrong. */
export function loadDeliverConfig(env: Environment): ServiceConfig {
  const problems: Problems = [];
  return ended(service(env, problems), problems);
}

/** Reads the settings of `sync`; throws one ConfigError that names every one that is missing or wrong. */
export function loadSyncConfig(env: Environment): SyncConfig {
  const problems: Problems = [];
  const perMinute = Number(env['RATE_LIMIT_PER_MINUTE'] || DEFAULT_REQUESTS_PER_MINUTE);
  if (!Number.isInteger(perMinute) || perMinute < 1) problems.push('RATE_LIMIT_PER_MINUTE is no whole number from 1');
  const config = {
    ...service(env, problems),
    environment: present(env, 'ENVIRONMENT', 'development, staging or production', problems),
    logLevel: logLevel(env, problems),
    apiKey: apiKey(env, problems),
    origins: origins(env, problems),
    requestsPerMinute: perMinute,
  };
  return ended(config, problems);
}

/** Reads the keys alone, for commands that re-encrypt: the previous one may be the passphrase of the replaced service, of any length. Throws ConfigError. */
export function loadKeys(env: Environment): KeySettings {
  const problems: Problems = [];
  return ended(keys(env, problems, anyKey), problems);
}

/** Reads where the database is; throws ConfigError. */
export function loadDatabaseConfig(env: Environment): Pick<ServiceConfig, 'dsn' | 'instance'> {
  const problems: Problems = [];
  return ended(database(env, problems), problems);
}

function service(env: Environment, problems: Problems): ServiceConfig {
  const seconds = Number(env['FUNCTION_TIMEOUT_SECONDS'] || DEFAULT_TIMEOUT_SECONDS);
  if (!Number.isInteger(seconds) || seconds < 60 || seconds > 3600) problems.push('FUNCTION_TIMEOUT_SECONDS is no whole number from 60 to 3600');
  const topic = env['NOTICES_TOPIC'] || 'pipeline-failures';
  if (!TOPIC.test(topic)) problems.push("NOTICES_TOPIC is no topic's name");
  const outboxBucket = present(env, 'OUTBOX_BUCKET', 'the bucket of what could not be delivered at once', problems);
  if (outboxBucket !== '' && !BUCKET.test(outboxBucket)) problems.push('OUTBOX_BUCKET is no bucket name');
  return {
    ...database(env, problems),
    keys: keys(env, problems),
    outboxBucket,
    noticesTopic: topic,
    codeVersion: env['CODE_VERSION'] ?? env['K_REVISION'] ?? 'unknown',
    timeoutMs: seconds * 1000,
  };
}

function database(env: Environment, problems: Problems): Pick<ServiceConfig, 'dsn' | 'instance'> {
  const dsn = present(env, 'DB_DSN', 'postgres://user:password@host:5432/database', problems);
  const instance = env['INSTANCE_CONNECTION_NAME'] || undefined;
  if (instance !== undefined && !INSTANCE.test(instance)) problems.push('INSTANCE_CONNECTION_NAME is no project:region:instance');
  try {
    if (dsn !== '') connectionOptions({ dsn, instance });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...error.problems);
  }
  return { dsn, instance };
}

function keys(env: Environment, problems: Problems, previousKey = plainKey): KeySettings {
  const kmsKey = env['CRM_ENCRYPTION_KEY_KMS'] || undefined;
  if (kmsKey !== undefined && !KMS_KEY.test(kmsKey)) problems.push('CRM_ENCRYPTION_KEY_KMS is no projects/…/locations/…/keyRings/…/cryptoKeys/…');
  const key = kmsKey === undefined ? plainKey : wrappedKey;
  const current = key(env, 'CRM_ENCRYPTION_KEY', problems);
  const previous = kmsKey === undefined ? previousKey : wrappedKey;
  return { current, previous: env['CRM_ENCRYPTION_KEY_PREVIOUS'] ? [previous(env, 'CRM_ENCRYPTION_KEY_PREVIOUS', problems)] : [], kmsKey };
}

function anyKey(env: Environment, variable: string): Buffer {
  return Buffer.from(env[variable] ?? '');
}

function plainKey(env: Environment, variable: string, problems: Problems): Buffer {
  const bytes = Buffer.from(present(env, variable, 'exactly 32 bytes', problems));
  if (bytes.length > 0 && bytes.length !== KEY_BYTES) problems.push(`${variable} has ${bytes.length} bytes, not exactly ${KEY_BYTES}`);
  return bytes;
}

/** What `gcloud kms encrypt` has made of 32 bytes, in base64. */
function wrappedKey(env: Environment, variable: string, problems: Problems): Buffer {
  const text = present(env, variable, 'the ciphertext of 32 bytes by CRM_ENCRYPTION_KEY_KMS, in base64', problems).trim();
  const bytes = Buffer.from(text, 'base64');
  if (text !== '' && (bytes.length <= KEY_BYTES || bytes.toString('base64') !== text))
    problems.push(`${variable} is no ciphertext in base64, as CRM_ENCRYPTION_KEY_KMS asks for`);
  return bytes;
}

/** On Cloud Run IAM lets only proven callers through; anywhere else nothing but the key does. */
function apiKey(env: Environment, problems: Problems): string | undefined {
  const value = env['API_KEY'] || undefined;
  if (value === undefined && !env['K_SERVICE']) problems.push('API_KEY is not set: outside Google Cloud nothing else proves the caller');
  if (value !== undefined && value.length < MIN_API_KEY) problems.push(`API_KEY has fewer than ${MIN_API_KEY} characters`);
  return value;
}

function origins(env: Environment, problems: Problems): readonly string[] {
  const list = (env['CORS_ALLOWED_ORIGINS'] ?? '')
    .split(',')
    .map((origin) => origin.trim().replace(/\/$/, ''))
    .filter((origin) => origin !== '');
  for (const origin of list) {
    const url = URL.parse(origin);
    if (url === null || url.origin !== origin) problems.push('CORS_ALLOWED_ORIGINS is no list of origins as https://app.example.com; * is refused');
  }
  return list;
}

/** DEBUG=true logs everything; it never makes an answer tell more. */
function logLevel(env: Environment, problems: Problems): Severity {
  const level = LEVELS[(env['LOG_LEVEL'] || 'INFO').toUpperCase()];
  if (level === undefined) problems.push(`LOG_LEVEL is none of ${Object.keys(LEVELS).join(', ')}`);
  return flag(env, 'DEBUG', problems) ? 'DEBUG' : (level ?? 'INFO');
}

function flag(env: Environment, variable: string, problems: Problems): boolean {
  const text = (env[variable] || 'false').toLowerCase();
  if (!['true', 'false', '1', '0'].includes(text)) problems.push(`${variable} is neither true nor false`);
  return text === 'true' || text === '1';
}

function present(env: Environment, variable: string, what: string, problems: Problems): string {
  const value = env[variable] ?? '';
  if (value === '') problems.push(`${variable} is not set (${what})`);
  return value;
}

function ended<Config>(config: Config, problems: Problems): Config {
  if (problems.length > 0) throw new ConfigError([...new Set(problems)]);
  return Object.freeze(config);
}
