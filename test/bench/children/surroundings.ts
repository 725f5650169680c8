import { join } from 'node:path';
import { openFolderStore } from '../../../infra/local/folder-store.ts';
import { openJsonlNotices } from '../../../infra/local/jsonl-notices.ts';
import { catalog } from '../../../shared/catalog.ts';
import { streams } from '../../../shared/streams/index.ts';
import { benchStreams } from '../data/streams.ts';

const TIMEOUT_MS = 3_600_000;

export const now = () => new Date();

/** What every function is given; notices go into the folder. */
export function surroundings(dir: string) {
  const notices = openJsonlNotices(join(dir, 'notices.jsonl'));
  return { notices, log: () => {}, now, codeVersion: 'bench', timeoutMs: TIMEOUT_MS, rerunFlag: '', catalog: catalog([...streams, ...benchStreams]) };
}

/** A bucket in a folder. The bare loop does not wait for the disk, so no writer here does. */
export function openBucket(dir: string, bucket: string) {
  return openFolderStore({ dir, bucket, now, settleMs: 0, durable: false });
}
