import { noNumber, scriptArguments } from '../../infra/script-arguments.ts';
import { type Lab, openLab } from './lab.ts';
import { thisMachine } from './machine.ts';
import { chain } from './measurements/chain.ts';
import { coldStart } from './measurements/cold-start.ts';
import { csvSpeed } from './measurements/csv.ts';
import { memory } from './measurements/memory.ts';
import { models } from './measurements/models.ts';
import { pagedExtract } from './measurements/extract.ts';
import { deployable } from './measurements/package.ts';
import { reportPage } from './measurements/report.ts';
import { transformSpeed } from './measurements/transform.ts';
import { jsonReport, markdownReport, type Report, textReport } from './report.ts';
import type { Measurement } from './result.ts';
import { FULL, QUICK, TINY } from './scale.ts';

const MEASUREMENTS: readonly Measurement[] = [transformSpeed, csvSpeed, pagedExtract, chain, coldStart, memory, deployable, models, reportPage];
const USAGE = `npm run bench [-- --quick | --tiny] [--rounds=<number>] [--json | --record] [--node-option=<option>]… [<name>…]

  --quick   a tenth of the size, 3 rounds      --tiny    only proves that it runs
  --json    every run, as JSON                 --record  a section for test/bench/RESULTS.md
  names: ${MEASUREMENTS.map(({ name }) => name).join(', ')}; all where none is given
`;

const { values, positionals } = scriptArguments(
  USAGE,
  {
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      tiny: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      record: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      'node-option': { type: 'string', multiple: true, default: [] },
    },
  },
  ({ values: { rounds }, positionals: names }) => {
    const unknown = names.find((name) => !MEASUREMENTS.some((measurement) => measurement.name === name));
    return unknown === undefined ? noNumber({ rounds }) : `there is no measurement ${JSON.stringify(unknown)}`;
  },
);
await main();

async function main(): Promise<void> {
  const size = values.tiny ? TINY : values.quick ? QUICK : FULL;
  const scale = { ...size, rounds: values.rounds === undefined ? size.rounds : Number(values.rounds) };
  const nodeOptions = values['node-option'];
  const machine = thisMachine();
  const chosen = MEASUREMENTS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const lab = await openLab({ scale, nodeOptions, progress: (text) => process.stderr.write(`${text}\n`) });
  const report: Report = { machine, scale, nodeOptions, results: await measureAll(lab, chosen).finally(() => lab.close()) };
  const write = values.json ? jsonReport : values.record ? markdownReport : textReport;
  process.stdout.write(`${write(report)}\n`);
}

async function measureAll(lab: Lab, chosen: readonly Measurement[]): Promise<Report['results']> {
  const results: Report['results'][number][] = [];
  for (const { name, title, measure } of chosen) results.push({ name, title, ...(await measure(lab)) });
  return results;
}
