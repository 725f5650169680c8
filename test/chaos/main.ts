import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { noNumber, scriptArguments } from '../../infra/script-arguments.ts';
import { openChaosBench } from './chaos-bench.ts';
import { addFigures, type ChaosFigures, NO_FIGURES } from './chaos-figures.ts';
import { type ChaosResult, runChaos } from './chaos-run.ts';
import { sweep, sweepLine } from './sweep.ts';
import { sweepCases } from './sweep-cases.ts';

const HELP = `Breaks the chain in every way that deliveries, processes and people have, and looks whether anything is lost, doubled or left over.

  npm run chaos                          runs 200 seeds, from 1
  npm run chaos -- --seed 7 --runs 1000  runs 1,000 seeds, from 7
  npm run chaos -- --seed 7 --runs 1     replays seed 7, move by move
  npm run chaos -- --sweep [words]       kills a process before and after every side effect, in all cases or in those with such names`;

/** So many seeds share a process: DuckDB's memory grows with every table that was there. */
const MAX_SHARE = 250;

/** What the runs of one process amount to. */
interface Summary {
  readonly figures: ChaosFigures;
  readonly failed: readonly Pick<ChaosResult, 'seed' | 'problems'>[];
}

const { values, positionals } = scriptArguments(
  HELP,
  {
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '1' },
      runs: { type: 'string', default: '200' },
      workers: { type: 'string', default: String(availableParallelism()) },
      json: { type: 'boolean', default: false },
      sweep: { type: 'boolean', default: false },
    },
  },
  ({ values: { seed, runs, workers, sweep: isSweep }, positionals: words }) =>
    isSweep || words.length === 0 ? noNumber({ seed, runs, workers }) : 'words go with --sweep',
);

if (values.sweep) process.exitCode = await runSweep(positionals);
else if (values.json) console.log(JSON.stringify(await runHere(Number(values.seed), Number(values.runs))));
else if (values.runs === '1') process.exitCode = await replay(Number(values.seed));
else process.exitCode = await runMany(Number(values.seed), Number(values.runs), Number(values.workers));

async function runSweep(words: readonly string[]): Promise<number> {
  const cases = sweepCases.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  const started = performance.now();
  const results = await sweep(cases, (result) => console.log(sweepLine(result)));
  const kills = results.reduce((sum, result) => sum + result.kills, 0);
  const failures = results.flatMap((result) => result.failures);
  console.log(`kill sweep: ${results.length} cases, ${kills} kills, ${failures.length} failures, ${seconds(started)} s`);
  return failures.length === 0 && results.length > 0 ? 0 : 1;
}

async function replay(seed: number): Promise<number> {
  const bench = await openChaosBench('replay');
  const { figures, problems, moves } = await runChaos(seed, bench);
  await bench.close();
  console.log(moves.map((move, index) => `${String(index + 1).padStart(5)} ${move}`).join('\n'));
  console.log(figuresText(figures));
  for (const problem of problems) console.log(`FAILED: ${problem}`);
  return problems.length === 0 ? 0 : 1;
}

async function runMany(seed: number, runs: number, workers: number): Promise<number> {
  const started = performance.now();
  const share = Math.min(MAX_SHARE, Math.ceil(runs / workers));
  const starts = Array.from({ length: Math.ceil(runs / share) }, (_, index) => index * share).values();
  const summaries: Summary[] = [];
  const worker = async () => {
    for (const start of starts) {
      const count = Math.min(share, runs - start);
      const summary = await runInChild(seed + start, count);
      summaries.push(summary);
      console.log(`seeds ${seed + start} to ${seed + start + count - 1}: ${summary.failed.length} failed, ${seconds(started)} s`);
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  const failed = summaries.flatMap((summary) => summary.failed);
  for (const { seed: bad, problems } of failed)
    console.log(`seed ${bad} FAILED, again with: npm run chaos -- --seed ${bad} --runs 1\n  ${problems.join('\n  ')}`);
  const time = seconds(started);
  console.log(`chaos: ${runs} runs, seeds ${seed} to ${seed + runs - 1}, ${failed.length} failed, ${time} s (${(runs / time).toFixed(1)} a second)`);
  console.log(figuresText(summaries.map(({ figures }) => figures).reduce(addFigures)));
  return failed.length === 0 ? 0 : 1;
}

async function runHere(seed: number, runs: number): Promise<Summary> {
  const bench = await openChaosBench('many');
  let figures = NO_FIGURES;
  const failed: Pick<ChaosResult, 'seed' | 'problems'>[] = [];
  for (let next = seed; next < seed + runs; next += 1) {
    const result = await runChaos(next, bench);
    figures = addFigures(figures, result.figures);
    if (result.problems.length > 0) failed.push({ seed: next, problems: result.problems });
  }
  await bench.close();
  return { figures, failed };
}

async function runInChild(seed: number, runs: number): Promise<Summary> {
  const flags = ['--disable-warning=ExperimentalWarning', import.meta.filename, '--json', '--seed', String(seed), '--runs', String(runs)];
  // Measured: with one thread of libuv a run takes a sixth less time, because a statement stays on one core.
  const child = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, UV_THREADPOOL_SIZE: '1' } });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code, signal] = await once(child, 'close');
  if (code !== 0) throw new Error(`the process that ran seeds from ${seed} ended with ${code ?? signal}`);
  return JSON.parse(Buffer.concat(chunks).toString());
}

function figuresText(figures: ChaosFigures): string {
  return Object.entries(figures)
    .map(([name, count]) => `${count.toLocaleString('en')} ${name}`)
    .join(', ');
}

function seconds(started: number): number {
  return Math.round((performance.now() - started) / 100) / 10;
}
