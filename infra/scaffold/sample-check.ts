import { castFor, scalarText } from '../../functions/transform/cast.ts';
import { compileContract } from '../../functions/transform/contract.ts';
import { refusal } from '../../functions/transform/gates.ts';
import { INVALID } from '../../functions/transform/invalid.ts';
import { tally } from '../../functions/transform/tally.ts';
import { pointerPath, valueAt } from '../../shared/json/pointer.ts';
import { type ColumnDeclaration, fieldOf, type Stream } from '../../shared/stream.ts';
import type { Members } from '../../shared/vocabulary/pages.ts';
import { columnOf, fits, presentIn } from './column-type.ts';
import { formatsFor } from './date-formats.ts';
import { columnFor } from './proposal.ts';
import type { Sample } from './sample.ts';
import { columnText } from './source-text.ts';

/** What a sample breaks of a stream's contract: where, how often, and what to change if the sample is right. */
export interface Finding {
  readonly severity: 'breaks' | 'warns' | 'new' | 'gate';
  readonly column: string;
  readonly rule: string;
  readonly records: number;
  readonly advice: string;
}

export interface SampleReport {
  readonly findings: readonly Finding[];
  readonly records: number;
  readonly rows: number;
  readonly rejects: number;
}

/** Holds the records of a sample against a stream's contract, as the transform would. */
export function checkSample(stream: Stream, sample: Sample): SampleReport {
  const contract = compileContract(stream);
  const counts = { ...tally(), records: sample.records.length + sample.unreadable, rejects: sample.unreadable };
  const keys = new Set<string>();
  const broken = new Map<string, number>();
  let doubles = 0;
  for (const record of sample.records) {
    const row = contract.convert(record, counts);
    if (row === undefined) counts.filtered += 1;
    else if (typeof row === 'string') {
      counts.rows += 1;
      const key = keyOf(stream, row);
      if (keys.has(key)) doubles += 1;
      if (stream.key.length > 0) keys.add(key);
    } else {
      counts.rejects += 1;
      for (const { field, rule } of row) broken.set(`${field}: ${rule}`, (broken.get(`${field}: ${rule}`) ?? 0) + 1);
    }
  }
  const required = Object.keys(stream.columns).filter((name) => stream.columns[name]?.required === true);
  const gate = refusal(stream.expect, counts, required, []);
  const findings: Finding[] = [
    ...[...broken].map(([name, records]) => finding('breaks', name, records, stream, sample)),
    ...(sample.unreadable === 0 ? [] : [finding('breaks', 'record: readable', sample.unreadable, stream, sample)]),
    ...(doubles === 0
      ? []
      : [
          {
            severity: 'breaks',
            column: stream.key.join(', '),
            rule: 'key',
            records: doubles,
            advice: 'have the key of an earlier record, which they replace: if both are rows, the key needs another column',
          } as const,
        ]),
    ...Object.entries(counts.warnings.entries()).map(([name, records]) => finding('warns', name, records, stream, sample)),
    ...Object.entries(counts.drift.entries()).map(([field, records]) => newField(field, records, stream, sample)),
    ...(gate === undefined ? [] : [{ severity: 'gate', column: 'file', rule: gate.gate, records: counts.records, advice: gate.message } as const]),
  ];
  return { findings, records: counts.records, rows: counts.rows, rejects: counts.rejects };
}

function finding(severity: 'breaks' | 'warns', name: string, records: number, stream: Stream, sample: Sample): Finding {
  const [column = '', rule = ''] = name.split(': ');
  return { severity, column, rule, records, advice: adviceOn(column, rule, stream, sample) };
}

function adviceOn(name: string, rule: string, stream: Stream, sample: Sample): string {
  const column = stream.columns[name];
  if (column === undefined) return 'cannot be read as records: nothing in the declaration helps';
  if (rule === 'required') {
    if (stream.key.includes(name)) return 'have none, and it is part of the key: the source has to fill it, or the key has to be another';
    return `have none: leave out required: true, as ${name}: ${columnText(without(column, 'required'))}`;
  }
  if (rule === 'type') return typeAdvice(name, column, sample);
  const declared = stream.rules.find((other) => other.name === rule && other.fields[0] === name);
  return `are not ${declared?.expected ?? 'as expected'}: change the rule, or its severity`;
}

/** The first wider declaration that takes every value of the sample. */
function typeAdvice(name: string, column: ColumnDeclaration, sample: Sample): string {
  const values = presentIn(sample.records.map((record) => fieldValue(name, column, record)));
  const cast = castFor(column);
  const odd = values.filter((value) => cast(value) === INVALID);
  const wider = widerThan(name, column, values, sample.format).find((candidate) => fits(candidate, values));
  const share = `${odd.length === values.length ? 'none' : `${values.length - odd.length} of ${values.length}`} of its values fit ${typeText(column)}`;
  return wider === undefined ? `hold what no column holds (${share})` : `do not fit (${share}): declare ${name}: ${columnText(wider)}`;
}

function widerThan(name: string, column: ColumnDeclaration, values: readonly unknown[], format: Sample['format']): readonly ColumnDeclaration[] {
  const as = (more: Partial<ColumnDeclaration>): ColumnDeclaration => ({ ...without(column, 'formats', 'zone', 'precision'), ...more });
  const texts = values.flatMap((value) => scalarText(value)?.trim() ?? []);
  const formats = ['DATE', 'DATETIME', 'TIMESTAMP'].includes(column.type) ? formatsFor(column, texts) : undefined;
  return [
    ...(column.type === 'NUMERIC' || column.type === 'INT64' ? [as({ type: 'NUMERIC' }), as({ type: 'NUMERIC', precision: 38 })] : []),
    ...(formats === undefined ? [] : [{ ...column, formats }]),
    as(columnOf(name, values, format).column),
    as({ type: 'STRING' }),
    as({ type: 'JSON' }),
  ].filter((candidate) => column.type !== 'INT64' || candidate.type !== 'NUMERIC' || values.some((value) => /\.\d*[1-9]/.test(scalarText(value) ?? '')));
}

function newField(field: string, records: number, stream: Stream, sample: Sample): Finding {
  const values = sample.records.map((record) => record[field]);
  const [name, column] = columnFor(field, values, sample.format);
  const where = { extra: 'it travels in _extra', columns: 'it becomes a STRING column of its own', none: 'it is left out' }[stream.unknown];
  return {
    severity: 'new',
    column: field,
    rule: 'drift',
    records,
    advice: `have it, and the stream does not: ${where}; for a column, add ${name}: ${columnText(column)}`,
  };
}

function keyOf(stream: Stream, row: string): string {
  const members = JSON.parse(row) as Members;
  return JSON.stringify(stream.key.map((name) => members[name]));
}

function fieldValue(name: string, column: ColumnDeclaration, record: Members): unknown {
  const field = fieldOf(name, column);
  return field.startsWith('/') ? valueAt(record, pointerPath(field)) : record[field];
}

function typeText({ type, precision, formats }: ColumnDeclaration): string {
  return `${type}${precision === undefined ? '' : `(${precision})`}${formats === undefined ? '' : ` as ${formats.join(' or ')}`}`;
}

function without(column: ColumnDeclaration, ...names: readonly (keyof ColumnDeclaration)[]): ColumnDeclaration {
  return Object.fromEntries(Object.entries(column).filter(([name]) => !names.some((other) => other === name))) as unknown as ColumnDeclaration;
}
