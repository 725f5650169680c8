import { isDate } from '../../shared/names.ts';
import { UsageError } from './cli-error.ts';

/** An option or an operand of a verb; what it reads becomes the verb's argument. */
export interface Parameter<Result = unknown> {
  /** Stands for the value in help; '' where the option has none. */
  readonly placeholder: string;
  readonly help: string;
  readonly required: boolean;
  /** Takes every text given for it, in order; throws UsageError. */
  readonly read: (texts: readonly string[]) => Result;
}

export type Parameters = Readonly<Record<string, Parameter>>;
export type Results<P extends Parameters> = { readonly [Name in keyof P]: P[Name] extends Parameter<infer Result> ? Result : never };

/** An option without a value. */
export function flag(help: string): Parameter<boolean> {
  return { placeholder: '', help, required: false, read: (texts) => texts.length > 0 };
}

/** One value, or undefined; given twice, the last one counts. */
export function optional<T>(placeholder: string, help: string, read: (text: string) => T): Parameter<T | undefined> {
  return { placeholder, help, required: false, read: (texts) => (texts.length === 0 ? undefined : read(texts.at(-1) ?? '')) };
}

/** One value that must be there. */
export function required<T>(placeholder: string, help: string, read: (text: string) => T): Parameter<T> {
  return { placeholder, help, required: true, read: (texts) => read(texts.at(-1) ?? '') };
}

/** Any number of values. */
export function repeated<T>(placeholder: string, help: string, read: (text: string) => T): Parameter<readonly T[]> {
  return { placeholder, help: `${help}; may be repeated`, required: false, read: (texts) => texts.map(read) };
}

/** Any text but the empty one. */
export function text(value: string): string {
  if (value.trim() === '') throw new UsageError('is empty');
  return value;
}

export function day(value: string): string {
  if (!isDate(value)) throw new UsageError('is no date; write YYYY-MM-DD');
  return value;
}

/** Throws UsageError where the first day comes after the last one. */
export function inOrder(from: string | undefined, to: string | undefined): void {
  if (from !== undefined && to !== undefined && from > to) throw new UsageError(`--from ${from} is after --to ${to}`);
}

/** A whole number from 1 to a billion. */
export function count(value: string): number {
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new UsageError('is no whole number from 1 to 999999999');
  return Number(value);
}

/** One of the words. */
export function word<const Word extends string>(...words: readonly Word[]): (value: string) => Word {
  return (value) => {
    const known = words.find((candidate) => candidate === value);
    if (known === undefined) throw new UsageError(`is not one of ${words.join(', ')}`);
    return known;
  };
}
