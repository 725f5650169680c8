import { PermanentError } from '../../shared/errors.ts';

/** A file system takes 255 bytes a part; the rest is for the endings that sidecars and their temporary files add. */
const MAX_PART_BYTES = 200;
/** What cannot be in an object name here: NUL and `\` for the sake of file systems, `~` because it marks the cut of a long part. */
const FORBIDDEN = /[\0\\~]/;

/**
 * Where an object's file is, relative to its bucket's folder: the name itself, but a part of more than 200 bytes becomes
 * `<head>~/<rest>`, again and again. A rest that starts with a dot gets a `~` in front, or it would be hidden or, as `..`, lead out.
 * Throws a PermanentError where the name could leave the folder, would be hidden or is not Unicode.
 */
export function locate(name: string): string {
  const parts = name.split('/');
  if (!parts.every(isNamePart)) {
    const why = 'a part is empty, starts with a dot, holds NUL, a backslash or ~, or is not valid Unicode; rename the object';
    throw new PermanentError('object-name', `the folder store refuses the object name ${JSON.stringify(name)}: ${why}`);
  }
  return parts.map(locatePart).join('/');
}

/** True for what may stand between two slashes. */
export function isNamePart(part: string): boolean {
  return part !== '' && !part.startsWith('.') && !FORBIDDEN.test(part) && part.isWellFormed();
}

/** The path of one part: one segment, or more where it is long. */
export function locatePart(part: string): string {
  const segments: string[] = [];
  let rest = part;
  while (Buffer.byteLength(rest) > MAX_PART_BYTES) {
    const head = headOf(rest);
    segments.push(`${shown(head, segments.length)}~`);
    rest = rest.slice(head.length);
  }
  segments.push(shown(rest, segments.length));
  return segments.join('/');
}

/** The text of one segment met in a folder, without the marks of `locatePart`. */
export function segmentText(segment: string): string {
  return segment.replace(/^~(?=\.)/, '').replace(/~$/, '');
}

/** True for the folder that holds what follows the head of a long part. */
export function isHead(segment: string): boolean {
  return segment.endsWith('~');
}

function headOf(part: string): string {
  let bytes = 0;
  let length = 0;
  for (const character of part) {
    bytes += Buffer.byteLength(character);
    if (bytes > MAX_PART_BYTES) break;
    length += character.length;
  }
  return part.slice(0, length);
}

function shown(text: string, depth: number): string {
  return depth > 0 && text.startsWith('.') ? `~${text}` : text;
}
