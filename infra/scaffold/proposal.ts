import { castFor } from '../../functions/transform/cast.ts';
import type { ColumnDeclaration, Columns } from '../../shared/stream.ts';
import { columnOf, type Inferred } from './column-type.ts';
import { proposeCursor, proposeKey, type Proposed } from './key.ts';
import { personalKind } from './personal.ts';
import { pointerToken, type Sample } from './sample.ts';

/** What a stream could be, from a sample; a person reviews it. */
export interface Proposal {
  readonly columns: Columns;
  /** Why a column is what it is, where its values alone would not tell. */
  readonly reasons: Readonly<Record<string, string>>;
  readonly key: Proposed;
  readonly cursor: Proposed;
  /** Fields that no column can read; they travel in `_extra`. */
  readonly leftOut: readonly string[];
  /** What personal data each field holds. */
  readonly personal: ReadonlyMap<string, NonNullable<ReturnType<typeof personalKind>>>;
}

const COLUMN_NAME = /^[A-Za-z][A-Za-z0-9_]{0,299}$/;

/** Proposes columns, key and cursor for the records of a sample. */
export function propose(stream: string, { records, format }: Sample): Proposal {
  const fields = [...new Set(records.flatMap((record) => Object.keys(record)))];
  // Every object has such a member, a record or not.
  const leftOut = fields.filter((field) => field in Object.prototype);
  const names = columnNames(fields.filter((field) => !leftOut.includes(field)));
  const columns: Record<string, ColumnDeclaration> = {};
  const reasons: Record<string, string> = {};
  const personal: [string, NonNullable<ReturnType<typeof personalKind>>][] = [];
  for (const [field, name] of names) {
    const values = records.map((record) => record[field]);
    const { column, reason } = columnOf(name, values, format);
    const kind = personalKind(name, values);
    if (kind !== undefined) personal.push([field, kind]);
    if (reason !== undefined) reasons[name] = reason;
    columns[name] = declared(field, name, column, values, kind !== undefined);
  }
  const key = proposeKey(stream, columns, records);
  return { columns, reasons, key, cursor: proposeCursor(columns), leftOut, personal: new Map(personal) };
}

/** A declaration for a field of a sample, where it is new to a stream that is there. */
export function columnFor(field: string, values: readonly unknown[], format: Sample['format']): readonly [string, ColumnDeclaration] {
  const [[, name] = [field, field]] = columnNames([field]);
  const { column } = columnOf(name, values, format);
  return [name, declared(field, name, column, [], personalKind(name, values) !== undefined)];
}

function declared(field: string, name: string, column: Inferred['column'], values: readonly unknown[], isPersonal: boolean): ColumnDeclaration {
  const cast = castFor(column);
  const isFilled = values.length > 0 && values.every((value) => cast(value) !== undefined);
  const source = field.startsWith('/') ? `/${pointerToken(field)}` : field;
  return {
    type: column.type,
    ...(isFilled ? { required: true as const } : {}),
    ...(source === name ? {} : { field: source }),
    ...(column.formats === undefined ? {} : { formats: column.formats }),
    ...(column.zone === undefined ? {} : { zone: column.zone }),
    ...(column.precision === undefined ? {} : { precision: column.precision }),
    ...(isPersonal ? { privacy: 'pii' as const } : {}),
    description: `${sentence(name)} (to be reviewed)`,
  };
}

/** A column's name for each field: its own where that is one; without regard to case, none is there twice. */
function columnNames(fields: readonly string[]): readonly (readonly [string, string])[] {
  const taken = new Set(['load_timestamp']);
  return fields.map((field, index) => {
    const wanted = COLUMN_NAME.test(field) ? field : columnName(field, index);
    let name = wanted;
    for (let number = 2; taken.has(name.toLowerCase()); number += 1) name = `${wanted}_${number}`;
    taken.add(name.toLowerCase());
    return [field, name] as const;
  });
}

function columnName(field: string, index: number): string {
  const plain = field
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .toLowerCase()
    .slice(0, 200);
  if (plain === '') return `column_${index + 1}`;
  return /^\d/.test(plain) ? `field_${plain}` : plain;
}

/** `customer_id` is "Customer id". */
export function sentence(name: string): string {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .trim()
    .toLowerCase();
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
