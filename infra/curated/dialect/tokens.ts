import { refuse } from './unsupported.ts';

export type TokenKind = 'space' | 'string' | 'quoted' | 'number' | 'word' | 'operator' | 'group';

/** A token; of a group, `text` is the opening bracket and `inner` what it holds. */
export interface Token {
  readonly kind: TokenKind;
  /** As written; of a string, its value. */
  readonly text: string;
  readonly inner: readonly Token[];
}

const LEXEME = new RegExp(
  [
    String.raw`(?<space>\s+|--[^\n]*|#[^\n]*|/\*[\s\S]*?\*/)`,
    String.raw`(?<string>[rR]?(?:'''[\s\S]*?'''|"""[\s\S]*?"""|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"))`,
    '(?<quoted>`[^`]+`)',
    String.raw`(?<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)`,
    String.raw`(?<word>[A-Za-z_]\w*)`,
    String.raw`(?<operator><<|>>|<=|>=|<>|!=|\|\||\|>|\*\*|==|//|::|->>|->|:=|[^\s])`,
  ].join('|'),
  'g',
);
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"', '`': '`', '?': '?' };
const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']' };
const TRIPLE = 3;

interface OpenGroup {
  readonly bracket: string;
  readonly inner: Token[];
}

/** Reads BigQuery SQL into tokens, brackets as groups; comments become blanks. */
export function tokenize(sql: string): readonly Token[] {
  const stack: OpenGroup[] = [{ bracket: '', inner: [] }];
  let last: Token | undefined;
  let lastSolid: Token | undefined;
  for (const match of sql.matchAll(LEXEME)) {
    const token = lexeme(match);
    if (token.kind === 'word' && last?.kind === 'number') refuse(`the number ${last.text}${token.text}`);
    if (token.kind === 'string' && last?.kind === 'word' && /^(?:b|rb|br)$/i.test(last.text)) refuse('BYTES literals');
    if (token.kind === 'string' && lastSolid?.kind === 'string') refuse('two texts side by side: write CONCAT, or a backslash before a quote');
    place(stack, token);
    last = token;
    if (token.kind !== 'space') lastSolid = token;
  }
  const [root, ...open] = stack;
  return root !== undefined && open.length === 0 ? root.inner : refuse('brackets that do not match');
}

/** Without blanks. */
export function solid(tokens: readonly Token[]): readonly Token[] {
  return tokens.filter(({ kind }) => kind !== 'space');
}

/** With a blank behind it, as between words. */
export function spaced(token: Token): readonly Token[] {
  return [token, { kind: 'space', text: ' ', inner: [] }];
}

/** The word in capitals, an operator as it is; '' for everything else. */
export function keyword(token: Token | undefined): string {
  if (token?.kind === 'word') return token.text.toUpperCase();
  return token?.kind === 'operator' ? token.text : '';
}

/** Cuts the tokens where one is the keyword or operator; there is always at least one part. */
export function split(tokens: readonly Token[], at: string): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]];
  for (const token of tokens) {
    if (keyword(token) === at) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

function lexeme({ groups = {} }: RegExpMatchArray): Token {
  for (const kind of ['space', 'string', 'quoted', 'number', 'word', 'operator'] as const) {
    const text = groups[kind];
    if (text !== undefined) return { kind, text: kind === 'string' ? stringValue(text) : kind === 'space' ? ' ' : text, inner: [] };
  }
  return refuse('an unknown character');
}

function place(stack: OpenGroup[], token: Token): void {
  const { kind, text } = token;
  if (kind === 'operator' && text in CLOSING) stack.push({ bracket: text, inner: [] });
  else if (kind === 'operator' && (text === ')' || text === ']')) close(stack, text);
  else stack.at(-1)?.inner.push(token);
}

function close(stack: OpenGroup[], bracket: string): void {
  const group = stack.pop();
  const outer = stack.at(-1);
  if (group === undefined || outer === undefined || CLOSING[group.bracket] !== bracket) refuse('brackets that do not match');
  outer.inner.push({ kind: 'group', text: group.bracket, inner: group.inner });
}

function stringValue(text: string): string {
  const raw = /^[rR]/.test(text);
  const body = raw ? text.slice(1) : text;
  const quotes = /^('''|""")/.test(body) ? TRIPLE : 1;
  const value = body.slice(quotes, -quotes);
  if (raw) return value;
  return value.replaceAll(/\\(u[0-9a-fA-F]{4}|[\s\S])/g, (_escape, code: string) => {
    if (code.length > 1) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return ESCAPES[code] ?? refuse(`the escape \\${code} in a string`);
  });
}
