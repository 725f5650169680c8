import type { CrmType } from '../../../../shared/crm/provider.ts';
import type { Transport } from '../../../../shared/http-outside.ts';
import { type CreatioOptions, startCreatio } from './creatio.ts';
import type { CrmStandIn } from './crm-stand-in.ts';
import { type HubspotOptions, startHubspot } from './hubspot.ts';
import { startKlaviyo } from './klaviyo.ts';
import { loopbackTransport } from './loopback-transport.ts';
import { type SalesforceOptions, startSalesforce } from './salesforce.ts';

export interface CrmsOptions {
  readonly salesforce?: SalesforceOptions;
  readonly creatio?: CreatioOptions;
  readonly hubspot?: HubspotOptions;
}

/** The four CRMs on loopback, and the way there under the vendors' own host names. */
export interface Crms {
  readonly standIns: Readonly<Record<CrmType, CrmStandIn>>;
  readonly transport: Transport;
  stop(): Promise<void>;
}

export async function startCrms(options: CrmsOptions = {}): Promise<Crms> {
  const [klaviyo, salesforce, creatio, hubspot] = await Promise.all([
    startKlaviyo(),
    startSalesforce(options.salesforce),
    startCreatio(options.creatio),
    startHubspot(options.hubspot),
  ]);
  const standIns = { klaviyo, salesforce, creatio, hubspot };
  const all = Object.values(standIns);
  return {
    standIns,
    transport: loopbackTransport(new Map(all.flatMap(({ hosts }) => [...hosts]))),
    async stop() {
      await Promise.all(all.map((standIn) => standIn.stop()));
    },
  };
}
