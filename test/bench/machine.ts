import { execFileSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';

/** What figures have to be read with. */
export interface Machine {
  readonly cores: number;
  readonly model: string;
  readonly memoryGb: number;
  readonly node: string;
  /** RFC 3339, UTC. */
  readonly date: string;
  /** Short hash, with `+` where the tree differs from it. */
  readonly commit: string;
  /** Processes that wanted a core, over the last minute before the run. */
  readonly load: number;
}

/** Looks at the machine, the clock and the repository. */
export function thisMachine(): Machine {
  const processors = cpus();
  return {
    cores: processors.length,
    model: processors[0]?.model.trim() ?? 'unknown',
    memoryGb: Math.round(totalmem() / 1e9),
    node: process.version,
    date: new Date().toISOString(),
    commit: commit(),
    load: loadavg()[0] ?? 0,
  };
}

function commit(): string {
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', '--', ':/functions', ':/shared', ':/infra') === '' ? '' : '+');
  } catch {
    return 'unknown';
  }
}
