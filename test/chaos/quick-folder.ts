import { access } from 'node:fs/promises';
import { tmpdir } from 'node:os';

const MEMORY = '/dev/shm';

/** Where temporary folders go: memory instead of a disk, where the machine has that. */
export async function quickFolder(): Promise<string> {
  return await access(MEMORY).then(
    () => MEMORY,
    () => tmpdir(),
  );
}
