import type { ObjectInfo } from '../../../shared/object-store/object-store.ts';
import type { Stream } from '../../../shared/stream.ts';
import { prepareOps } from '../../../shared/warehouse/ledger.ts';
import { CommandError } from '../cli-error.ts';
import { streamNamed } from '../deployed.ts';
import { awaitEndings } from '../endings.ts';
import { required } from '../parameter.ts';
import type { Pipeline } from '../pipeline.ts';
import { copyOntoThemselves, rawObjects } from '../raw-objects.ts';
import { reportEndings } from '../report.ts';
import { defineVerb } from '../verb.ts';

export const rebuild = defineVerb({
  name: 'rebuild',
  summary: 'Empties the table of a stream and fills it from all its raw objects',
  details:
    'For what re-processing cannot do: rows that a merge should not have got are taken away, and an object that is gone keeps no older\n' +
    'one out. The table is empty until the objects are loaded again, oldest first; where that is broken off, reconcile --redo does it.\n' +
    'A mart that grows (fct_orders, fct_sales, fct_ticketing) keeps rows that are gone until it is built anew: then run\n' +
    'npm run models -- run --select <mart>+ --full-refresh.\n' +
    'The gate drop is accepted, and whatever a person has accepted before; the other gates stay shut.',
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
    // What waits for its load goes with the rest; loaded afterwards, an object that is gone would keep the others out.
    await pipeline.settle();
    await empty(pipeline, stream);
    // Once more: what has been loaded until the table was empty is filled in again, too.
    const copies = await copyOntoThemselves(pipeline, await rawObjects(pipeline, stream.id), acceptedForRebuild);
    const endings = await awaitEndings(pipeline, copies);
    return reportEndings(context, pipeline.catalog, endings) ? 0 : 1;
  },
});

async function empty({ warehouse, now, codeVersion }: Pipeline, { source, name, table }: Stream): Promise<void> {
  await prepareOps(warehouse);
  await warehouse.empty({ source: source.name, stream: name, table: { dataset: table.dataset, table: table.name }, at: now().toISOString(), codeVersion });
}

function acceptedForRebuild({ metadata }: ObjectInfo): readonly string[] {
  return [...(metadata['accept'] ?? '').split('+').filter((gate) => gate !== ''), 'drop'];
}
