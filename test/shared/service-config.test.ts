import { createServer } from 'node:http';
import { once } from 'node:events';
import { afterAll, describe, expect, test } from '@jest/globals';
import { connectionOptions } from '../../shared/database/postgres.ts';
import { ConfigError } from '../../shared/errors.ts';
import { openKeys } from '../../shared/secrets/key-settings.ts';
import { cloudKms } from '../../shared/secrets/kms.ts';
import { loadDeliverConfig, loadKeys, loadSyncConfig } from '../../shared/service-config.ts';

const KEY = '0123456789abcdef0123456789abcdef';
const GOOD = {
  DB_DSN: 'postgres://app:pass%40word@db.internal:5433/crm?sslmode=disable',
  ENVIRONMENT: 'production',
  API_KEY: 'a-long-enough-key',
  CRM_ENCRYPTION_KEY: KEY,
  OUTBOX_BUCKET: 'my-outbox',
};

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadSyncConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('the settings of sync', () => {
  test('keep their names, and have defaults', () => {
    expect(loadSyncConfig(GOOD)).toMatchObject({
      logLevel: 'INFO',
      origins: [],
      requestsPerMinute: 15_000,
      apiKey: 'a-long-enough-key',
      noticesTopic: 'pipeline-failures',
    });
    expect(loadDeliverConfig({ ...GOOD, API_KEY: '', ENVIRONMENT: '' })).toMatchObject({ outboxBucket: 'my-outbox', timeoutMs: 540_000 });
    expect(loadSyncConfig({ ...GOOD, LOG_LEVEL: 'warning' }).logLevel).toBe('WARNING');
    expect(loadSyncConfig({ ...GOOD, LOG_LEVEL: 'error', DEBUG: 'true' }).logLevel).toBe('DEBUG');
    expect(loadSyncConfig({ ...GOOD, API_KEY: '', K_SERVICE: 'sync' }).apiKey).toBeUndefined();
    expect(loadSyncConfig({ ...GOOD, CORS_ALLOWED_ORIGINS: 'https://a.example.com, https://b.example.com/' }).origins).toEqual([
      'https://a.example.com',
      'https://b.example.com',
    ]);
  });

  test('are named all at once where they are missing, with no value of any', () => {
    expect(problemsOf({})).toEqual([
      expect.stringMatching(/^OUTBOX_BUCKET is not set/),
      expect.stringMatching(/^DB_DSN is not set/),
      expect.stringMatching(/^CRM_ENCRYPTION_KEY is not set \(exactly 32 bytes\)/),
      expect.stringMatching(/^ENVIRONMENT is not set/),
      expect.stringMatching(/^API_KEY is not set: outside Google Cloud nothing else proves the caller/),
    ]);
  });

  test.each([
    ['a key of 31 bytes', { CRM_ENCRYPTION_KEY: KEY.slice(1) }, 'CRM_ENCRYPTION_KEY has 31 bytes, not exactly 32'],
    ['a key of 32 characters and 33 bytes', { CRM_ENCRYPTION_KEY: `é${KEY.slice(1)}` }, 'CRM_ENCRYPTION_KEY has 33 bytes, not exactly 32'],
    ['every origin', { CORS_ALLOWED_ORIGINS: '*' }, 'CORS_ALLOWED_ORIGINS is no list of origins as https://app.example.com; * is refused'],
    ['a DSN of another database', { DB_DSN: 'mysql://a:b@c/d' }, 'DB_DSN is no address as postgres://user:password@host:5432/database'],
    [
      'a password with a % of its own',
      { DB_DSN: 'postgres://app:100%@db.internal/crm' },
      'DB_DSN has a % in its user, password or database that encodes nothing: write it as %25',
    ],
    ['an instance of another form', { INSTANCE_CONNECTION_NAME: 'crm' }, 'INSTANCE_CONNECTION_NAME is no project:region:instance'],
    ['a short API key', { API_KEY: 'short' }, 'API_KEY has fewer than 16 characters'],
    ['a level that there is not', { LOG_LEVEL: 'loud' }, expect.stringContaining('LOG_LEVEL is none of')],
  ])('refuse %s', (_, change, problem) => {
    expect(problemsOf({ ...GOOD, ...change })).toEqual([problem]);
  });
});

describe('the address of the database', () => {
  test('is the DSN, or the socket of a Cloud SQL instance with its user, password and database', () => {
    expect(connectionOptions({ dsn: GOOD.DB_DSN })).toMatchObject({ host: 'db.internal', port: 5433, user: 'app', password: 'pass@word', database: 'crm' });
    expect(connectionOptions({ dsn: 'postgresql+asyncpg://u:p@h/d', instance: 'my-project:europe-west1:crm' })).toEqual({
      host: '/cloudsql/my-project:europe-west1:crm',
      user: 'u',
      password: 'p',
      database: 'd',
      application_name: 'crm-sync',
    });
    // As SQLAlchemy writes an address without a host.
    expect(connectionOptions({ dsn: 'postgresql://u:p@/d?host=/cloudsql/my-project:europe-west1:crm' })).toMatchObject({
      host: '/cloudsql/my-project:europe-west1:crm',
      user: 'u',
      password: 'p',
      database: 'd',
    });
  });
});

describe('a key that Cloud KMS has encrypted', () => {
  const kmsKey = 'projects/p/locations/eu/keyRings/r/cryptoKeys/k';
  const asked: unknown[] = [];
  const server = createServer(async (request, response) => {
    const chunks = await Array.fromAsync(request);
    asked.push([request.method, request.url, JSON.parse(Buffer.concat(chunks).toString())]);
    const isWrong = request.url?.includes('wrong') === true;
    response.writeHead(isWrong ? 403 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isWrong ? { error: 'ciphertext' } : { plaintext: Buffer.from(KEY).toString('base64') }));
  }).listen(0, '127.0.0.1');
  afterAll(() => void server.close());

  async function decrypt() {
    if (!server.listening) await once(server, 'listening');
    const { port } = server.address() as { port: number };
    return cloudKms({ apiEndpoint: `http://127.0.0.1:${port}` });
  }

  test('is decrypted once, at the start', async () => {
    const ciphertext = Buffer.alloc(60, 'c').toString('base64');
    const keys = await openKeys(loadKeys({ CRM_ENCRYPTION_KEY: ciphertext, CRM_ENCRYPTION_KEY_KMS: kmsKey }), await decrypt());
    expect(keys.current.secret.export().toString()).toBe(KEY);
    expect(asked).toEqual([['POST', `/v1/${kmsKey}:decrypt`, { ciphertext }]]);
  });

  test('that Cloud KMS refuses ends the start with what to do, and quotes nothing', async () => {
    const ciphertext = Buffer.alloc(60, 'c').toString('base64');
    const opened = openKeys(loadKeys({ CRM_ENCRYPTION_KEY: ciphertext, CRM_ENCRYPTION_KEY_KMS: kmsKey.replace(/k$/, 'wrong') }), await decrypt());
    await expect(opened).rejects.toThrow(/CRM_ENCRYPTION_KEY_KMS: Cloud KMS did not decrypt the key/);
    await expect(opened).rejects.not.toThrow(ciphertext);
  });

  test('must be a ciphertext', () => {
    expect(() => loadKeys({ CRM_ENCRYPTION_KEY: KEY, CRM_ENCRYPTION_KEY_KMS: kmsKey })).toThrow(ConfigError);
  });
});
