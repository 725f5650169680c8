import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ChildTask } from './task.ts';

/** A process of the service that is killed and started again. */
export interface ServiceProcess {
  /** Its address; undefined while it is not up. */
  readonly url: string | undefined;
  readonly pid: number;
  readonly kills: number;
  /** Kills it at once, as a machine that fails would, and starts another one. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const CHILD = join(import.meta.dirname, 'child.ts');

/** Starts it with these options of Node; resolves when it is up. */
export async function startServiceProcess(task: ChildTask, options: readonly string[] = []): Promise<ServiceProcess> {
  let url: string | undefined;
  let kills = 0;
  let child = await start();

  async function start(): Promise<ChildProcess> {
    const execArgv = ['--disable-warning=ExperimentalWarning', ...options];
    const started = fork(CHILD, [JSON.stringify(task)], { execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const exit = once(started, 'exit').then(([code, signal]) => {
      throw new Error(`${task.role} ended with ${code ?? signal} before it was up`);
    });
    exit.catch(() => undefined);
    const [message] = await Promise.race([once(started, 'message'), exit]);
    ({ url } = message as { url: string });
    return started;
  }

  async function end(): Promise<void> {
    url = undefined;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  return {
    get url() {
      return url;
    },
    get pid() {
      return child.pid ?? 0;
    },
    get kills() {
      return kills;
    },
    async kill() {
      await end();
      kills += 1;
      child = await start();
    },
    stop: end,
  };
}
