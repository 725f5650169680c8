import { setTimeout as wait } from 'node:timers/promises';
import { CommandError } from './cli-error.ts';
import { type ControlAddress, readControlFile, removeControlFile } from './control-file.ts';
import { claim, type Ownership, ownerOf } from './owner.ts';

/** Where a command runs: here, because the folder is ours now, or in the local host that has it. */
export type Place = { readonly owner: Ownership } | { readonly host: ControlAddress };

const PATIENCE_MS = 30_000;
const LOOK_AGAIN_MS = 100;

/** Finds the place, waiting for a short command that has the folder; throws a CommandError when that takes too long. */
export async function findPlace(dir: string, verb: string, say: (line: string) => void): Promise<Place> {
  for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_AGAIN_MS) {
    const owner = await claim(dir, verb);
    if (owner !== undefined) {
      // Whoever wrote it is dead.
      await removeControlFile(dir);
      return { owner };
    }
    const host = await readControlFile(dir);
    if (host !== undefined) return { host };
    if (waited === 0) say(`waiting for ${await ownerOf(dir)}, which has ${dir} open`);
    await wait(LOOK_AGAIN_MS);
  }
  throw new CommandError(`${await ownerOf(dir)} still has ${dir} open after ${PATIENCE_MS / 1000} s: wait for it to end, or stop it`);
}
