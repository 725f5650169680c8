import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Environment } from '../../shared/config.ts';
import { ConfigError, PermanentError, TransientError } from '../../shared/errors.ts';
import { shellWord } from '../../shared/invocation.ts';
import { CommandError, UsageError } from './cli-error.ts';
import type { CloudPipelineOptions } from './cloud-pipeline.ts';
import { readArguments } from './command-line.ts';
import { type Lines, runThere } from './control-client.ts';
import { helpCommand, overview, verbHelp } from './help.ts';
import type { Pipeline } from './pipeline.ts';
import { findPlace, type Place } from './place.ts';
import type { Context, Here, PipelineOptions, Verb } from './verb.ts';
import { verbs } from './verbs.ts';

/** What a process gives to the command that it runs. */
export interface Surroundings extends Lines, Here {
  readonly env: Environment;
  readonly cloud?: Pick<CloudPipelineOptions, 'patienceMs' | 'pause' | 'onItsWayMs' | 'gcs'>;
}

interface Command {
  readonly verb: Verb;
  readonly args: Readonly<Record<string, unknown>>;
}

const STATE = '.local';
const HOST_IS_LEAVING_MS = 100;

/** Runs a command; resolves to its exit code: 0, 1 where it failed, 2 where it is wrong. */
export async function runCommand(words: readonly string[], around: Surroundings): Promise<number> {
  try {
    const command = await readCommand(words, around);
    return command === undefined ? 0 : await runSomewhere(command, words, around);
  } catch (error) {
    return explain(error, around);
  }
}

/** Takes a command apart; shows help, and returns undefined, where that is what it asks for. */
async function readCommand([name, ...words]: readonly string[], lines: Lines & Here): Promise<Command | undefined> {
  if (name === undefined) throw new UsageError(`which verb? "npm run pipeline -- --help" lists them`);
  if (name === '--help' || name === '-h' || name === 'help') {
    lines.out(overview(verbs));
    return undefined;
  }
  const verb = verbs.find((candidate) => candidate.name === name);
  if (verb === undefined) throw new UsageError(`there is no verb ${JSON.stringify(name)}: "npm run pipeline -- --help" lists them`);
  const args = await aboutVerb(verb, async () => readArguments(verb, words));
  if (args['help'] !== true) {
    await aboutVerb(verb, async () => await verb.check?.(args, lines));
    return { verb, args };
  }
  lines.out(verbHelp(verb));
  return undefined;
}

/** Says of a wrong argument which verb it is of, and where its help is. */
async function aboutVerb<T>(verb: Verb, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`${verb.name}: ${error.message} (${helpCommand(verb)})`) : error;
  }
}

async function runSomewhere(command: Command, words: readonly string[], around: Surroundings): Promise<number> {
  const { verb, args } = command;
  if (args['cloud'] === true) return await runOnCloud(command, around);
  const dir = resolve(around.cwd, typeof args['dir'] === 'string' ? args['dir'] : STATE);
  if (verb.state === 'none') return await runHere(command, dir, around);
  if (verb.state === 'existing' && !existsSync(join(dir, 'buckets'))) throw new CommandError(`there is nothing in ${dir} yet: "npm start" fills it`);
  for (;;) {
    const place = await findPlace(dir, verb.name, around.err);
    if ('owner' in place) return await runOwned(command, dir, place, around);
    if (verb.name === 'dev') throw new CommandError(`npm run dev runs already (process ${place.host.pid})`);
    const exit = await runThere(place.host, { args: words, cwd: around.cwd }, around);
    if (exit !== undefined) return exit;
    await wait(HOST_IS_LEAVING_MS);
  }
}

async function runOwned(command: Command, dir: string, { owner }: Extract<Place, { owner: unknown }>, around: Surroundings): Promise<number> {
  let pipeline: Promise<Pipeline> | undefined;
  const open = async (options: PipelineOptions = {}) => {
    const { openLocalPipeline } = await import('./local-pipeline.ts');
    return await openLocalPipeline({ dir, env: around.env, now: around.now, rerunFlag: placeFlag(command, dir, around), ...options });
  };
  try {
    return await runHere(command, dir, around, (options) => {
      pipeline ??= open(options);
      return pipeline;
    });
  } finally {
    try {
      await (await pipeline?.catch(() => undefined))?.close();
    } finally {
      await owner.release();
    }
  }
}

async function runOnCloud(command: Command, around: Surroundings): Promise<number> {
  const { openCloudPipeline } = await import('./cloud-pipeline.ts');
  const pipeline = openCloudPipeline({ env: around.env, now: around.now, say: around.err, ...around.cloud });
  try {
    return await runHere(command, '', around, async () => pipeline);
  } finally {
    await pipeline.close();
  }
}

async function runHere(command: Command, dir: string, around: Surroundings, pipeline: Context['pipeline'] = noPipeline): Promise<number> {
  const place = placeFlag(command, dir, around);
  return await runVerb(command, { ...around, dir, pipeline, command: (words) => `npm run pipeline -- ${words}${place}`, execute: executeHere });
}

/** What a command ends with to work in the same place. */
function placeFlag({ args }: Command, dir: string, { cwd }: Here): string {
  if (args['cloud'] === true) return ' --cloud';
  return dir === resolve(cwd, STATE) ? '' : ` --dir ${shellWord(dir)}`;
}

async function runVerb({ verb, args }: Command, context: Context): Promise<number> {
  return await aboutVerb(verb, () => verb.run(context, args));
}

/** Runs a command that another process has sent, in its context. */
async function executeHere(words: readonly string[], context: Context): Promise<number> {
  try {
    const command = await readCommand(words, context);
    return command === undefined ? 0 : await runVerb(command, context);
  } catch (error) {
    return explain(error, context);
  }
}

function noPipeline(): never {
  throw new Error('a verb without state asks for the pipeline');
}

/** Says in one line what is wrong; only what nobody has foreseen comes with its stack. */
function explain(error: unknown, { err }: Lines): number {
  const { message = String(error), stack = message } = error as Partial<Error>;
  if (error instanceof ConfigError) err(message);
  else err(isForeseen(error) ? message.split('\n', 1).join('') : stack);
  return error instanceof UsageError || error instanceof ConfigError ? 2 : 1;
}

/** Also what the system says of a file or a folder. */
function isForeseen(error: unknown): boolean {
  const kinds = [UsageError, CommandError, PermanentError, TransientError];
  return kinds.some((kind) => error instanceof kind) || (typeof error === 'object' && error !== null && 'syscall' in error);
}
