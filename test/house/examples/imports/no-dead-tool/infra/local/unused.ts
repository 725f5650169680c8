import { serve } from './host.ts';

export async function serveTwice(): Promise<void> {
  await serve();
  await serve();
}
