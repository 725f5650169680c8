import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from './folder-files.ts';

const BYTES = 32;
const OWNER_ONLY = 0o600;

/** 32 random bytes that a folder keeps for itself, readable by its owner only; made once. */
export async function ownSecret(dir: string, name: string): Promise<Buffer> {
  const file = join(dir, name);
  await mkdir(dir, { recursive: true });
  try {
    await writeFile(file, randomBytes(BYTES), { flag: 'wx', mode: OWNER_ONLY });
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
  return await readFile(file);
}
