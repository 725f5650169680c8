import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, link, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type Chain, openChain } from '../support/chain.ts';
import { type LabServer, startLabServer } from './lab-server.ts';
import { quickFolder } from './quick-folder.ts';
import { differences, type State, stateOf } from './state.ts';
import type { SweepCase } from './sweep-cases.ts';
import { type ChildTask, hostOptions, type Kill, NOW, type SweepEvent } from './sweep-task.ts';

/** What the sweep of one case found. */
export interface SweepResult {
  readonly name: string;
  /** The side effects of one undisturbed invocation, in their order. */
  readonly effects: readonly string[];
  readonly kills: number;
  readonly failures: readonly string[];
}

/** How a child ended; without effects where it was killed. */
interface Ended {
  readonly signal: NodeJS.Signals | null;
  readonly effects?: readonly string[];
  readonly status?: number;
}

interface Bench {
  readonly root: string;
  readonly server: LabServer;
}

const CHILD = join(import.meta.dirname, 'sweep-child.ts');
const AT_A_TIME = 3;

/** Sweeps the cases one after the other, telling each result when it is there. */
export async function sweep(cases: readonly SweepCase[], tell: (result: SweepResult) => void): Promise<readonly SweepResult[]> {
  const root = await mkdtemp(join(await quickFolder(), 'sweep-'));
  const server = await startLabServer();
  const results: SweepResult[] = [];
  try {
    for (const one of cases) {
      const result = await sweepCase({ root, server }, one);
      tell(result);
      results.push(result);
    }
  } finally {
    await server.stop();
    await rm(root, { recursive: true, force: true });
  }
  return results;
}

/** The line that tells a result. */
export function sweepLine({ name, effects, kills, failures }: SweepResult): string {
  return `kill sweep: ${name}: ${effects.length} effects, ${kills} kills, ${failures.length === 0 ? 'ok' : `${failures.length} FAILED\n  ${failures.join('\n  ')}`}`;
}

async function sweepCase(bench: Bench, one: SweepCase): Promise<SweepResult> {
  const template = join(bench.root, one.name.replaceAll(/\W/g, '-'));
  const event = await inChain(bench, template, (chain) => one.prepare(chain));
  const failures: string[] = [];

  const undisturbed = `${template}-undisturbed`;
  await copyFolder(template, undisturbed);
  const { effects = [], status } = await runChild(bench, { dir: undisturbed, event });
  if (status !== 200) failures.push(`undisturbed: answered ${status}`);
  const wanted = await redeliver(bench, undisturbed, event, one);
  failures.push(...unsound(wanted).map((problem) => `undisturbed: ${problem}`));
  const again = await runChild(bench, { dir: undisturbed, event });
  if (one.again !== undefined && String(again.effects) !== String(one.again)) failures.push(`delivered again: ${again.effects} instead of ${one.again}`);

  const unkilled: Kill[] = [];
  let kills = 0;
  await inPool(
    killsUntil(() => unkilled.length > 0),
    async (kill) => {
      const dir = `${template}-${kill.at}-${kill.when}`;
      await copyFolder(template, dir);
      const ended = await runChild(bench, { dir, event, kill });
      if (ended.signal === 'SIGKILL') kills += 1;
      else unkilled.push(kill);
      const found = differences(wanted, await redeliver(bench, dir, event, one));
      failures.push(...found.map((difference) => `killed ${kill.when} ${kill.at} (${effects[kill.at - 1]}): ${difference}`));
      await rm(dir, { recursive: true, force: true });
    },
  );
  const counted = Math.min(...unkilled.map((kill) => kill.at)) - 1;
  if (counted !== effects.length || kills !== 2 * counted) failures.push(`${kills} kills before the first unkilled run, ${effects.length} effects undisturbed`);
  return { name: one.name, effects, kills, failures };
}

/** What is wrong with a state in itself, without a look at another. */
function unsound(state: State): readonly string[] {
  const notConserved = (state['ledger'] ?? []).filter((line) => !line.includes('"conserved":true'));
  return [...notConserved, ...(state['stage tables'] ?? []), ...(state['failed deliveries'] ?? [])];
}

/** Before and after the first effect, the second, and so on, until a run ends unkilled. */
function* killsUntil(isOver: () => boolean): Generator<Kill> {
  for (let at = 1; !isOver(); at += 1) {
    yield { at, when: 'before' };
    yield { at, when: 'after' };
  }
}

async function inPool<T>(works: Generator<T>, run: (work: T) => Promise<void>): Promise<void> {
  const worker = async () => {
    for (const work of works) await run(work);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
}

/** Delivers the event again, and then every event that the objects ask for, until nothing new appears; tells what is there then. */
async function redeliver(bench: Bench, dir: string, event: SweepEvent, one: SweepCase): Promise<State> {
  return await inChain(bench, dir, async (chain) => {
    const answers = [await chain.post(event.function, event.headers, event.body)];
    const delivered = new Set<string>();
    for (let before = -1; before < delivered.size; ) {
      before = delivered.size;
      for (const store of [chain.raw, chain.clean]) {
        for (const object of await chain.objects(store)) {
          const subject = `${store.bucket}/${object.name}#${object.generation}`;
          if (!delivered.has(subject)) answers.push(await chain.finalize(store, object, { time: NOW }));
          delivered.add(subject);
        }
      }
    }
    const refused = answers.filter((answer) => answer.status !== 200).map((answer) => `${answer.status} ${String(answer.body)}`);
    return { ...(await stateOf(chain, one.makesRaw !== true)), 'failed deliveries': refused };
  });
}

async function inChain<T>({ server }: Bench, dir: string, work: (chain: Chain) => Promise<T>): Promise<T> {
  const chain = await openChain(hostOptions(dir, server.baseUrl));
  try {
    return await work(chain);
  } finally {
    await chain.closeKeepingFiles();
  }
}

async function runChild({ root, server }: Bench, task: Omit<ChildTask, 'baseUrl'>): Promise<Ended> {
  const argument: ChildTask = { ...task, baseUrl: server.baseUrl };
  // Measured: without collections of young garbage a child takes an eighth less time.
  const flags = ['--disable-warning=ExperimentalWarning', '--min-semi-space-size=64', '--max-semi-space-size=64'];
  const child = spawn(process.execPath, [...flags, CHILD, JSON.stringify(argument)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(root, 'compiled') },
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  if (signal === 'SIGKILL') return { signal };
  if (code !== 0) throw new Error(`a child ended with ${code ?? signal}: ${argument.dir}`);
  return { signal, ...JSON.parse(Buffer.concat(chunks).toString()) };
}

/** Copies a folder. Objects become links: their identity, the inode's, decides their generation, and nothing writes into them. */
async function copyFolder(from: string, to: string): Promise<void> {
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  const pathOf = (entry: (typeof entries)[number]) => relative(from, join(entry.parentPath, entry.name));
  await mkdir(to);
  for (const entry of entries) if (entry.isDirectory()) await mkdir(join(to, pathOf(entry)), { recursive: true });
  for (const path of entries.filter((entry) => entry.isFile()).map(pathOf)) {
    const copy = path.startsWith('buckets') ? link : copyFile;
    await copy(join(from, path), join(to, path));
  }
}
