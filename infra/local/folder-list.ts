import type { Dirent } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { isForbidden, isRealFolder, unlessMissing } from './folder-files.ts';
import { isHead, isNamePart, locatePart, segmentText } from './folder-names.ts';

/** Is told what is in a bucket's folder and is no object: its path there, and why. Hidden files are nobody's business. */
export type OnLeftOut = (path: string, why: string) => void;

/** Why a file or folder that may not be read is left out. */
export const FORBIDDEN = 'may not be read by this user: change its rights';
const NO_NAME = 'is no name for an object (~, a backslash, or not Unicode): rename it';
const NO_FILE = 'is a link or no file at all: copy the file itself there';

/** One part of a name met in a folder: a file, or a folder with the `/` in its text, so that texts sort as whole names do. */
interface Part {
  readonly text: string;
  /** Relative to the folder it was met in. */
  readonly path: string;
  readonly isFolder: boolean;
}

/**
 * The names under a bucket's folder that start with the prefix, in code-unit order. Opens only the folders on the way there and below,
 * follows no symbolic link; a name may still turn out to be no file. Left out is what has no object name: hidden files, names with `~`,
 * parts of more than 200 bytes that `locate` would put elsewhere; and what this user may not read.
 */
export async function* listNames(root: string, prefix: string, onLeftOut: OnLeftOut): AsyncGenerator<string> {
  const parts = prefix.split('/');
  const start = parts.pop() ?? '';
  if (!parts.every(isNamePart)) return;
  const folder = join(root, ...parts.map(locatePart));
  const tell: OnLeftOut = (path, why) => onLeftOut(relative(root, path), why);
  const isThere = await unlessForbidden(isRealFolder(folder), () => tell(folder, FORBIDDEN));
  if (isThere === true) yield* walk(folder, prefix.slice(0, prefix.length - start.length), start, tell);
}

async function* walk(folder: string, base: string, start: string, tell: OnLeftOut): AsyncGenerator<string> {
  const parts: Part[] = [];
  await collect(folder, '', '', start, parts, tell);
  parts.sort((a, b) => (a.text < b.text ? -1 : 1));
  for (const { text, path, isFolder } of parts) {
    if (isFolder) yield* walk(join(folder, path), base + text, '', tell);
    else yield base + text;
  }
}

/** Collects the parts in a folder that start so; those of long parts are gathered from the folders under their heads. */
async function collect(folder: string, path: string, head: string, start: string, parts: Part[], tell: OnLeftOut): Promise<void> {
  const opened = join(folder, path);
  const entries = await unlessForbidden(unlessMissing(opendir(opened, { bufferSize: 1024 })), () => tell(opened, FORBIDDEN));
  if (entries === undefined) return;
  for await (const entry of entries) {
    const isFolder = entry.isDirectory();
    const text = head + segmentText(entry.name);
    const entryPath = path === '' ? entry.name : `${path}/${entry.name}`;
    if (isFolder && isHead(entry.name)) await collect(folder, entryPath, text, start, parts, tell);
    else if (text.startsWith(start) && !entry.name.startsWith('.')) {
      const why = reasonAgainst(entry, text, entryPath);
      if (why === undefined) parts.push({ text: isFolder ? `${text}/` : text, path: entryPath, isFolder });
      else tell(join(opened, entry.name), why);
    }
  }
}

function reasonAgainst(entry: Dirent, text: string, path: string): string | undefined {
  if (!isNamePart(text) || locatePart(text) !== path) return NO_NAME;
  return entry.isDirectory() || entry.isFile() ? undefined : NO_FILE;
}

async function unlessForbidden<T>(work: Promise<T>, onForbidden: () => void): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (!isForbidden(error)) throw error;
    onForbidden();
    return undefined;
  }
}
