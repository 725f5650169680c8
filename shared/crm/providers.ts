import { creatio } from './creatio/creatio.ts';
import { hubspot } from './hubspot/hubspot.ts';
import { klaviyo } from './klaviyo/klaviyo.ts';
import type { CrmProvider, CrmType } from './provider.ts';
import { salesforce } from './salesforce/salesforce.ts';

/** Every CRM that can be connected. */
export const CRM_PROVIDERS: readonly CrmProvider[] = [klaviyo, salesforce, creatio, hubspot];

export function providerOf(type: CrmType): CrmProvider {
  return PROVIDERS[type];
}

/** The CRM of a name, in any case; undefined where it cannot be connected. */
export function providerNamed(name: string): CrmProvider | undefined {
  return CRM_PROVIDERS.find(({ type }) => type === name.toLowerCase());
}

const PROVIDERS: Readonly<Record<CrmType, CrmProvider>> = { klaviyo, salesforce, creatio, hubspot };
