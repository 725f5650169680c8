import { compileContract } from '../../functions/transform/contract.ts';
import { tally } from '../../functions/transform/tally.ts';
import { parseDocument } from '../../shared/json/envelope.ts';
import { pointerPath } from '../../shared/json/pointer.ts';
import type { Stream } from '../../shared/stream.ts';
import type { Members } from '../../shared/vocabulary/pages.ts';
import { CommandError } from '../cli/cli-error.ts';
import { anonymiser } from './personal.ts';
import type { Proposal } from './proposal.ts';
import type { Sample } from './sample.ts';

const MAX_RECORDS = 5;

/** A stream's fixture: a few records of the sample, made anonymous, in the format in which they came, and the rows that they become today. */
export function fixtureText(stream: Stream, sample: Sample, { personal }: Proposal): string {
  const anonymous = anonymiser(personal);
  const records = chosen(sample.records).map(anonymous);
  const rows = rowsOf(stream, records);
  const { format } = sample;
  const answer = format === 'csv' ? csvLines(records, sample) : format === 'ndjson' ? list(records, '  ') : document(records, pointerPath(sample.pointer));
  return `{\n  ${JSON.stringify(format)}: ${answer},\n  "rows": ${list(rows, '  ')}\n}\n`;
}

/** The first record, and others that have other fields filled. */
function chosen(records: readonly Members[]): readonly Members[] {
  const shapes = new Map<string, Members>();
  for (const record of records) {
    const shape = Object.entries(record)
      .flatMap(([name, value]) => (value === null || value === '' ? [] : [name, typeof value]))
      .join('\n');
    if (!shapes.has(shape)) shapes.set(shape, record);
  }
  const [second] = records.slice(1).filter((record) => ![...shapes.values()].includes(record));
  return [...shapes.values(), ...(second === undefined ? [] : [second])].slice(0, MAX_RECORDS);
}

function rowsOf(stream: Stream, records: readonly Members[]): readonly Members[] {
  const contract = compileContract(stream);
  const empty = Object.fromEntries(Object.keys(stream.columns).map((name) => [name, null]));
  return records.map((record) => {
    const row = contract.convert(record, tally());
    if (typeof row !== 'string')
      throw new CommandError(`a record cannot become a row: ${row?.map(({ field, rule, expected }) => `${field}: ${rule}: ${expected}`).join('; ')}`);
    return { ...empty, ...(parseDocument(Buffer.from(row)) as Members) };
  });
}

function document(records: readonly Members[], [name, ...rest]: readonly string[]): string {
  return name === undefined ? list(records, '  ') : `{ ${JSON.stringify(name)}: ${document(records, rest)} }`;
}

function list(records: readonly Members[], indent: string): string {
  return `[\n${records.map((record) => `${indent}  ${JSON.stringify(record)}`).join(',\n')}\n${indent}]`;
}

function csvLines(records: readonly Members[], { records: all, delimiter }: Sample): string {
  const names = Object.keys(all[0] ?? {});
  const line = (cells: readonly unknown[]) => cells.map((cell) => csvCell(String(cell ?? ''), delimiter)).join(delimiter);
  const lines = [line(names), ...records.map((record) => line(names.map((name) => record[name])))];
  return `[\n${lines.map((text) => `    ${JSON.stringify(text)}`).join(',\n')}\n  ]`;
}

function csvCell(text: string, delimiter: string): string {
  return /["\r\n]/.test(text) || text.includes(delimiter) || text.trim() !== text ? `"${text.replaceAll('"', '""')}"` : text;
}
