import type { RequestListener } from 'node:http';
import { cloudEvent, http } from '@google-cloud/functions-framework';
import type { Entry, Handler } from '../shared/cloud.ts';
import { processEnvironment } from '../shared/config.ts';

/** Each function is imported and wired once: at start where it is the target of this process, else when it is first called. */
const entry: Entry = { env: processEnvironment(), now: () => new Date(), random: () => Math.random() };
const functions = {
  extract: once(async () => (await import('./extract/cloud.ts')).wireExtract(entry)),
  transform: once(async () => (await import('./transform/cloud.ts')).wireTransform(entry)),
  load: once(async () => (await import('./load/cloud.ts')).wireLoad(entry)),
  deliver: once(async () => (await import('./deliver/cloud.ts')).wireDeliver(entry)),
};
const sync = once(async () => (await import('./sync/cloud.ts')).wireSync(entry));

for (const [name, wired] of Object.entries(functions)) cloudEvent(name, async (event: unknown) => await (await wired())(event));
http('sync', async (request, response) => {
  const listener: RequestListener = await sync();
  listener(request, response);
});

// A wrong setting ends the start, and with it the deployment.
await Object.entries(functions).find(([name]) => name === target())?.[1]();
if (target() === 'sync') (await import('./sync/front-door.ts')).takeOverOnFirstRequest(await sync());

/** The function that this process serves, as the Functions Framework is told. */
function target(): string | undefined {
  const option = process.argv.find((word) => word.startsWith('--target='));
  return option?.slice('--target='.length) ?? entry.env['FUNCTION_TARGET'];
}

function once<Wired = Handler>(wire: () => Promise<Wired>): () => Promise<Wired> {
  let wired: Promise<Wired> | undefined;
  return () => {
    wired ??= wire();
    return wired;
  };
}
