import type { Database, Query } from '../../shared/database/database.ts';
import { DatabaseError } from '../../shared/database/database.ts';
import { EnvelopeError, isEnvelope, type KeyRing, keyIdOf, type Owner, seal, unseal } from '../../shared/secrets/envelope.ts';

/** What a rotation did; `failed` are the ids of integrations whose credentials did not open. */
export interface Rotation {
  readonly rotated: number;
  readonly current: number;
  readonly failed: readonly string[];
}

interface Row {
  readonly integration_id: string;
  readonly user_id: string;
  readonly crm_type: string;
  readonly encrypted_credentials: Buffer;
}

/**
 * Encrypts with the current key whatever is not: what another key has encrypted, and the credentials of the replaced service (OpenPGP by
 * pgcrypto, with one of these keys as its passphrase). It can be repeated, and the service may run meanwhile.
 */
export async function rotateKeys({ query }: Database, keys: KeyRing): Promise<Rotation> {
  const rows = await query<Row>(
    'SELECT integration_id, user_id, crm_type, encrypted_credentials FROM crm.crm_integrations WHERE encrypted_credentials IS NOT NULL ORDER BY integration_id',
  );
  const failed: string[] = [];
  let [rotated, current] = [0, 0];
  for (const row of rows) {
    if (isEnvelope(row.encrypted_credentials) && keyIdOf(row.encrypted_credentials) === keys.current.id) {
      current += 1;
      continue;
    }
    const owner: Owner = { userId: row.user_id, crmType: row.crm_type };
    const credentials = await opened(query, row, keys, owner);
    if (credentials === undefined) failed.push(row.integration_id);
    // Somebody who has changed the credentials in the meantime has used the current key.
    else if (await replaced(query, row, seal(credentials, keys, owner), keys.current.id)) rotated += 1;
    else current += 1;
  }
  return { rotated, current, failed };
}

async function opened(query: Query, row: Row, keys: KeyRing, owner: Owner): Promise<unknown> {
  if (!isEnvelope(row.encrypted_credentials)) return await openedLegacy(query, row, keys);
  try {
    return unseal(row.encrypted_credentials, keys, owner);
  } catch (error) {
    if (error instanceof EnvelopeError) return undefined;
    throw error;
  }
}

/** The passphrase goes to the database as a parameter, as the replaced service sent it with every statement; here it is the last time. */
async function openedLegacy(query: Query, { integration_id: id }: Row, keys: KeyRing): Promise<unknown> {
  const schema = await schemaOfPgcrypto(query);
  if (schema === undefined) return undefined;
  for (const { secret } of [...keys.previous, keys.current]) {
    try {
      const [row] = await query<{ credentials: string }>(
        `SELECT ${schema}.pgp_sym_decrypt(encrypted_credentials, $2) AS credentials FROM crm.crm_integrations WHERE integration_id = $1`,
        [id, secret.export().toString('utf8')],
      );
      return row === undefined ? undefined : JSON.parse(row.credentials);
    } catch (error) {
      // A wrong key.
      if (!(error instanceof DatabaseError) && !(error instanceof SyntaxError)) throw error;
    }
  }
  return undefined;
}

/** Quoted; the extension may be anywhere. */
async function schemaOfPgcrypto(query: Query): Promise<string | undefined> {
  const [row] = await query<{ schema: string }>(
    "SELECT quote_ident(nspname) AS schema FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'pgcrypto'",
  );
  return row?.schema;
}

async function replaced(query: Query, row: Row, envelope: Buffer, keyId: string): Promise<boolean> {
  const done = await query(
    'UPDATE crm.crm_integrations SET encrypted_credentials = $3, key_id = $4 WHERE integration_id = $1 AND encrypted_credentials = $2 RETURNING integration_id',
    [row.integration_id, row.encrypted_credentials, envelope, keyId],
  );
  return done.length === 1;
}
