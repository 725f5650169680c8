import { compareVersions, parseRawName } from '../../../shared/names.ts';
import type { ObjectInfo } from '../../../shared/object-store/object-store.ts';
import { CommandError, UsageError } from '../cli-error.ts';
import { streamNamed } from '../deployed.ts';
import { findEndings } from '../endings.ts';
import { day, optional, repeated, required, word } from '../parameter.ts';
import type { Pipeline } from '../pipeline.ts';
import { reportEndings } from '../report.ts';
import { defineVerb } from '../verb.ts';

interface Wanted {
  /** An object's name, or what the names of a stream's objects start with. */
  readonly prefix: string;
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
  async run(context, { what, from, to, accept }) {
    if (what.isObject && (from ?? to) !== undefined) throw new UsageError('--from and --to go with a stream, not with an object');
    const pipeline = await context.pipeline();
    const objects = await find(pipeline, what, from ?? '', to ?? '9999-12-31');
    if (objects.length === 0) throw new CommandError(`there is no raw object ${what.prefix}${what.isObject ? '' : ' of those days'}`);
    const metadata = accept.length === 0 ? {} : { accept: [...new Set(accept)].sort().join('+') };
    const copies: ObjectInfo[] = [];
    for (const { name, generation } of objects) {
      const copy = await pipeline.raw.copy(name, generation, name, metadata);
      if (copy === undefined) throw new CommandError(`${name} was replaced at the same moment: run the command again`);
      copies.push(copy);
    }
    const endings = await findEndings(pipeline, copies, await pipeline.settle());
    return reportEndings(context, pipeline.catalog, endings) ? 0 : 1;
  },
});

function wanted(value: string): Wanted {
  const raw = parseRawName(value);
  if (raw !== undefined) return { prefix: value, isObject: true };
  if (value.split('/').length !== 2) throw new UsageError('is neither a raw object, <source>/<stream>/<YYYY-MM-DD>/<file>, nor a stream');
  return { prefix: `${streamNamed(value).id}/`, isObject: false };
}

async function find(pipeline: Pipeline, { prefix, isObject }: Wanted, from: string, to: string): Promise<readonly ObjectInfo[]> {
  if (isObject) {
    const object = await pipeline.raw.stat(prefix);
    return object === undefined ? [] : [object];
  }
  const found: (ObjectInfo & { readonly runTime: string })[] = [];
  for await (const object of pipeline.raw.list(prefix)) {
    const raw = parseRawName(object.name);
    if (raw !== undefined && raw.date >= from && raw.date <= to) found.push({ ...object, runTime: raw.runTime });
  }
  return found.sort(compareVersions);
}
