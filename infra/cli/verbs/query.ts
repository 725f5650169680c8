import { UsageError } from '../cli-error.ts';
import { csv } from '../../export/csv.ts';
import { flag, required, text } from '../parameter.ts';
import { counted } from '../progress.ts';
import { rowsOf } from '../rows.ts';
import { table } from '../table.ts';
import { defineVerb } from '../verb.ts';

export const query = defineVerb({
  name: 'query',
  summary: 'Asks the warehouse, in SQL',
  details:
    'Shows a table, long values cut; --json gives one array of objects on one line, --csv RFC 4180. Only statements that read are run.\n' +
    'In CSV a text that a spreadsheet would take for a formula (first character = + - @ tab or line end) gets an apostrophe in front.',
  examples: [
    'npm run pipeline -- query "SELECT accnt_city, COUNT(*) AS stores FROM WM_SalesTeam.Accounts_List GROUP BY 1 ORDER BY 2 DESC"',
    'npm run pipeline -- query "SELECT * FROM ops.ledger" --json',
  ],
  operands: { sql: required('"<sql>"', 'One statement', text) },
  options: { json: flag('One array of objects'), csv: flag('Comma-separated values') },
  state: 'existing',
  onCloud: true,
  async check({ json, csv: isCsv }) {
    if (json && isCsv) throw new UsageError('--json or --csv, not both');
  },
  async run(context, args) {
    const { warehouse } = await context.pipeline();
    const result = await warehouse.query(args.sql);
    if (args.json) context.out(JSON.stringify(rowsOf(result)));
    else if (args.csv) context.out(csv(result).replace(/\r\n$/, '\r'));
    else {
      const headers = result.columns.map(({ name }) => name);
      context.out(table(headers, result.rows));
      context.out(`(${counted(result.rows.length, 'row')})`);
    }
    return 0;
  },
});
