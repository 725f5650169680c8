import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/** A function of the deployable package in a process of its own. */
export interface DeployedFunction {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  output(): string;
  /** Where it listens, once it does. */
  readonly url: Promise<string>;
}

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');

/** Builds the package into a folder; its packages are installed, or borrowed from here. */
export async function buildPackage(dir: string, packages: 'installed' | 'borrowed'): Promise<void> {
  await run(process.execPath, [join(ROOT, 'infra/build.ts'), dir]);
  if (packages === 'borrowed') await symlink(join(ROOT, 'node_modules'), join(dir, 'node_modules'));
  else await run('npm', ['ci', '--omit=dev', '--no-audit', '--no-fund'], { cwd: dir });
}

/** Starts a function as the platform does, on a port that was free a moment ago; the framework listens on all interfaces. */
export async function startDeployed(dir: string, target: string, env: Readonly<Record<string, string>>): Promise<DeployedFunction> {
  const port = await freePort();
  const framework = join(dir, 'node_modules/@google-cloud/functions-framework/build/src/main.js');
  const child = spawn(process.execPath, [framework, `--target=${target}`], {
    cwd: dir,
    env: { PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const lines = createInterface({ input: child.stdout });
  const url = new Promise<string>((resolve) => {
    lines.on('line', (line) => {
      output += `${line}\n`;
      if (line.startsWith('URL: ')) resolve(`http://127.0.0.1:${port}/`);
    });
  });
  return { child, output: () => output, url };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
