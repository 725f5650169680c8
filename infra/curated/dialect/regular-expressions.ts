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
  const groups = literal.text.replaceAll(NO_GROUP, '').match(GROUP)?.length ?? 0;
  if (groups > 1) refuse(`${name} with more than one group`);
  return `bigquery.${name.toLowerCase()}(${render(text).trim()}, ${render(pattern).trim()}, ${groups})`;
}
