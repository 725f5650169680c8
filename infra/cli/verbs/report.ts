import { join, resolve } from 'node:path';
import { compileModels } from '../../curated/compile.ts';
import { optional, text } from '../parameter.ts';
import { REPORT_FILE, writeReport } from '../report-page.ts';
import { byteSize } from '../progress.ts';
import { defineVerb } from '../verb.ts';

const STATE = '.local';

export const report = defineVerb({
  name: 'report',
  summary: 'Writes the report: one page with the dashboards, to be opened in any browser',
  details:
    'Reads the views of dataset analytics, which the models make, and holds what they hold: metrics, no facts and no people. The page needs no network.\n' +
    'A table that is too large is added up, and the page says so. The file is replaced as a whole.',
  examples: ['npm run report', 'npm run report -- --to /tmp/report.html', 'npm run pipeline -- report --cloud'],
  operands: {},
  options: { to: optional('<file>', `Where the page goes (default: ${REPORT_FILE} in the folder of the state, on the cloud in ${STATE})`, text) },
  state: 'existing',
  onCloud: true,
  async run(context, { to }) {
    const pipeline = await context.pipeline();
    const file = to === undefined ? join(context.dir === '' ? resolve(context.cwd, STATE) : context.dir, REPORT_FILE) : resolve(context.cwd, to);
    const { bytes, tables } = await writeReport(pipeline, await compileModels(), file);
    context.err(`${tables} tables, ${byteSize(bytes)}`);
    context.out(file);
    return 0;
  },
});
