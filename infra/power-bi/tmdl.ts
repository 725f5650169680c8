/**
 * An object of TMDL, the language of semantic models as text: a line with its type and name, below it, one tab deeper, its
 * properties and what belongs to it. https://learn.microsoft.com/analysis-services/tmdl/tmdl-overview
 */
export interface TmdlObject {
  readonly type: string;
  readonly name?: string;
  /** One line; shown to whoever looks at the object. */
  readonly description?: string;
  /** What the object is worked out by, after its name: DAX, or the kind of a partition. */
  readonly expression?: string;
  readonly properties?: readonly Property[];
  readonly children?: readonly TmdlObject[];
}

/** A property; `true` is told by its name alone, and `{ expression }` is code of its own lines. */
export type Property = readonly [name: string, value: string | true | { readonly expression: string }];

/** What may not stand in a name without quotes. */
const NEEDS_QUOTES = /[\s.=:']/;

/** The text of objects as Microsoft's serializer writes it, so that saving the project in Power BI Desktop changes little: with an empty line behind each but references. */
export function tmdlText(objects: readonly TmdlObject[]): string {
  const texts = objects.map((object, index) => {
    const isList = object.type.startsWith('ref ') && objects[index + 1]?.type.startsWith('ref ') === true;
    return `${linesOf(object, 0).join('\n')}\n${isList ? '' : '\n'}`;
  });
  return texts.join('');
}

/** A name, in quotes where it needs them. */
export function tmdlName(name: string): string {
  return NEEDS_QUOTES.test(name) ? `'${name.replaceAll("'", "''")}'` : name;
}

function linesOf({ type, name, description, expression, properties = [], children = [] }: TmdlObject, depth: number): readonly string[] {
  const head = name === undefined ? type : `${type} ${tmdlName(name)}`;
  return [
    ...(description === undefined ? [] : [indented(depth, `/// ${oneLine(description)}`)]),
    ...(expression === undefined ? [indented(depth, head)] : withExpression(head, '=', expression, depth)),
    ...properties.flatMap(([property, value]) => propertyLines(property, value, depth + 1)),
    ...children.flatMap((child) => ['', ...linesOf(child, depth + 1)]),
  ];
}

function propertyLines(name: string, value: Property[1], depth: number): readonly string[] {
  if (value === true) return [indented(depth, name)];
  return typeof value === 'string' ? [indented(depth, `${name}: ${oneLine(value)}`)] : withExpression(name, '=', value.expression, depth);
}

/** Code of one line stays on the line of its name; more lines stand two tabs deeper, deeper than any property could. */
function withExpression(head: string, sign: string, expression: string, depth: number): readonly string[] {
  const lines = expression.split('\n');
  if (lines.length === 1) return [indented(depth, `${head} ${sign} ${expression}`)];
  return [indented(depth, `${head} ${sign}`), ...lines.map((line) => indented(depth + 2, line))];
}

function indented(depth: number, line: string): string {
  return `${'\t'.repeat(depth)}${line}`.trimEnd();
}

function oneLine(text: string): string {
  if (/[\r\n]/.test(text)) throw new Error(`"${text.slice(0, 40)}" has several lines; write a description or value on one`);
  return text;
}
