import { createRequire, registerHooks } from 'node:module';

/** Wires the function that FUNCTION_TARGET names as its process does, calls it with an event, and prints what packages were loaded till then. */
const PACKAGE = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//;
const found = new Set<string>();
registerHooks({
  load(url, context, next) {
    note(url);
    return next(url, context);
  },
});

await import('../../functions/index.ts');
const wired = loaded();
const { getFunction } = await import('@google-cloud/functions-framework/testing');
const handler = getFunction(process.env['FUNCTION_TARGET'] ?? '') as unknown as (event: unknown) => Promise<unknown>;
const answer = await handler(JSON.parse(process.argv[2] ?? ''));
process.stderr.write(JSON.stringify({ wired, called: loaded(), answer }));

/** What is required from CommonJS is in its cache, too. */
function loaded(): readonly string[] {
  for (const path of Object.keys(createRequire(import.meta.url).cache)) note(path);
  return [...found].sort();
}

function note(url: string): void {
  const [, name] = PACKAGE.exec(url) ?? [];
  if (name !== undefined) found.add(name);
}
