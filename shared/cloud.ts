import type { Config, Environment } from './config.ts';
import type { Surroundings } from './invocation.ts';
import { stdoutLog } from './log.ts';
import { pubsubNotices } from './notices/pubsub.ts';

/** What only the entry of a process may know. */
export interface Entry {
  readonly env: Environment;
  readonly now: () => Date;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** A function as the Functions Framework calls it. */
export type Handler = (event: unknown) => Promise<unknown>;

/** What every function is given on Google Cloud; clients are made when they are first used, with the credentials and the project of the environment. */
export function cloudSurroundings(
  { noticesTopic: topic, codeVersion, timeoutMs }: Pick<Config, 'noticesTopic' | 'codeVersion' | 'timeoutMs'>,
  now: () => Date,
): Surroundings {
  return { notices: pubsubNotices({ topic }), log: stdoutLog, now, codeVersion, timeoutMs, rerunFlag: ' --cloud' };
}
