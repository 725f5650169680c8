import { getTestServer } from '@google-cloud/functions-framework';
import { PGlite } from '@electric-sql/pglite';
import { migrate } from '../postgres/migrate.ts';

export async function serve(): Promise<void> {
  await migrate();
  await getTestServer('function').listen(new PGlite(), Date.now());
}
