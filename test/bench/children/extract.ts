import { extractFunction } from '../../../functions/extract/index.ts';
import { publishedEvent } from '../../../infra/local/cloud-event.ts';
import { HTTP_DEFAULTS } from '../../../shared/http.ts';
import { postEvent } from './post.ts';
import { serve } from './served.ts';
import { now, openBucket, surroundings } from './surroundings.ts';
import { measured } from './usage.ts';

/** Asks for all pages of a stream through the function's HTTP door. */
const [dir = '', baseUrl = ''] = process.argv.slice(2);
const raw = await openBucket(dir, 'raw');
const sources = new Map([['crm_api', { baseUrl }]]);
const served = await serve(
  'extract',
  extractFunction({ ...surroundings(dir), raw, sources, http: { ...HTTP_DEFAULTS, now }, database: () => Promise.reject(new Error('no stream has rows')) }),
);
const event = publishedEvent({ json: { source: 'crm_api', stream: 'pages' } }, { id: '1', time: now().toISOString() });
const { usage, result } = await measured(() => postEvent(served.url, event));
console.log(JSON.stringify({ ...usage, records: result.records }));
served.stop();
