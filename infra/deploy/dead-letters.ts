import { ConfigError, PermanentError } from '../../shared/errors.ts';
import { type GoogleApi, listOf, membersOf } from './google-api.ts';

export interface DeadLetterOptions {
  readonly api: GoogleApi;
  readonly project: string;
  readonly region: string;
  /** Functions that must have a trigger. */
  readonly functions: readonly string[];
  readonly say: (line: string) => void;
  /** Where the APIs are; default: Google's. */
  readonly eventarc?: string;
  readonly pubsub?: string;
}

/** With back-off up to ten minutes, 100 tries last longer than the six hours after which a function gives up by itself. */
export const MAX_ATTEMPTS = 100;

/**
 * Sets the dead-letter policy of every function's subscription, which Eventarc makes and Terraform cannot reach, and reads
 * it back. Throws where a function has no trigger, or the policy is not there afterwards.
 */
export async function setDeadLetters(options: DeadLetterOptions): Promise<void> {
  const { api, project, functions, say, pubsub = 'https://pubsub.googleapis.com' } = options;
  const policy = { deadLetterTopic: `projects/${project}/topics/dead-letters`, maxDeliveryAttempts: MAX_ATTEMPTS };
  const subscriptions = await subscriptionsOf(options);
  const missing = functions.filter((name) => !subscriptions.has(name));
  if (missing.length > 0) throw new ConfigError(missing.map((name) => `the function ${name} has no event trigger: deploy it first`));
  for (const name of functions) {
    const subscription = subscriptions.get(name) ?? '';
    const url = `${pubsub}/v1/${subscription}`;
    await api.ask({ method: 'PATCH', url, body: { subscription: { name: subscription, deadLetterPolicy: policy }, updateMask: 'deadLetterPolicy' } });
    const found = membersOf((await api.ask({ method: 'GET', url }))['deadLetterPolicy']);
    if (found['deadLetterTopic'] !== policy.deadLetterTopic || found['maxDeliveryAttempts'] !== MAX_ATTEMPTS)
      throw new PermanentError('dead-letters', `${subscription} has no dead-letter policy although it was set: set it again`);
    say(`${name}: ${subscription} moves an event to dead-letters after ${MAX_ATTEMPTS} tries`);
  }
}

/** The subscription behind the trigger of each function, by the function's name. */
async function subscriptionsOf({ api, project, region, eventarc = 'https://eventarc.googleapis.com' }: DeadLetterOptions): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  let pageToken = '';
  do {
    const query = pageToken === '' ? {} : { pageToken };
    const page = await api.ask({ method: 'GET', url: `${eventarc}/v1/projects/${project}/locations/${region}/triggers`, query });
    for (const trigger of listOf(page['triggers']).map(membersOf)) {
      const name = functionOf(membersOf(trigger['destination']));
      const subscription = membersOf(membersOf(trigger['transport'])['pubsub'])['subscription'];
      if (name !== undefined && typeof subscription === 'string') found.set(name, subscription);
    }
    pageToken = typeof page['nextPageToken'] === 'string' ? page['nextPageToken'] : '';
  } while (pageToken !== '');
  return found;
}

/** A function's trigger names the function, or the Cloud Run service that it is. */
function functionOf(destination: Readonly<Record<string, unknown>>): string | undefined {
  const { cloudFunction } = destination;
  if (typeof cloudFunction === 'string' && cloudFunction !== '') return cloudFunction.split('/').at(-1);
  const { service } = membersOf(destination['cloudRun']);
  return typeof service === 'string' ? service.split('/').at(-1) : undefined;
}
