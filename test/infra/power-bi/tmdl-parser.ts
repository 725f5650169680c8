/** What was read of an object of TMDL. */
export interface ParsedObject {
  readonly type: string;
  readonly name: string;
  readonly description: string;
  readonly expression: string | undefined;
  /** Properties by name; one that is told by its name alone is `true`. */
  readonly properties: ReadonlyMap<string, string>;
  readonly children: readonly ParsedObject[];
}

interface Line {
  readonly number: number;
  readonly depth: number;
  readonly text: string;
}

interface Kind {
  readonly values?: readonly string[];
  readonly flags?: readonly string[];
  readonly expressions?: readonly string[];
  readonly children?: readonly string[];
  readonly isNameless?: boolean;
}

/**
 * What may stand where, and nothing else: the part of the language that the project uses, after
 * https://learn.microsoft.com/analysis-services/tmdl/tmdl-overview (declarations, properties, default expressions, descriptions).
 */
const KINDS: Readonly<Record<string, Kind>> = {
  '': { children: ['database', 'model', 'table', 'relationship', 'expression', 'annotation', 'ref table'] },
  database: { values: ['compatibilityLevel'], isNameless: true },
  model: { values: ['culture', 'defaultPowerBIDataSourceVersion', 'sourceQueryCulture'], flags: ['discourageImplicitMeasures'] },
  'ref table': {},
  table: { values: ['lineageTag', 'dataCategory'], children: ['measure', 'column', 'partition', 'annotation'] },
  measure: { values: ['formatString', 'displayFolder', 'lineageTag'], children: ['annotation'] },
  column: {
    values: ['dataType', 'formatString', 'lineageTag', 'dataCategory', 'summarizeBy', 'sourceColumn', 'sortByColumn'],
    flags: ['isHidden', 'isKey'],
    children: ['annotation'],
  },
  partition: { values: ['mode'], expressions: ['source'] },
  relationship: { values: ['isActive', 'joinOnDateBehavior', 'fromColumn', 'toColumn'] },
  expression: { values: ['lineageTag'], children: ['annotation'] },
  annotation: {},
};
const NAME = String.raw`'(?:[^']|'')+'|[^\s.=:']+`;
const CODE_DEPTH = 2;

/** Reads a file of TMDL; throws with the line where something is not as the language or the list above has it. */
export function parseTmdl(text: string): readonly ParsedObject[] {
  const lines = text.split('\n').map((line, index) => readLine(line, index + 1));
  let at = 0;
  const objects = readChildren('', 0);
  if (at < lines.length) fail(lines[at], 'is indented too far');
  return objects;

  function fail(line: Line | undefined, what: string): never {
    throw new Error(`line ${line?.number ?? lines.length}: "${line?.text ?? ''}" ${what}`);
  }

  function skipEmpty(): void {
    while (at < lines.length && lines[at]?.text === '') at += 1;
  }

  function readChildren(parent: string, depth: number): readonly ParsedObject[] {
    const children: ParsedObject[] = [];
    for (skipEmpty(); at < lines.length && lines[at]?.depth === depth; skipEmpty()) children.push(readObject(parent, depth));
    return children;
  }

  function readObject(parent: string, depth: number): ParsedObject {
    const description = readDescription(depth);
    const line = lines[at];
    const types = KINDS[parent]?.children ?? [];
    const [, type = '', name = '', sign, code = ''] = new RegExp(`^(${types.join('|')})(?: (${NAME}))?( =)?(?: (.+))?$`).exec(line?.text ?? '') ?? [];
    const kind = KINDS[type];
    if (line?.depth !== depth || kind === undefined) fail(line, `is no ${types.join(', ')}`);
    if ((name === '') !== (kind.isNameless === true)) fail(line, 'has no name, or one too many');
    if (sign === undefined && code !== '') fail(line, 'has something behind its name');
    at += 1;
    const expression = sign === undefined ? undefined : readCode(code, depth);
    const properties = readProperties(kind, depth + 1);
    return { type, name: unquoted(name), description, expression, properties, children: readChildren(type, depth + 1) };
  }

  function readDescription(depth: number): string {
    const told: string[] = [];
    for (; lines[at]?.depth === depth && lines[at]?.text.startsWith('/// '); at += 1) told.push(lines[at]?.text.slice('/// '.length) ?? '');
    if (told.length > 0 && lines[at]?.text === '') fail(lines[at], 'stands between a description and its object');
    return told.join('\n');
  }

  /** Code behind the sign on its line, or on the lines below, two tabs deeper than what it belongs to. */
  function readCode(first: string, depth: number): string {
    if (first !== '') return first;
    const code: string[] = [];
    for (; at < lines.length; at += 1) {
      const line = lines[at];
      if (line === undefined || (line.text !== '' && line.depth < depth + CODE_DEPTH)) break;
      code.push(line.text === '' ? '' : '\t'.repeat(line.depth - depth - CODE_DEPTH) + line.text);
    }
    while (code.at(-1) === '') code.pop();
    if (code.length === 0) fail(lines[at], 'stands where code is to be');
    return code.join('\n');
  }

  function readProperties(kind: Kind, depth: number): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    const isChild = new RegExp(`^(///|(${kind.children?.join('|') ?? 'nothing'}) )`);
    for (let line = lines[at]; line?.depth === depth && line.text !== '' && !isChild.test(line.text); line = lines[at]) {
      const [, name = '', rest = ''] = /^(\w+)(:.*| =.*)?$/.exec(line.text) ?? [];
      if (found.has(name)) fail(line, 'comes twice');
      const value = plainValue(kind, name, rest);
      at += 1;
      if (value !== undefined) found.set(name, value);
      else if (rest.startsWith(' =') && kind.expressions?.includes(name) === true) found.set(name, readCode(rest.slice(' ='.length).trim(), depth));
      else fail(line, 'is no property of this');
    }
    return found;
  }
}

/** The value of a property that is no code. */
function plainValue({ values = [], flags = [] }: Kind, name: string, rest: string): string | undefined {
  if (rest === '') return flags.includes(name) ? 'true' : undefined;
  return values.includes(name) && /^: \S/.test(rest) ? unquoted(rest.slice(': '.length)) : undefined;
}

function readLine(line: string, number: number): Line {
  const [, tabs = '', text = ''] = /^(\t*)(.*)$/.exec(line) ?? [];
  if (text !== text.trimEnd() || (text === '' && tabs !== '')) throw new Error(`line ${number}: ends in a space or tab`);
  if (text.includes('\r')) throw new Error(`line ${number}: has a carriage return`);
  return { number, depth: tabs.length, text };
}

/** A name or text without its quotes. */
function unquoted(text: string): string {
  return /^'.*'$/.test(text) ? text.slice(1, -1).replaceAll("''", "'") : text;
}
