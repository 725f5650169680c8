import type { Database, Query } from '../../shared/database/database.ts';
import { DatabaseError } from '../../shared/database/database.ts';
import { EnvelopeError, isEnvelope, isOpenPgp, type KeyRing, keyIdOf, type Owner, seal, UnknownKeyError, unseal } from '../../shared/secrets/envelope.ts';

/** What a rotation did. */
export interface Rotation {
  readonly rotated: number;
  readonly current: number;
  readonly failed: readonly Unopened[];
}

/** An integration whose credentials did not open. */
export interface Unopened {
  readonly id: string;
  /** Why, and what to do. */
  readonly why: string;
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
  const failed: Unopened[] = [];
  let [rotated, current] = [0, 0];
  for (const row of rows) {
    if (isEnvelope(row.encrypted_credentials) && keyIdOf(row.encrypted_credentials) === keys.current.id) {
      current += 1;
      continue;
    }
    const owner: Owner = { userId: row.user_id, crmType: row.crm_type };
    const open = await opened(query, row, keys, owner);
    if ('why' in open) failed.push({ id: row.integration_id, why: open.why });
    // Somebody who has changed the credentials in the meantime has used the current key.
    else if (await replaced(query, row, seal(open.credentials, keys, owner), keys.current.id)) rotated += 1;
    else current += 1;
  }
  return { rotated, current, failed };
}

/** Counts the integrations whose credentials are as the replaced service has left them. */
export async function countLegacy(query: Query): Promise<number> {
  const rows = await query<Pick<Row, 'encrypted_credentials'>>(
    'SELECT encrypted_credentials FROM crm.crm_integrations WHERE encrypted_credentials IS NOT NULL',
  );
  return rows.filter(({ encrypted_credentials: bytes }) => isOpenPgp(bytes)).length;
}

type Opened = { readonly credentials: unknown } | { readonly why: string };

async function opened(query: Query, row: Row, keys: KeyRing, owner: Owner): Promise<Opened> {
  if (isOpenPgp(row.encrypted_credentials)) return await openedLegacy(query, row, keys);
  try {
    return { credentials: unseal(row.encrypted_credentials, keys, owner) };
  } catch (error) {
    if (error instanceof UnknownKeyError) return { why: `${error.message}, and run this again` };
    if (error instanceof EnvelopeError) return { why: `${error.message}: no key opens them, their users have to connect again` };
    throw error;
  }
}

/** The passphrase goes to the database as a parameter, as the replaced service sent it with every statement; here it is the last time. */
async function openedLegacy(query: Query, { integration_id: id }: Row, keys: KeyRing): Promise<Opened> {
  const schema = await schemaOfPgcrypto(query);
  if (schema === undefined) return { why: 'they are of the replaced service: create the extension pgcrypto, which it used, and run this again' };
  for (const { secret } of [...keys.previous, keys.current]) {
    try {
      const [row] = await query<{ credentials: string }>(
        `SELECT ${schema}.pgp_sym_decrypt(encrypted_credentials, $2) AS credentials FROM crm.crm_integrations WHERE integration_id = $1`,
        [id, secret.export().toString('utf8')],
      );
      if (row !== undefined) return { credentials: JSON.parse(row.credentials) };
    } catch (error) {
      const isWrongKey = error instanceof SyntaxError || (error instanceof DatabaseError && OF_WRONG_KEY.test(error.code ?? ''));
      if (!isWrongKey) throw error;
    }
  }
  return { why: 'they are of the replaced service, under another passphrase: set its CRM_ENCRYPTION_KEY as CRM_ENCRYPTION_KEY_PREVIOUS, and run this again' };
}

/** What pgcrypto says of a message that a key does not open, or opens to something that is no text. */
const OF_WRONG_KEY = /^(?:39|22)/;

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
