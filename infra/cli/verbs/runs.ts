import { streamNamed } from '../deployed.ts';
import { hasLedger, ofStreams } from '../ledger.ts';
import { count, flag, optional } from '../parameter.ts';
import { type Row, select } from '../rows.ts';
import { table } from '../table.ts';
import { defineVerb } from '../verb.ts';

const LIMIT = 20;
const COUNTS = ['records', 'rows', 'rejects', 'filtered', 'duplicates', 'loaded', 'superseded'];

export const runs = defineVerb({
  name: 'runs',
  summary: 'Shows the ledger: what became of every raw object, newest first',
  details:
    'One row for each generation of a raw object. conserved says that nothing got lost:\n' +
    'records = rows + rejects + filtered, and rows = duplicates + loaded + superseded.\n' +
    'emptied: a rebuild has taken its rows away since, and made a newer generation of it; reconcile tells where it has not.',
  examples: ['npm run pipeline -- runs --stream ezfocus/accounts --limit 5'],
  operands: {},
  options: {
    stream: optional('<source>/<stream>', 'Only this stream', streamNamed),
    limit: optional('<number>', `At most so many (default ${LIMIT})`, count),
    json: flag('One array of objects with every column of the ledger'),
  },
  state: 'existing',
  onCloud: true,
  async run(context, { stream, limit = LIMIT, json }) {
    const pipeline = await context.pipeline();
    const where = stream === undefined ? '' : ` WHERE ${ofStreams([stream.id])}`;
    const sql = `SELECT * FROM ops.ledger${where} ORDER BY run_time DESC, raw_generation DESC LIMIT ${limit}`;
    const rows = (await hasLedger(pipeline)) ? await select(pipeline, sql) : [];
    if (json) context.out(JSON.stringify(rows));
    else if (rows.length === 0) context.out('Nothing has run yet.');
    else context.out(asTable(rows));
    return 0;
  },
});

function asTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row['run_time'] ?? null,
    `${row['source']}/${row['stream']}`,
    (row['emptied_at'] ?? null) === null ? (row['outcome'] ?? null) : 'emptied',
    ...COUNTS.map((name) => row[name] ?? null),
    row['conserved'] === null ? '' : row['conserved'] === true ? 'yes' : 'NO',
    String(row['raw_object']).split('/').at(-1) ?? '',
    row['message'] ?? null,
  ]);
  return table(['run_time', 'stream', 'outcome', ...COUNTS, 'conserved', 'raw file', 'why'], cells);
}
