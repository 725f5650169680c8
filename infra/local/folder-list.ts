import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { isRealFolder, unlessMissing } from './folder-files.ts';
import { isHead, isNamePart, locatePart, segmentText } from './folder-names.ts';

/** One part of a name met in a folder: a file, or a folder with the `/` in its text, so that texts sort as whole names do. */
interface Part {
  readonly text: string;
  /** Relative to the folder it was met in. */
  readonly path: string;
  readonly isFolder: boolean;
}

/**
 * The names under a bucket's folder that start with the prefix, in code-unit order. Opens only the folders on the way there and below,
 * follows no symbolic link to a folder; a name may still turn out to be no file. Left out is what has no object name: hidden files,
 * names with `~`, parts of more than 200 bytes that `locate` would put elsewhere.
 */
export async function* listNames(root: string, prefix: string): AsyncGenerator<string> {
  const parts = prefix.split('/');
  const start = parts.pop() ?? '';
  if (!parts.every(isNamePart)) return;
  const folder = join(root, ...parts.map(locatePart));
  if (await isRealFolder(folder)) yield* walk(folder, prefix.slice(0, prefix.length - start.length), start);
}

async function* walk(folder: string, base: string, start: string): AsyncGenerator<string> {
  const parts: Part[] = [];
  await collect(folder, '', '', start, parts);
  parts.sort((a, b) => (a.text < b.text ? -1 : 1));
  for (const { text, path, isFolder } of parts) {
    if (isFolder) yield* walk(join(folder, path), base + text, '');
    else yield base + text;
  }
}

/** Collects the parts in a folder that start so; those of long parts are gathered from the folders under their heads. */
async function collect(folder: string, path: string, head: string, start: string, parts: Part[]): Promise<void> {
  const entries = await unlessMissing(opendir(join(folder, path), { bufferSize: 1024 }));
  if (entries === undefined) return;
  for await (const entry of entries) {
    const isFolder = entry.isDirectory();
    const text = head + segmentText(entry.name);
    const entryPath = path === '' ? entry.name : `${path}/${entry.name}`;
    if (isFolder && isHead(entry.name)) await collect(folder, entryPath, text, start, parts);
    else if (text.startsWith(start) && isNamePart(text) && locatePart(text) === entryPath) {
      parts.push({ text: isFolder ? `${text}/` : text, path: entryPath, isFolder });
    }
  }
}
