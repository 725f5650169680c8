import type { Rendering } from './rendering.ts';
import { solid, split, type Token } from './tokens.ts';
import { refuse } from './unsupported.ts';

/** What has no brackets of a group: something behind a backslash, a text between \Q and \E, a class of signs. */
const NO_GROUP = /\\Q[\s\S]*?(?:\\E|$)|\\[\s\S]|\[\^?\]?(?:\[:\^?\w+:\]|\\[\s\S]|[^\]\\])*\]/g;
/** A bracket that begins a group with a number: (…), (?P<name>…), (?<name>…). */
const GROUP = /\((?!\?)|\(\?P?<\w/g;

/** `REGEXP_EXTRACT[_ALL](text, r'…')`: what the one group holds, or all of it where there is none; the groups are counted in the literal. */
export function extraction(name: string, args: readonly Token[], render: Rendering['render']): string {
  const [text = [], pattern = [], ...rest] = split(args, ',');
  const [literal, ...more] = solid(pattern);
  if (literal?.kind !== 'string' || more.length > 0 || rest.length > 0) refuse(`${name} other than ${name}(<text>, <literal>)`);
  const groups = groupsOf(literal.text);
  if (groups > 1) refuse(`${name} with more than one group`);
  if (groups === 1 && mayBeLeftOut(literal.text)) refuse(`${name} with a group that may be left out`);
  return `bigquery.${name.toLowerCase()}(${render(text).trim()}, ${render(pattern).trim()}, ${groups})`;
}

/** Refuses a replacement that names a group that is not there, which BigQuery rejects and DuckDB passes over, and one that is no literal. */
export function checkReplacement(pattern: string | undefined, replacement: string | undefined): void {
  if (replacement === undefined) refuse('REGEXP_REPLACE with a replacement that is no literal');
  for (const [, sign = ''] of replacement.matchAll(/\\([\s\S]?)/g)) {
    const isKnown = sign === '\\' || sign === '0' || (/\d/.test(sign) && pattern !== undefined && Number(sign) <= groupsOf(pattern));
    if (!isKnown) refuse(`REGEXP_REPLACE with \\${sign} in the replacement`);
  }
}

function groupsOf(pattern: string): number {
  return pattern.replaceAll(NO_GROUP, '').match(GROUP)?.length ?? 0;
}

interface Level {
  readonly isCounted: boolean;
  /** Whether the group with a number stands within it. */
  holds: boolean;
  hasBranches: boolean;
}

/** Whether the group with a number, or one around it, may be passed by (`(x)?`, `(x)|y`): what is not there is empty in DuckDB. */
function mayBeLeftOut(pattern: string): boolean {
  const text = pattern.replaceAll(NO_GROUP, '.');
  const counted = new Set([...text.matchAll(GROUP)].map(({ index }) => index));
  const outermost: Level = { isCounted: false, holds: false, hasBranches: false };
  const open: Level[] = [outermost];
  for (const [index, sign] of text.split('').entries()) {
    const level = open.at(-1) ?? outermost;
    if (sign === '(') open.push({ isCounted: counted.has(index), holds: false, hasBranches: false });
    else if (sign === '|') level.hasBranches = true;
    else if (sign === ')') {
      open.pop();
      const isAround = level.isCounted || level.holds;
      if (isAround && (/^(?:[?*]|\{0)/.test(text.slice(index + 1)) || (level.holds && level.hasBranches))) return true;
      (open.at(-1) ?? outermost).holds ||= isAround;
    }
  }
  return outermost.holds && outermost.hasBranches;
}
