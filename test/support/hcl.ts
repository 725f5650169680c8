/** A block of Terraform's language: `resource "type" "name" { … }`. */
export interface Block {
  readonly type: string;
  readonly labels: readonly string[];
  /** Expressions as they are written, without comments. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly blocks: readonly Block[];
}

const SPACE = /^(?:\s+|#[^\n]*|\/\/[^\n]*)+/;
const HEAD = /^([A-Za-z_][\w-]*)((?:[ \t]+(?:"[^"]*"|[A-Za-z_][\w-]*))*)[ \t]*\{/;
const ATTRIBUTE = /^([A-Za-z_][\w-]*)[ \t]*=(?!=)[ \t]*/;
const OPENING = '([{';
const CLOSING = ')]}';

/** Reads a file's structure; expressions are kept as text. Throws where it is no block and no attribute. */
export function readHcl(text: string): readonly Block[] {
  const reader = { text, at: 0 };
  const { blocks } = readBody(reader);
  if (reader.at < text.length) throw new Error(`unexpected ${JSON.stringify(text.slice(reader.at, reader.at + 40))}`);
  return blocks;
}

/** Every block below these, and these. */
export function allBlocks(blocks: readonly Block[]): readonly Block[] {
  return blocks.flatMap((block) => [block, ...allBlocks(block.blocks)]);
}

interface Reader {
  readonly text: string;
  at: number;
}

function readBody(reader: Reader): Pick<Block, 'attributes' | 'blocks'> {
  const attributes = new Map<string, string>();
  const blocks: Block[] = [];
  for (;;) {
    take(reader, SPACE);
    if (reader.at >= reader.text.length || reader.text[reader.at] === '}') return { attributes, blocks };
    const [, type = '', labels = ''] = take(reader, HEAD) ?? [];
    if (type !== '') {
      const body = readBody(reader);
      if (reader.text[reader.at] !== '}') throw new Error(`block ${type} ${labels} has no end`);
      reader.at += 1;
      blocks.push({ type, labels: [...labels.matchAll(/[\w.-]+/g)].map(([label]) => label), ...body });
      continue;
    }
    const [, name] = take(reader, ATTRIBUTE) ?? [];
    if (name === undefined) throw new Error(`unexpected ${JSON.stringify(reader.text.slice(reader.at, reader.at + 40))}`);
    attributes.set(name, readExpression(reader));
  }
}

/** Up to the end of the line, where no bracket is open. */
function readExpression(reader: Reader): string {
  let depth = 0;
  let expression = '';
  while (reader.at < reader.text.length) {
    const next = reader.text[reader.at] ?? '';
    if (next === '#') {
      take(reader, /^#[^\n]*/);
      continue;
    }
    if (next === '"') {
      expression += readString(reader);
      continue;
    }
    if (OPENING.includes(next)) depth += 1;
    if (CLOSING.includes(next)) depth -= 1;
    if (depth < 0 || (depth === 0 && next === '\n')) break;
    expression += next;
    reader.at += 1;
  }
  return expression.trim();
}

/** A string with what is interpolated in it, however deep. */
function readString(reader: Reader): string {
  const start = reader.at;
  reader.at += 1;
  while (reader.text[reader.at] !== '"') {
    if (reader.at >= reader.text.length) throw new Error(`a string has no end: ${reader.text.slice(start, start + 40)}`);
    if (reader.text.startsWith('${', reader.at)) readInterpolation(reader);
    else reader.at += reader.text[reader.at] === '\\' ? 2 : 1;
  }
  reader.at += 1;
  return reader.text.slice(start, reader.at);
}

function readInterpolation(reader: Reader): void {
  reader.at += 2;
  while (reader.text[reader.at] !== '}') {
    if (reader.at >= reader.text.length) throw new Error('an interpolation has no end');
    if (reader.text[reader.at] === '"') readString(reader);
    else reader.at += 1;
  }
  reader.at += 1;
}

function take(reader: Reader, pattern: RegExp): RegExpExecArray | undefined {
  const match = pattern.exec(reader.text.slice(reader.at));
  if (match === null) return undefined;
  reader.at += match[0].length;
  return match;
}
