/** From nothing to one raw object: imports the function first, so that its import is timed alone. */
const startedAt = performance.now();
const { extractFunction } = await import('../../../functions/extract/index.ts');
const importMs = performance.now() - startedAt;
const { publishedEvent } = await import('../../../infra/local/cloud-event.ts');
const { HTTP_DEFAULTS } = await import('../../../shared/http.ts');
const { answerFirst } = await import('./first-answer.ts');
const { now, openBucket, surroundings } = await import('./surroundings.ts');

const [dir = '', settings = ''] = process.argv.slice(2);
const raw = await openBucket(dir, 'raw');
const sources = new Map([['ezfocus', JSON.parse(settings)]]);
const extract = extractFunction({
  ...surroundings(dir),
  raw,
  sources,
  http: { ...HTTP_DEFAULTS, now },
  database: () => Promise.reject(new Error('no stream has rows')),
});
await answerFirst('extract', extract, importMs, (delivery) => publishedEvent({ json: { source: 'ezfocus', stream: 'accounts' } }, delivery));
