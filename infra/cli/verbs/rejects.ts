import { streamNamed } from '../deployed.ts';
import { hasLedger, ofStreams } from '../ledger.ts';
import { count, flag, optional, word } from '../parameter.ts';
import { type Row, select, textOf } from '../rows.ts';
import { table } from '../table.ts';
import { defineVerb } from '../verb.ts';

const LIMIT = 20;

export const rejects = defineVerb({
  name: 'rejects',
  summary: 'Shows the records that did not meet their contract, with the reasons',
  details:
    'A reason reads "field: rule: what is expected". At most 10,000 records of a raw object are kept; the ledger counts all.\n' +
    'What an earlier generation of an object had rejected stays: the newest object comes first.',
  examples: ['npm run pipeline -- rejects --stream ezfocus/accounts --limit 5', 'npm run pipeline -- rejects --group-by rule'],
  operands: {},
  options: {
    stream: optional('<source>/<stream>', 'Only this stream', streamNamed),
    'group-by': optional('rule', 'Counts by field and rule instead of records', word('rule')),
    limit: optional('<number>', `At most so many (default ${LIMIT})`, count),
    json: flag('One array of objects'),
  },
  state: 'existing',
  onCloud: true,
  async run(context, { stream, 'group-by': group, limit = LIMIT, json }) {
    const pipeline = await context.pipeline();
    const where = stream === undefined ? '' : ` WHERE ${ofStreams([stream.id])}`;
    const sql = `${group === undefined ? recordsSql(where) : rulesSql(where)} LIMIT ${limit}`;
    const rows = (await hasLedger(pipeline)) ? await select(pipeline, sql) : [];
    if (json) context.out(JSON.stringify(rows));
    else if (rows.length === 0) context.out('No rejects.');
    else context.out(asTable(rows));
    return 0;
  },
});

function recordsSql(where: string): string {
  const columns = 'source, stream, _row, line, reasons, record, _raw_object, _raw_generation';
  return `SELECT ${columns} FROM ops.rejects${where} ORDER BY _extracted_at DESC, _raw_generation DESC, source, stream, _row`;
}

function rulesSql(where: string): string {
  const counts = 'COUNT(*) AS rejects, COUNT(DISTINCT _raw_object) AS raw_objects, MAX(_extracted_at) AS newest';
  return `SELECT source, stream, field, rule, ${counts} FROM ops.rejects${where} GROUP BY source, stream, field, rule ORDER BY rejects DESC, source, stream, field, rule`;
}

function reasonsOf(row: Row): string {
  const reasons: unknown = JSON.parse(textOf(row, 'reasons') ?? '[]');
  return Array.isArray(reasons) ? reasons.join('; ') : '';
}

function asTable(rows: readonly Row[]): string {
  const headers = Object.keys(rows[0] ?? {});
  const cells = rows.map((row) => headers.map((header) => (header === 'reasons' ? reasonsOf(row) : (row[header] ?? null))));
  return table(headers, cells);
}
