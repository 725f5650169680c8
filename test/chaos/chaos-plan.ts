import type { Stream } from '../../shared/stream.ts';
import { type Dice, diceOf } from './dice.ts';
import { contacts, facts, reports, snapshot, spend } from './streams.ts';

export type Value = string | number;

/** A row that a raw object is to lead to. */
export interface PlannedRow {
  /** The record's place in the object, from 1. */
  readonly ordinal: number;
  readonly values: Readonly<Record<string, Value>>;
}

/** A raw object that somebody puts into the bucket, a second time maybe. */
export interface Upload {
  readonly stream: Stream;
  readonly name: string;
  readonly body: string;
  /** Gates that a person lets it through. */
  readonly accept?: string;
  readonly rows: readonly PlannedRow[];
  /** It is refused or unreadable: nothing of it reaches the table, and somebody is told once. */
  readonly isTrouble: boolean;
}

/** A message on `extract-requests`. */
export interface Message {
  readonly id: string;
  readonly json: { readonly source: string; readonly stream?: string };
}

export type Arrival = { readonly upload: Upload; readonly message?: never } | { readonly message: Message; readonly upload?: never };

/** What arrives in one run, in this order. */
export interface ChaosPlan {
  readonly arrivals: readonly Arrival[];
}

type Body = Pick<Upload, 'body' | 'rows'>;

const BAD_RECORD = { value: 1 };
const STREAMS = [snapshot, snapshot, snapshot, spend, spend, contacts, contacts, facts, facts, facts, reports];

/** Makes up what arrives: 4 to 8 objects of several streams and up to three that arrive again, with what must become of them. */
export function chaosPlan(seed: number): ChaosPlan {
  const dice = diceOf(seed);
  const arrivals: Arrival[] = [];
  const uploads: Upload[] = [];
  const count = 4 + dice.below(5);
  const trouble = dice.chance(0.6) ? dice.below(count) : -1;
  for (let index = 0; index < count; index += 1) {
    if (index !== trouble && dice.chance(0.12)) {
      arrivals.push({ message: { id: `message-${index}`, json: dice.chance(0.5) ? { source: 'lab', stream: 'pulled_first' } : { source: 'lab' } } });
      continue;
    }
    const upload = index === trouble ? troubleOf(dice, index) : (twinOf(dice, uploads, index) ?? uploadOf(dice, index));
    uploads.push(upload);
    arrivals.push({ upload });
  }
  for (let again = dice.below(4); again > 0 && uploads.length > 0; again -= 1) {
    const upload = uploadAgain(dice, dice.pick(uploads), uploads);
    const last = arrivals.findLastIndex((arrival) => arrival.upload?.name === upload.name);
    arrivals.splice(last + 1 + dice.below(arrivals.length - last), 0, { upload });
    uploads.push(upload);
  }
  return { arrivals };
}

function uploadOf(dice: Dice, index: number): Upload {
  const stream = dice.pick(STREAMS);
  const name = nameOf(dice, stream, index, dice.pick(['json', 'ndjson']));
  if (stream === snapshot && dice.chance(0.3)) return { stream, name, ...bodyOf(name, []), accept: 'drop+min', isTrouble: false };
  const records: Record<string, Value>[] = recordsOf(dice, stream, index);
  if (dice.chance(0.3)) records.splice(dice.below(records.length + 1), 0, { ...BAD_RECORD });
  return { stream, name, ...bodyOf(name, records), isTrouble: false };
}

/** Half of more of its records are bad, or it breaks off. */
function troubleOf(dice: Dice, index: number): Upload {
  const stream = dice.pick(STREAMS);
  const name = nameOf(dice, stream, index, 'json');
  const whole = JSON.stringify([...recordsOf(dice, stream, index).slice(0, 1), BAD_RECORD, BAD_RECORD]);
  return { stream, name, body: dice.chance(0.5) ? whole : whole.slice(0, -1), rows: [], isTrouble: true };
}

/** The bytes of facts that are there already, under another name. */
function twinOf(dice: Dice, uploads: readonly Upload[], index: number): Upload | undefined {
  const originals = uploads.filter((upload) => upload.stream === facts && !upload.isTrouble);
  if (originals.length === 0 || !dice.chance(0.4)) return undefined;
  const original = dice.pick(originals);
  return { ...original, name: nameOf(dice, facts, index, extensionOf(original.name)) };
}

/** The same name once more: the same keys with other values; facts may also be empty, or become what another object is or was. */
function uploadAgain(dice: Dice, upload: Upload, uploads: readonly Upload[]): Upload {
  if (upload.isTrouble || upload.accept !== undefined) return upload;
  if (upload.stream === facts && dice.chance(0.4)) return { ...upload, ...bodyOf(upload.name, []), accept: 'drop' };
  const others = uploads.filter((other) => other.stream === facts && !other.isTrouble && extensionOf(other.name) === extensionOf(upload.name));
  if (upload.stream === facts && dice.chance(0.6)) {
    const { body, rows } = dice.pick(others);
    return { ...upload, body, rows, accept: 'drop' };
  }
  const records: Record<string, Value>[] = [];
  for (const { ordinal, values } of upload.rows) {
    while (records.length < ordinal - 1) records.push({ ...BAD_RECORD });
    records.push(upload.stream === reports ? { ...values, f9: 'again' } : { ...values, value: dice.below(1_000) });
  }
  return { ...upload, ...bodyOf(upload.name, records) };
}

function nameOf(dice: Dice, { source, name }: Stream, index: number, extension: string): string {
  return `${source.name}/${name}/2026-11-${10 + dice.below(6)}/${String.fromCharCode(97 + index)}.${extension}`;
}

function extensionOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

function bodyOf(name: string, records: readonly Record<string, Value>[]): Body {
  const rows = records.flatMap((values, index) => (values['id'] === undefined && values['day'] === undefined ? [] : [{ ordinal: index + 1, values }]));
  const lines = records.map((record) => JSON.stringify(record));
  return { rows, body: name.endsWith('.ndjson') ? lines.map((line) => `${line}\n`).join('') : `[${lines.join(',')}]` };
}

/** Good records of a stream. A snapshot has 5 to 8 rows, reports and facts 3 or 4, so that the gate `drop` stays open in any order. */
function recordsOf(dice: Dice, stream: Stream, index: number): Record<string, Value>[] {
  const value = () => dice.below(1_000);
  const many = (count: number, record: (place: number) => Record<string, Value>) => Array.from({ length: count }, (_, place) => record(place));
  if (stream === spend) return many(1 + dice.below(5), () => ({ day: `2026-10-0${1 + dice.below(4)}`, campaign: `c${dice.below(2)}`, value: value() }));
  if (stream === contacts) return many(1 + dice.below(5), () => ({ id: `k${dice.below(6)}`, value: value() }));
  if (stream === reports) return many(3 + dice.below(2), (place) => ({ id: `r${place}`, [`f${dice.below(4)}`]: `text ${value()}` }));
  if (stream === facts) return many(3 + dice.below(2), (place) => ({ id: `${index}-${place}`, value: value() }));
  const first = dice.below(4);
  return many(5 + dice.below(4), (place) => ({ id: `k${first + place}`, value: value() }));
}
