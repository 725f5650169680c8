import type { Database } from '../../shared/database/database.ts';
import type { OpenDatabase } from './rows.ts';

/** Opens databases by the settings of their sources; the client is imported when it is first needed. */
export function sourceDatabases(): OpenDatabase {
  const opened = new Map<string, Promise<Database>>();
  return (source, settings) => {
    const known = opened.get(source.name) ?? open(settings[source.database?.dsn ?? ''] ?? '', settings[source.database?.instance ?? ''] ?? '');
    opened.set(source.name, known);
    return known;
  };
}

async function open(dsn: string, instance: string): Promise<Database> {
  const { postgres } = await import('../../shared/database/postgres.ts');
  return postgres({ dsn, instance: instance === '' ? undefined : instance, max: 1, statementTimeoutMs: 60_000 });
}
