import { parseRawName } from '../../../shared/names.ts';
import type { ObjectInfo } from '../../../shared/object-store/object-store.ts';
import { CommandError, UsageError } from '../cli-error.ts';
import { streamNamed } from '../deployed.ts';
import { awaitEndings } from '../endings.ts';
import { day, inOrder, optional, repeated, required, word } from '../parameter.ts';
import type { Pipeline } from '../pipeline.ts';
import { copyOntoThemselves, rawObjects } from '../raw-objects.ts';
import { reportEndings } from '../report.ts';
import { defineVerb } from '../verb.ts';

interface Wanted {
  /** Of an object or of a stream. */
  readonly name: string;
  readonly isObject: boolean;
}

export const replay = defineVerb({
  name: 'replay',
  summary: 'Processes raw objects again, letting them through a gate if you say so',
  details:
    'Copies the object onto itself: a new generation, which is transformed and loaded like every other. Of a stream, every raw object\n' +
    'of those days, oldest first. A gate that has refused the object lets this generation through where it is accepted.',
  examples: [
    'npm run pipeline -- replay ezfocus/accounts --from 2026-11-01 --to 2026-11-20',
    'npm run pipeline -- replay ezfocus/accounts/2026-11-20/stores.json --accept rejects --accept drop',
  ],
  operands: { what: required('<raw object or stream>', '<source>/<stream>/<date>/<file>, or <source>/<stream>', wanted) },
  options: {
    from: optional('<YYYY-MM-DD>', 'First day, for a stream', day),
    to: optional('<YYYY-MM-DD>', 'Last day, for a stream', day),
    accept: repeated('<gate>', 'min, rejects, columns or drop', word('min', 'rejects', 'columns', 'drop')),
  },
  state: 'existing',
  onCloud: true,
  async check({ what, from, to }) {
    if (what.isObject && (from ?? to) !== undefined) throw new UsageError('--from and --to go with a stream, not with an object');
    inOrder(from, to);
  },
  async run(context, { what, from, to, accept }) {
    const pipeline = await context.pipeline();
    const objects = what.isObject ? await liveObject(pipeline, what.name) : await rawObjects(pipeline, what.name, from, to);
    if (objects.length === 0) throw new CommandError(`there is no raw object ${what.name}${what.isObject ? '' : ' of those days'}`);
    const copies = await copyOntoThemselves(pipeline, objects, () => accept);
    const endings = await awaitEndings(pipeline, copies);
    return reportEndings(context, pipeline.catalog, endings) ? 0 : 1;
  },
});

function wanted(value: string): Wanted {
  const raw = parseRawName(value);
  if (raw !== undefined) return { name: value, isObject: true };
  if (value.split('/').length !== 2) throw new UsageError('is neither a raw object, <source>/<stream>/<YYYY-MM-DD>/<file>, nor a stream');
  return { name: streamNamed(value).id, isObject: false };
}

async function liveObject(pipeline: Pipeline, name: string): Promise<readonly ObjectInfo[]> {
  const object = await pipeline.raw.stat(name);
  return object === undefined ? [] : [object];
}
