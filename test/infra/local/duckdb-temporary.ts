import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type DuckDbWarehouse, type Locate, openDuckDbWarehouse } from '../../../infra/local/duckdb-warehouse.ts';
import type { OpenedWarehouse } from '../../contract/warehouse-lab.ts';

export interface TemporaryWarehouse extends OpenedWarehouse {
  readonly warehouse: DuckDbWarehouse;
  readonly dir: string;
  readonly file: string;
}

/** Opens a warehouse in a folder of its own, with a quote in its name; `close` removes it. */
export async function openTemporary(settings: Readonly<Record<string, string>> = {}, locate?: Locate): Promise<TemporaryWarehouse> {
  const dir = await mkdtemp(join(tmpdir(), "duck 'é-"));
  const file = join(dir, 'warehouse.duckdb');
  const warehouse = await openDuckDbWarehouse({ file, locate: locate ?? locateIn(dir), settings });
  return {
    warehouse,
    dir,
    file,
    put: (bucket, name, text) => putIn(dir, bucket, name, text),
    async close() {
      await warehouse.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Puts generation 1 of an object below a folder. */
export async function putIn(dir: string, bucket: string, name: string, text: string): Promise<{ readonly generation: string }> {
  const file = pathOf(dir, bucket, name, '1');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  return { generation: '1' };
}

/** Finds what `putIn` has put. */
export function locateIn(dir: string): Locate {
  return async (bucket, name, generation) => {
    const file = pathOf(dir, bucket, name, generation);
    return access(file).then(
      () => file,
      () => undefined,
    );
  };
}

function pathOf(dir: string, bucket: string, name: string, generation: string): string {
  return join(dir, bucket, `${name}#${generation}`);
}
