import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/** A request that is to be sent at its moment, whatever became of those before. */
export interface Load {
  readonly url: (index: number) => string;
  readonly headers: (index: number) => Readonly<Record<string, string>>;
  readonly body: (index: number) => string;
  readonly perSecond: number;
  readonly seconds: number;
}

export interface Measured {
  /** Milliseconds from the moment a request was due to the end of its answer, in order of size. */
  readonly times: readonly number[];
  /** How many answers there were of each status; 0 is no answer. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** Sends at an even rate; a server that is slow gets no rest (open loop), and a request that waits here counts as slow. */
export async function measure({ url, headers, body, perSecond, seconds }: Load): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const times: number[] = [];
  const statuses: Record<string, number> = {};
  const pending: Promise<void>[] = [];
  const started = performance.now();
  for (let index = 0; index < perSecond * seconds; index += 1) {
    const due = started + (index * 1_000) / perSecond;
    const early = due - performance.now();
    if (early > 1) await wait(early);
    pending.push(
      send(agent, url(index), headers(index), body(index)).then((status) => {
        times.push(performance.now() - due);
        statuses[status] = (statuses[status] ?? 0) + 1;
      }),
    );
  }
  await Promise.all(pending);
  agent.destroy();
  return { times: times.sort((a, b) => a - b), statuses, seconds: (performance.now() - started) / 1_000 };
}

/** The value below which this share of the sorted values lies. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function send(agent: Agent, url: string, headers: Readonly<Record<string, string>>, body: string): Promise<number> {
  return new Promise((resolve) => {
    const sent = request(url, { method: 'POST', agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) } }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', () => resolve(0));
    sent.end(body);
  });
}
