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

/** Reads an expression token by token; throws where a sign is none of the language or brackets do not match. */
export function referencesOf(dax: string): DaxReferences {
  const columns: { table: string; column: string }[] = [];
  const lists = { names: [] as string[], tables: [] as string[], functions: [] as string[], words: [] as string[], made: [] as string[] };
  const open: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < dax.length) {
    const at = TOKEN.lastIndex;
    const groups = TOKEN.exec(dax)?.groups;
    if (groups === undefined) throw new Error(`"${dax.slice(at, at + 20)}" is no DAX`);
    const { text, table, column, name, word, call, sign } = groups;
    if (text?.startsWith('"@') === true) lists.made.push(text.slice(1, -1));
    if (table !== undefined && column !== undefined) columns.push({ table, column });
    else if (table !== undefined) lists.tables.push(table);
    if (name !== undefined) lists.names.push(name);
    if (word !== undefined) (call === undefined ? lists.words : lists.functions).push(word);
    if (call !== undefined) open.push(')');
    if (sign === '(' || sign === '{') open.push(sign === '(' ? ')' : '}');
    if ((sign === ')' || sign === '}') && open.pop() !== sign) throw new Error(`${sign} closes nothing in ${dax}`);
  }
  if (open.length > 0) throw new Error(`${open.at(-1)} is missing in ${dax}`);
  return { columns, ...lists };
}
