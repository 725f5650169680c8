import { transformFunction } from '../../../functions/transform/index.ts';
import { finalizedEvent } from '../../../infra/local/cloud-event.ts';
import { postEvent } from './post.ts';
import { serve } from './served.ts';
import { now, openBucket, surroundings } from './surroundings.ts';
import { measured } from './usage.ts';

/** Transforms one raw object through the function's HTTP door. */
const [rawDir = '', name = '', cleanDir = ''] = process.argv.slice(2);
const raw = await openBucket(rawDir, 'raw');
const clean = await openBucket(cleanDir, 'clean');
const served = await serve('transform', transformFunction({ ...surroundings(cleanDir), raw, clean }));
const object = await raw.stat(name);
if (object === undefined) throw new Error(`there is no raw object ${name}`);
const delivery = { id: '1', time: now().toISOString() };
// Of a generation that is gone: what a server loads with its first request is start-up, which another measurement tells.
await postEvent(served.url, finalizedEvent('raw', { ...object, generation: '1' }, delivery));
const event = finalizedEvent('raw', object, delivery);
const { usage, result } = await measured(() => postEvent(served.url, event));
console.log(JSON.stringify({ ...usage, records: result.records, rows: result.rows, rejects: result.rejects }));
served.stop();
