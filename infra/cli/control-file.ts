import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the local host of a folder takes commands, and the secret that it wants to hear. */
export interface ControlAddress {
  readonly pid: number;
  readonly port: number;
  readonly token: string;
}

/** Writes `dev.json` for this user's eyes only, as a whole or not at all. */
export async function writeControlFile(dir: string, address: ControlAddress): Promise<void> {
  const file = controlFile(dir);
  const temporary = `${file}.${address.pid}`;
  await rm(temporary, { force: true });
  await writeFile(temporary, `${JSON.stringify(address)}\n`, { mode: 0o600, flag: 'wx' });
  await rename(temporary, file);
}

/** Undefined where there is none, or none that is whole. */
export async function readControlFile(dir: string): Promise<ControlAddress | undefined> {
  try {
    const { pid, port, token }: Partial<Record<string, unknown>> = JSON.parse(await readFile(controlFile(dir), 'utf8'));
    return typeof pid === 'number' && typeof port === 'number' && typeof token === 'string' ? { pid, port, token } : undefined;
  } catch {
    return undefined;
  }
}

export async function removeControlFile(dir: string): Promise<void> {
  await rm(controlFile(dir), { force: true });
}

function controlFile(dir: string): string {
  return join(dir, 'dev.json');
}
