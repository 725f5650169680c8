/** What an expression of DAX refers to. */
export interface DaxReferences {
  /** Columns with their table, `'table'[column]`. */
  readonly columns: readonly { readonly table: string; readonly column: string }[];
  /** Names in brackets alone: measures, columns of the same table, or columns that the expression makes. */
  readonly names: readonly string[];
  /** Tables in quotes alone. */
  readonly tables: readonly string[];
  /** Functions, in capitals. */
  readonly functions: readonly string[];
  /** Words that are neither: variables. */
  readonly words: readonly string[];
  /** Columns that the expression makes: `"@Name"`. */
  readonly made: readonly string[];
}

const TOKEN =
  /(?<text>"(?:[^"]|"")*")|'(?<table>(?:[^']|'')+)'(?:\[(?<column>[^\]]+)\])?|\[(?<name>[^\]]+)\]|(?<word>[A-Za-z_][\w.]*)(?<call>\s*\()?|(?<number>\d+(?:\.\d+)?)|(?<sign>&&|\|\||<>|<=|>=|[-+*/&=<>(){},])|(?<space>\s+)/y;

type Groups = Readonly<Record<string, string | undefined>>;

/** Reads an expression token by token; throws where a sign is none of the language or brackets do not match. */
export function referencesOf(dax: string): DaxReferences {
  const tokens = tokensOf(dax);
  checkBrackets(tokens, dax);
  const named = (name: string) => tokens.flatMap((groups) => groups[name] ?? []);
  const words = (isCall: boolean) => tokens.flatMap(({ word, call }) => (word !== undefined && (call !== undefined) === isCall ? [word] : []));
  return {
    columns: tokens.flatMap(({ table, column }) => (table !== undefined && column !== undefined ? [{ table, column }] : [])),
    tables: tokens.flatMap(({ table, column }) => (table !== undefined && column === undefined ? [table] : [])),
    names: named('name'),
    functions: words(true),
    words: words(false),
    made: named('text').flatMap((text) => (text.startsWith('"@') ? [text.slice(1, -1)] : [])),
  };
}

function tokensOf(dax: string): readonly Groups[] {
  const tokens: Groups[] = [];
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < dax.length; ) {
    const at = TOKEN.lastIndex;
    const groups = TOKEN.exec(dax)?.groups;
    if (groups === undefined) throw new Error(`"${dax.slice(at, at + 20)}" is no DAX`);
    tokens.push(groups);
  }
  return tokens;
}

function checkBrackets(tokens: readonly Groups[], dax: string): void {
  const open: string[] = [];
  for (const { call, sign } of tokens) {
    if (call !== undefined || sign === '(') open.push(')');
    if (sign === '{') open.push('}');
    if ((sign === ')' || sign === '}') && open.pop() !== sign) throw new Error(`${sign} closes nothing in ${dax}`);
  }
  if (open.length > 0) throw new Error(`${open.at(-1)} is missing in ${dax}`);
}
