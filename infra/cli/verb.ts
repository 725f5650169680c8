import type { Parameters, Results } from './parameter.ts';
import type { Pipeline } from './pipeline.ts';

/** Where and when a person calls a verb. */
export interface Here {
  /** What relative paths are relative to. */
  readonly cwd: string;
  readonly now: () => Date;
}

/** What a verb is given by the process that runs it: the one that was called, or the local host. */
export interface Context extends Here {
  /** The folder that holds all state; absolute. */
  readonly dir: string;
  /** Writes a line of what was asked for. */
  out(line: string): void;
  /** Writes a line about it. */
  err(line: string): void;
  /** The command that runs a verb in the same place, as a person types it. */
  command(words: string): string;
  /** Opens the pipeline of the place on the first call. */
  pipeline(options?: PipelineOptions): Promise<Pipeline>;
  /** Runs another command in this process; resolves to its exit code. */
  execute(args: readonly string[], context: Context): Promise<number>;
}

export interface PipelineOptions {
  /** Of the generated data, where a stand-in plays a source. */
  readonly seed?: number | undefined;
}

/** One command. */
export interface Verb {
  readonly name: string;
  readonly summary: string;
  /** What a person wants to know before using it. */
  readonly details: string;
  readonly examples: readonly string[];
  /** What comes without a name, in order. */
  readonly operands: Parameters;
  readonly options: Parameters;
  /** `new`: works on the folder and makes it; `existing`: there must be one; `none`: needs no state. */
  readonly state: 'new' | 'existing' | 'none';
  /** Whether it takes `--cloud`. */
  readonly onCloud: boolean;
  /** Throws a UsageError for what the arguments together get wrong, before anything is opened. */
  check?(args: Readonly<Record<string, unknown>>, here: Here): Promise<void>;
  /** Resolves to the exit code; throws CommandError. */
  run(context: Context, args: Readonly<Record<string, unknown>>): Promise<number>;
}

type Declaration<Operands extends Parameters, Options extends Parameters> = Omit<Verb, 'operands' | 'options' | 'check' | 'run'> & {
  readonly operands: Operands;
  readonly options: Options;
  check?(args: Results<Operands & Options>, here: Here): Promise<void>;
  run(context: Context, args: Results<Operands & Options>): Promise<number>;
};

/** Declares a verb; its arguments have the types that its operands and options read. */
export function defineVerb<const Operands extends Parameters, const Options extends Parameters>(verb: Declaration<Operands, Options>): Verb {
  type Args = Results<Operands & Options>;
  return { ...verb, check: async (args, here) => await verb.check?.(args as Args, here), run: (context, args) => verb.run(context, args as Args) };
}
