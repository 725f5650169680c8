import { CrmError } from '../../shared/crm/crm-error.ts';
import type { Connection, CrmProvider, Credentials } from '../../shared/crm/provider.ts';
import { openCredentials } from '../../shared/crm-store/integrations.ts';
import { withLock } from '../../shared/crm-store/locks.ts';
import { EnvelopeError, UnknownKeyError } from '../../shared/secrets/envelope.ts';
import { HttpError } from './http-error.ts';
import type { Call } from './route.ts';
import { checker } from './schema.ts';

type Settings = Readonly<Record<string, unknown>>;

/** Checks the shape of credentials, then proves them at the CRM, with no connection to the database held; throws HttpError. */
export async function proveCredentials(
  call: Pick<Call, 'deps' | 'signal' | 'userId'>,
  provider: CrmProvider,
  given: unknown,
  settings: Settings,
): Promise<Credentials> {
  const credentials = credentialsOf(provider)(given);
  await prove(call, provider, credentials, settings);
  return credentials;
}

const checkers = new WeakMap<CrmProvider, (value: unknown) => Credentials>();

/** Compiled once a provider. */
function credentialsOf(provider: CrmProvider): (value: unknown) => Credentials {
  const check = checkers.get(provider) ?? checker<Credentials>({ ...provider.credentials }, 'credentials');
  checkers.set(provider, check);
  return check;
}

/** Proves the credentials that are stored; throws HttpError. */
export async function proveStored(
  call: Pick<Call, 'deps' | 'signal' | 'userId'>,
  provider: CrmProvider,
  stored: Parameters<typeof openCredentials>[0],
  settings: Settings,
): Promise<void> {
  let credentials: Credentials;
  try {
    credentials = openCredentials(stored, call.deps.keys);
  } catch (error) {
    // Who runs the service can mend that, and the credentials may be right.
    if (error instanceof UnknownKeyError)
      throw new HttpError('CRM_CONNECTION_FAILED', `${error.message}; or send the credentials again`, { crm_type: provider.type }, { 'retry-after': '60' });
    if (!(error instanceof EnvelopeError)) throw error;
    throw new HttpError('CRM_INVALID_CREDENTIALS', `${error.message}: send the credentials again`, { crm_type: provider.type });
  }
  await prove(call, provider, credentials, settings);
}

async function prove(
  { deps, signal, userId }: Pick<Call, 'deps' | 'signal' | 'userId'>,
  provider: CrmProvider,
  credentials: Credentials,
  settings: Settings,
): Promise<void> {
  const integrationId = `new ${userId}`;
  const connection: Connection = {
    userId,
    integrationId,
    credentials,
    settings,
    tokens: deps.tokens,
    http: deps.http,
    lock: (name, until, work) => withLock(deps.database, { integrationId, name }, until, work),
  };
  try {
    await provider.validate(connection, signal);
  } catch (error) {
    if (error instanceof CrmError) throw asHttpError(error, provider);
    throw error;
  }
}

function asHttpError({ failure, message }: CrmError, { type }: CrmProvider): HttpError {
  if (failure === 'credentials' || failure === 'permission') return new HttpError('CRM_INVALID_CREDENTIALS', message, { crm_type: type });
  if (failure === 'address') return new HttpError('VAL_INVALID_INPUT', message, { crm_type: type });
  return new HttpError('CRM_CONNECTION_FAILED', message, { crm_type: type }, { 'retry-after': '10' });
}
