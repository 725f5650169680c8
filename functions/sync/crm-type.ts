import type { CrmProvider, CrmType } from '../../shared/crm/provider.ts';
import { type ErrorCode, HttpError } from './http-error.ts';

type Providers = ReadonlyMap<CrmType, CrmProvider>;

/** The CRM of a type that a caller names; throws an HttpError that lists those that can be connected. */
export function providerOf(providers: Providers, type: string, code: ErrorCode = 'CRM_INVALID_TYPE'): CrmProvider {
  const provider = providers.get(type.toLowerCase() as CrmType);
  if (provider !== undefined) return provider;
  const supported = [...providers.keys()];
  throw new HttpError(code, `This CRM cannot be connected; these can: ${supported.join(', ')}`, { field: 'crm_type', supported_crms: supported });
}
