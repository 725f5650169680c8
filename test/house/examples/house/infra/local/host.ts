import { getTestServer } from '@google-cloud/functions-framework';
import { PGlite } from '@electric-sql/pglite';

export async function serve(): Promise<void> {
  await getTestServer('function').listen(new PGlite(), Date.now());
}
