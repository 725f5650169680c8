import type { ObjectInfo } from '../../../shared/object-store/object-store.ts';
import { CommandError } from '../cli-error.ts';
import { streamNamed } from '../deployed.ts';
import { awaitEndings } from '../endings.ts';
import { required } from '../parameter.ts';
import { copyOntoThemselves, rawObjects } from '../raw-objects.ts';
import { reportEndings } from '../report.ts';
import { defineVerb } from '../verb.ts';

export const rebuild = defineVerb({
  name: 'rebuild',
  summary: 'Empties the table of a stream and fills it from all its raw objects',
  details:
    'For what re-processing cannot do: rows that a merge should not have got are taken away. The table is empty until the objects are\n' +
    'loaded again, oldest first. The gate drop is accepted, and whatever a person has accepted before; the other gates stay shut.',
  examples: ['npm run pipeline -- rebuild ezfocus/accounts'],
  operands: { stream: required('<source>/<stream>', 'The stream whose table is built anew', streamNamed) },
  options: {},
  state: 'existing',
  onCloud: true,
  async run(context, { stream }) {
    const pipeline = await context.pipeline();
    const objects = await rawObjects(pipeline, stream.id);
    // Without raw objects there is nothing to fill the table from.
    if (objects.length === 0) throw new CommandError(`there is no raw object of ${stream.id}; the table stays as it is`);
    if (pipeline.isDelivering) await pipeline.settle();
    await pipeline.warehouse.empty({ dataset: stream.table.dataset, table: stream.table.name });
    const copies = await copyOntoThemselves(pipeline, objects, acceptedForRebuild);
    const endings = await awaitEndings(pipeline, copies);
    return reportEndings(context, pipeline.catalog, endings) ? 0 : 1;
  },
});

function acceptedForRebuild({ metadata }: ObjectInfo): readonly string[] {
  return [...(metadata['accept'] ?? '').split('+').filter((gate) => gate !== ''), 'drop'];
}
