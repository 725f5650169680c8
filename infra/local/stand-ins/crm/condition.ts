import { ContractViolation } from './crm-stand-in.ts';

/** A record, by the names of its fields. */
export type Fields = Readonly<Record<string, unknown>>;

/** Says what a record holds in a field: a query looks at every record, so that none is copied. */
export type Held = (field: string) => unknown;

/** A small query language: its tokens, and what its words are. */
export interface Language {
  /** Sticky; its groups are a text literal, a word or number, and a sign. */
  readonly token: RegExp;
  readonly textOf: (literal: string) => string;
  readonly equal: string;
  readonly unequal: string;
}

export interface Token {
  readonly kind: 'text' | 'word';
  readonly value: string;
}

/** Cuts a query into tokens; what is none is a ContractViolation, as a vendor's parser would say. */
export function tokensOf(text: string, { token, textOf }: Language): Token[] {
  const tokens: Token[] = [];
  const scanner = new RegExp(token.source, 'gy');
  while (scanner.lastIndex < text.length) {
    const [all, literal, word] = scanner.exec(text) ?? [];
    if (all === undefined) throw new ContractViolation(`malformed query: ${text}`, 400, 'MALFORMED_QUERY');
    if (literal !== undefined) tokens.push({ kind: 'text', value: textOf(literal) });
    else if (word !== undefined) tokens.push({ kind: 'word', value: word });
  }
  return tokens;
}

/** The field and the text that a condition asks for, where it is nothing but one equation. */
export function equationOf([field, operator, literal, next]: readonly Token[], { equal }: Language): readonly [string, string] | undefined {
  const isAlone = next === undefined || !['and', 'or'].includes(next.value.toLowerCase());
  return isAlone && field !== undefined && operator?.value === equal && literal?.kind === 'text' ? [field.value, literal.value] : undefined;
}

/** `field = 'text'` joined by AND and OR, as both vendors read it: an injected OR has its effect here too. Takes its tokens from the front. */
export function conditionOf(tokens: Token[], language: Language): (held: Held) => boolean {
  let either = [allOf(tokens, language)];
  while (isNext(tokens, 'or')) {
    tokens.shift();
    either = [...either, allOf(tokens, language)];
  }
  return (held) => either.some((matches) => matches(held));
}

export function isNext([next]: readonly Token[], word: string): boolean {
  return next?.kind === 'word' && next.value.toLowerCase() === word;
}

function allOf(tokens: Token[], language: Language): (held: Held) => boolean {
  let every = [comparison(tokens, language)];
  while (isNext(tokens, 'and')) {
    tokens.shift();
    every = [...every, comparison(tokens, language)];
  }
  return (held) => every.every((matches) => matches(held));
}

function comparison(tokens: Token[], { equal, unequal }: Language): (held: Held) => boolean {
  const [field, operator, literal] = tokens.splice(0, 3);
  const isKnown = field?.kind === 'word' && (operator?.value === equal || operator?.value === unequal) && literal?.kind === 'text';
  if (!isKnown) throw new ContractViolation('malformed query: no comparison', 400, 'MALFORMED_QUERY');
  const [name, sought, wanted] = [field.value, literal.value.toLowerCase(), operator.value === equal];
  return (held) => isSame(String(held(name) ?? ''), sought) === wanted;
}

/** Texts are compared without regard to case; most differ in length already. */
function isSame(text: string, sought: string): boolean {
  return text.length === sought.length && text.toLowerCase() === sought;
}
