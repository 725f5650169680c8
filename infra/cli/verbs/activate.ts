import { createObject, type ObjectInfo } from '../../../shared/object-store/object-store.ts';
import { type BulkObject, type Plan, planActivation } from '../activation.ts';
import { CommandError, UsageError } from '../cli-error.ts';
import { remaining } from '../outbox.ts';
import { flag, optional, required, text, word } from '../parameter.ts';
import type { Pipeline } from '../pipeline.ts';
import { counted, progressWatcher } from '../progress.ts';
import { printable, table } from '../table.ts';
import { type Context, defineVerb } from '../verb.ts';

const SHOWN = 3;
const PROBLEMS_SHOWN = 10;

export const activate = defineVerb({
  name: 'activate',
  summary: 'Sends the rows of a query to a CRM',
  details:
    'Writes the rows into OUTBOX as contacts or events, from where deliver sends them in batches, and waits. A column that is called like a field of the\n' +
    'standard contact (email, first_name, …) is that field; user_id, key, occurred_at and external_id speak for themselves; an event has event_name,\n' +
    'timestamp, value, email and phone. Every other column is a property of its name, each member of a JSON column custom_properties (properties) one.\n' +
    'An empty value empties nothing. The same event again is recorded once. Exit 1 where a row is left out or something is not delivered yet.',
  examples: [
    'npm run pipeline -- activate --query "SELECT email, first_name, last_name FROM supabase.customers" --to hubspot --user shop-1 --dry-run',
    'npm run pipeline -- activate --query "SELECT …" --to klaviyo --kind event --event "Order placed" --user shop-1',
  ],
  operands: {},
  options: {
    query: required('"<sql>"', 'One statement that reads', text),
    to: required('<crm>', 'klaviyo, salesforce, creatio or hubspot', word('klaviyo', 'salesforce', 'creatio', 'hubspot')),
    kind: optional('<contact|event>', 'What a row is (default: contact)', word('contact', 'event')),
    user: optional('<id>', 'Whose connection to the CRM is used, where the query gives no user_id', text),
    event: optional('<name>', 'What the event is called, where the query gives no event_name', text),
    'dry-run': flag('Shows what would be sent, and sends nothing'),
  },
  state: 'existing',
  onCloud: true,
  async check({ kind, event }) {
    if (event !== undefined && kind !== 'event') throw new UsageError('--event belongs to --kind event');
  },
  async run(context, { query, to, kind = 'contact', user, event, 'dry-run': isDry }) {
    const pipeline = await context.pipeline();
    const at = pipeline.now();
    const plan = planActivation(await pipeline.warehouse.query(query), { to, kind, user, event, query, at });
    tell(context, plan, kind, isDry);
    if (isDry) return plan.refused.length === 0 ? 0 : 1;
    const isDone = await send(context, pipeline, plan.objects);
    return plan.refused.length === 0 && isDone ? 0 : 1;
  },
});

function tell({ out, err }: Context, { objects, columns, refused }: Plan, kind: string, isDry: boolean): void {
  const rows = objects.reduce((sum, { lines }) => sum + lines.length, 0);
  if (isDry) {
    out(table(['column', 'goes to'], columns));
    for (const line of objects[0]?.lines.slice(0, SHOWN) ?? []) out(printable(line));
  }
  out(`${counted(rows, kind)} in ${counted(objects.length, 'object')}${isDry ? ' would be written; nothing is sent' : ''}`);
  for (const { row, problem } of refused.slice(0, PROBLEMS_SHOWN)) err(printable(`row ${row} is left out: ${problem}`));
  if (refused.length > PROBLEMS_SHOWN) err(`${counted(refused.length - PROBLEMS_SHOWN, 'more row')} left out`);
}

/** Writes the objects and waits for them; false where one is still there, or (as far as this process sees it) a record was refused. */
async function send(context: Context, pipeline: Pipeline, objects: readonly BulkObject[]): Promise<boolean> {
  const { outbox } = pipeline;
  if (outbox === undefined) throw new CommandError('OUTBOX_BUCKET is not set: it is the bucket that deliver works from');
  const written: ObjectInfo[] = [];
  let refused = false;
  const progress = progressWatcher((line) => context.out(line));
  const stopWatching = pipeline.watch({
    ...progress,
    delivered(delivered) {
      progress.delivered(delivered);
      if (delivered.function === 'deliver' && delivered.answer.status !== 'success') refused = true;
    },
  });
  try {
    for (const { name, lines } of objects) {
      const info = await createObject(outbox, name, `${lines.join('\n')}\n`);
      if (info === undefined) throw new CommandError(`${name} is there already: run the command again`);
      written.push(info);
      context.err(`${outbox.bucket}/${name} is written`);
    }
    const names = written.map(({ name }) => name);
    await pipeline.settle(async () => (await remaining(outbox, names)).length === 0);
    const left = await remaining(outbox, names);
    for (const { name } of left)
      context.err(`not delivered yet: ${outbox.bucket}/${name}; deliver tries again, ${context.command('reconcile --redo')} after an hour`);
    return left.length === 0 && !refused;
  } finally {
    stopWatching();
  }
}
