import { pointerProblem } from './json/pointer.ts';
import type { Auth } from './vocabulary/auth.ts';
import type { Budget, PageBudget } from './vocabulary/budget.ts';
import type { FailureRule } from './vocabulary/failures.ts';
import type { DatabaseSettings } from './vocabulary/rows.ts';

/** One environment variable that a source needs. */
export interface Setting {
  readonly env: string;
  readonly kind: 'text' | 'url' | 'secret';
  readonly description: string;
  /** Used where the variable is not set; a source is off as long as none of its other settings is there. */
  readonly default?: string;
}

export type SettingValues<Names extends string = string> = Readonly<Record<Names, string>>;

/** A system that data comes from: what all its streams share. */
export interface Source<Names extends string = string> {
  readonly name: string;
  readonly title: string;
  readonly settings: Readonly<Record<Names, Setting>>;
  /** The address that every request of this source starts with; a source without it is never asked. */
  readonly baseUrl?: NoInfer<Names>;
  /** Where its rows are, instead of an address. */
  readonly database?: DatabaseSettings<NoInfer<Names>>;
  /** Several where a request needs them together. */
  readonly auth: Auth<NoInfer<Names>> | readonly Auth<NoInfer<Names>>[];
  /** What refusals mean beyond their status. */
  readonly failures?: readonly FailureRule[];
  /** When the next request may go out, from the headers of the last answer. */
  readonly budget?: Budget;
  /** The same from what a page says beside its records; a single answer that is stored while it comes is asked up to 64 KiB. */
  readonly pageBudget?: PageBudget;
  /** The source repeats who asks in its answers, as in the address of a next page: what is stored has `***` in the place of a secret. */
  readonly echoesSecrets?: true;
  /** Runs warn from 60 days before the day on. */
  readonly apiVersion?: ApiVersion;
}

const NAME = /^[a-z][a-z0-9_]*$/;

/** The version of an API, which its maker ends one day. */
export interface ApiVersion {
  readonly name: string;
  /** The day before which somebody has to look whether it still lives, as YYYY-MM-DD. */
  readonly checkBy: string;
}

/** Declares a source; throws where its name is not snake_case, or its error map names nothing. */
export function defineSource<const Names extends string>(source: Source<Names>): Source<Names> {
  if (!NAME.test(source.name)) throw new Error(`source "${source.name}": a name is lower-case letters, digits and _`);
  const problem = source.failures?.flatMap(({ at }, index) => pointerProblem(`failures[${index}].at`, at) ?? [])[0];
  if (problem !== undefined) throw new Error(`source "${source.name}": ${problem}`);
  return source;
}

/** A setting that may appear in logs. */
export function text(env: string, description: string, options: { default?: string } = {}): Setting {
  return { env, kind: 'text', description, ...options };
}

/** An http or https address without credentials, query or fragment. */
export function url(env: string, description: string): Setting {
  return { env, kind: 'url', description };
}

/** A setting that must never be seen: from Secret Manager in the cloud. */
export function secret(env: string, description: string): Setting {
  return { env, kind: 'secret', description };
}
