import { processEnvironment } from '../../shared/config.ts';
import type { Database } from '../../shared/database/database.ts';
import { postgres } from '../../shared/database/postgres.ts';
import { ConfigError } from '../../shared/errors.ts';
import { openKeys } from '../../shared/secrets/key-settings.ts';
import { cloudKms } from '../../shared/secrets/kms.ts';
import { loadDatabaseConfig, loadKeys } from '../../shared/service-config.ts';
import { scriptArguments } from '../script-arguments.ts';
import { migrate } from './migrate.ts';
import { countLegacy, type Rotation, rotateKeys } from './rotate.ts';

const HELP = `npm run migrate       brings the schema crm of DB_DSN to its newest version, and takes over the credentials of the replaced service
npm run rotate-keys   encrypts all credentials with CRM_ENCRYPTION_KEY; they open with CRM_ENCRYPTION_KEY_PREVIOUS until then
`;
const COMMANDS = ['migrate', 'rotate-keys'];
const env = processEnvironment();
const {
  positionals: [command],
} = scriptArguments(HELP, { allowPositionals: true }, ({ positionals: [name = '', ...surplus] }) =>
  COMMANDS.includes(name) && surplus.length === 0 ? undefined : `there is no such command; there are ${COMMANDS.join(' and ')}`,
);

try {
  process.exitCode = command === 'migrate' ? await migrateAll() : await rotateAll();
} catch (error) {
  const isForeseen = error instanceof ConfigError;
  process.stderr.write(`${isForeseen ? error.message : `failed: ${error instanceof Error ? error.message : 'no error object'}`}\n`);
  process.exitCode = isForeseen ? 2 : 1;
}

async function migrateAll(): Promise<number> {
  const done = await migrate(loadDatabaseConfig(env));
  process.stdout.write(done.length === 0 ? 'The schema crm is up to date\n' : `Migrated: ${done.join(', ')}\n`);
  return (env['CRM_ENCRYPTION_KEY'] ?? '') === '' ? await withDatabase(toldWaiting) : await rotateAll();
}

async function rotateAll(): Promise<number> {
  const keys = await openKeys(loadKeys(env), cloudKms());
  return await withDatabase(async (database) => told(await rotateKeys(database, keys)));
}

async function withDatabase<Result>(work: (database: Database) => Promise<Result>): Promise<Result> {
  const database = postgres({ ...loadDatabaseConfig(env), max: 1 });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

async function toldWaiting({ query }: Database): Promise<number> {
  const waiting = await countLegacy(query);
  if (waiting === 0) return 0;
  process.stderr.write(
    `${waiting} connections have the credentials of the replaced service: run this again with CRM_ENCRYPTION_KEY, and its key as CRM_ENCRYPTION_KEY_PREVIOUS\n`,
  );
  return 1;
}

function told({ rotated, current, failed }: Rotation): number {
  process.stdout.write(`Credentials: ${rotated} encrypted with the current key now, ${current} before\n`);
  for (const [why, all] of Map.groupBy(failed, (one) => one.why)) {
    process.stderr.write(`${all.length} do not open: ${why} (${all.map(({ id }) => id).join(', ')})\n`);
  }
  return failed.length === 0 ? 0 : 1;
}
