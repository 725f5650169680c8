/** From nothing to one clean object: imports the function first, so that its import is timed alone. */
const startedAt = performance.now();
const { transformFunction } = await import('../../../functions/transform/index.ts');
const importMs = performance.now() - startedAt;
const { finalizedEvent } = await import('../../../infra/local/cloud-event.ts');
const { answerFirst } = await import('./first-answer.ts');
const { openBucket, surroundings } = await import('./surroundings.ts');

const [rawDir = '', dir = '', object = ''] = process.argv.slice(2);
const raw = await openBucket(rawDir, 'raw');
const clean = await openBucket(dir, 'clean');
const transform = transformFunction({ ...surroundings(dir), raw, clean });
await answerFirst('transform', transform, importMs, (delivery) => finalizedEvent('raw', JSON.parse(object), delivery));
