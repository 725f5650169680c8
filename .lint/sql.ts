import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** What `--json` prints: for each root the models seen, and the rule and place of each violation. */
export interface SqlReport {
  readonly root: string;
  readonly models: number;
  readonly violations: readonly SqlViolation[];
}

interface SqlViolation {
  readonly rule: string;
  /** `<file>:<line>`. */
  readonly place: string;
}

/** A model without comments, its lines where they were. */
interface Model {
  readonly file: string;
  readonly text: string;
}

interface SqlRule {
  readonly name: string;
  readonly why: string;
  /** Where in the text it is broken. */
  readonly find: (model: Model) => readonly number[];
}

const DEFINITIONS = 'infra/dataform/definitions';
/** Columns that say when a row came, whatever day it is about. */
const ARRIVAL = /^(?:_extracted_at|load_timestamp|taken_at)$/;
const TIME_NAME = /\b\w*(?:_date|_at|_ts|_time|_timestamp|_day|_month|_week)\b(?!\s*\()|\bdate\b(?!\s*\()/gi;

/** What bounds an incremental model: `when(incremental(), …)`, `incremental() ? …` and updatePartitionFilter. */
const BOUNDS = [/when\(\s*incremental\(\)\s*,([\s\S]*?)[`"']\s*\)/g, /incremental\(\)\s*\?([\s\S]*?):\s*[`"']/g, /\bupdatePartitionFilter:([^\n]*)/g];
const TABLES_BY_NAME = /`[\w-]+(?:\.[\w-]+)+`|(?<!DISTINCT\s|EXTRACT\s*\(\s*[\w()]+\s+)\b(?:FROM|JOIN)\s+[A-Za-z_]\w*\.\w+/gi;
/** What ends the list of tables behind FROM. */
const AFTER_TABLES = /\b(?:WHERE|GROUP|HAVING|QUALIFY|WINDOW|ORDER|LIMIT|UNION|EXCEPT|INTERSECT|SELECT)\b|;/i;

export const sqlRules: readonly SqlRule[] = [
  {
    name: 'no-select-star',
    why: 'name the columns: a new one would travel to the reports unseen',
    find: ({ text }) => places(text, /(?:\bSELECT\s+(?:DISTINCT\s+|ALL\s+)?|\.)\*|(?<=,\s*)\*/gi),
  },
  { name: 'staged-columns', why: 'stg_ names each column: t.column, or an expression with AS', find: unnamedItems },
  {
    name: 'refs-only',
    why: 'a table is read by ref(), so that it is built before',
    find: ({ text }) => [...places(text, TABLES_BY_NAME), ...joinedByComma(text)].sort((a, b) => a - b),
  },
  {
    name: 'no-extra',
    why: '_extra holds what nobody declared, people too: declare the column in the stream',
    find: ({ text }) => places(text, /\b_extra\b(?!["']?:)/g),
  },
  { name: 'arrival-bound', why: 'what is new is found by _extracted_at: an old order that changes has an old date', find: businessBounds },
];

if (import.meta.main) main();

function main(): void {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean', default: false } } });
  const reports = (positionals.length === 0 ? ['.'] : positionals).map((root) => check(resolve(root)));
  if (values.json) process.stdout.write(`${JSON.stringify(reports)}\n`);
  else process.stdout.write(reports.map(text).join(''));
  if (reports.some(({ violations }) => violations.length > 0)) process.exitCode = 1;
}

function check(root: string): SqlReport {
  const folder = resolve(root, DEFINITIONS);
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(?:sqlx|js)$/.test(file)) : [];
  const models = files.sort().map((file) => ({ file: `${DEFINITIONS}/${file}`, text: withoutComments(file, readFileSync(resolve(folder, file), 'utf8')) }));
  return { root, models: models.length, violations: models.flatMap(violationsOf) };
}

function violationsOf(model: Model): readonly SqlViolation[] {
  return sqlRules.flatMap(({ name, find }) => find(model).map((at) => ({ rule: name, place: `${model.file}:${model.text.slice(0, at).split('\n').length}` })));
}

/** Of the queries of a stg_ model, joined or not: items of the select lists that are neither `t.column` nor named. */
function unnamedItems({ file, text }: Model): readonly number[] {
  if (!/\/stg_\w+\.sqlx$/.test(file)) return [];
  return [...text.matchAll(/^SELECT\b/gm)].flatMap(({ index }) => unnamedIn(text, index + 'SELECT'.length));
}

function unnamedIn(text: string, begin: number): readonly number[] {
  const [list = ''] = text.slice(begin).split(/^FROM\b/m, 1);
  const found: number[] = [];
  let at = begin;
  for (const item of topLevel(list)) {
    if (!/^(?:\w+\.\w+|[\s\S]*\bAS\s+\w+|)$/i.test(item.trim().replace(/^DISTINCT\s+/i, ''))) found.push(at + item.search(/\S/));
    at += item.length + 1;
  }
  return found;
}

/** Tables by name behind the first of `FROM a, b`; `a.list` is none where `a` is a name of the query's own. */
function joinedByComma(text: string): readonly number[] {
  const own = new Set([...text.matchAll(/\bAS\s+(\w+)/gi)].map(([, name = '']) => name.toLowerCase()));
  return [...text.matchAll(/\bFROM\b/gi)].flatMap(({ index }) => {
    const tables = topLevel(
      upToEnd(text.slice(index + 'FROM'.length))
        .split(AFTER_TABLES, 1)
        .join(''),
    );
    let at = index + 'FROM'.length;
    return tables.flatMap((table, place) => {
      const begin = at + Math.max(0, table.search(/\S/));
      at += table.length + 1;
      const [, dataset] = /^\s*([A-Za-z_]\w*)\.\w+\s+(?:AS\s+)?\w+\s*$/i.exec(table) ?? [];
      return place > 0 && dataset !== undefined && !own.has(dataset.toLowerCase()) ? [begin] : [];
    });
  });
}

/** The text up to the bracket that closes what it stands in. */
function upToEnd(text: string): string {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (depth < 0) return text.slice(0, at);
  }
  return text;
}

/** Names of times in what bounds an incremental model that are not those of arrival. */
function businessBounds({ text }: Model): readonly number[] {
  const bounds = BOUNDS.flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => ({ bound: match[1] ?? '', index: match.index + match[0].indexOf(match[1] ?? '') })),
  );
  return bounds
    .flatMap(({ bound, index }) => [...bound.matchAll(TIME_NAME)].filter(([name]) => !ARRIVAL.test(name)).map((match) => index + match.index))
    .sort((a, b) => a - b);
}

function topLevel(list: string): readonly string[] {
  const items = [''];
  let depth = 0;
  for (const character of list) {
    if (character === '(' || character === '[' || character === '{') depth += 1;
    if (character === ')' || character === ']' || character === '}') depth -= 1;
    if (character === ',' && depth === 0) items.push('');
    else items[items.length - 1] += character;
  }
  return items;
}

function places(text: string, pattern: RegExp): readonly number[] {
  return [...text.matchAll(pattern)].map(({ index }) => index);
}

function withoutComments(file: string, text: string): string {
  const comments = file.endsWith('.js') ? /(?<=^|\s)\/\/[^\n]*|\/\*[\s\S]*?\*\//g : /--[^\n]*|\/\*[\s\S]*?\*\//g;
  return text.replaceAll(comments, (comment) => comment.replaceAll(/[^\n]/g, ' '));
}

function text({ models, violations }: SqlReport): string {
  const lines = violations.map(({ rule, place }) => `${rule}: ${place}: ${sqlRules.find(({ name }) => name === rule)?.why}\n`);
  return `${lines.join('')}${violations.length} violations in ${models} models\n`;
}
