import type { Delivery, EventRequest } from '../../../infra/local/cloud-event.ts';
import { postEvent } from './post.ts';
import { serve } from './served.ts';

/** What a cold start took; `answeredAt` is in milliseconds since 1970. */
export interface FirstAnswer {
  readonly importMs: number;
  readonly answeredAt: number;
}

/** Serves a function and posts it its first event. */
export async function answerFirst(
  name: string,
  handler: (event: unknown) => Promise<unknown>,
  importMs: number,
  request: (delivery: Delivery) => EventRequest,
): Promise<void> {
  const served = await serve(name, handler);
  await postEvent(served.url, request({ id: '1', time: new Date().toISOString() }));
  const answer: FirstAnswer = { importMs, answeredAt: performance.timeOrigin + performance.now() };
  console.log(JSON.stringify(answer));
  served.stop();
}
