import type { Environment } from '../../shared/config.ts';
import type { CrmHttp } from '../../shared/crm/http.ts';
import type { Credentials, CrmType } from '../../shared/crm/provider.ts';
import { createOutsideHttp } from '../../shared/http-outside.ts';
import type { Crms } from './stand-ins/crm/crms.ts';

/** The CRMs that this machine reaches. */
export interface CrmOrigin {
  readonly http: CrmHttp;
  /** What a person is told of them. */
  readonly text: string;
  /** The credentials of the stand-ins; undefined where the CRMs are real. */
  credentials(): Promise<Readonly<Record<CrmType, Credentials>> | undefined>;
  stop(): Promise<void>;
}

/** Stand-ins, which start when they are first called; the real CRMs where CRM_ENCRYPTION_KEY says that real credentials are kept. */
export function crmOrigin(env: Environment): CrmOrigin {
  if (env['CRM_ENCRYPTION_KEY']) {
    return { http: createOutsideHttp(), text: 'the real CRMs', credentials: async () => undefined, stop: async () => undefined };
  }
  let started: Promise<{ readonly crms: Crms; readonly http: CrmHttp }> | undefined;
  const standIns = () => {
    started ??= start();
    return started;
  };
  return {
    http: { send: async (request, signal) => await (await standIns()).http.send(request, signal) },
    text: 'stand-ins for Klaviyo, Salesforce, Creatio and HubSpot (real ones: CRM_ENCRYPTION_KEY, .env.example)',
    async credentials() {
      const { klaviyo, salesforce, creatio, hubspot } = (await standIns()).crms.standIns;
      return { klaviyo: klaviyo.credentials, salesforce: salesforce.credentials, creatio: creatio.credentials, hubspot: hubspot.credentials };
    },
    async stop() {
      await (await started)?.crms.stop();
    },
  };
}

async function start(): Promise<{ readonly crms: Crms; readonly http: CrmHttp }> {
  const { startCrms } = await import('./stand-ins/crm/crms.ts');
  const crms = await startCrms();
  return { crms, http: createOutsideHttp({ transport: crms.transport }) };
}
