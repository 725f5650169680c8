/** What a failure with a person to tell says beyond its message; never a record's values. */
export interface FailureDetails {
  readonly field?: string;
  /** The gate that refused the object; a person may accept it. */
  readonly gate?: string;
  readonly counts?: Readonly<Record<string, number>>;
  readonly cause?: unknown;
}

/** A setting or a declaration is wrong; thrown while loading, with every problem at once. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`${problems.length} configuration ${problems.length === 1 ? 'problem' : 'problems'}:\n- ${problems.join('\n- ')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** The same input may work later: the event is delivered again with back-off. */
export class TransientError extends Error {
  readonly rule: string;
  readonly details: FailureDetails;

  constructor(rule: string, message: string, details: FailureDetails = {}) {
    super(message, { cause: details.cause });
    this.name = 'TransientError';
    this.rule = rule;
    this.details = details;
  }
}

/** The same input never will work: one notice, then the event is acknowledged. */
export class PermanentError extends Error {
  readonly rule: string;
  readonly details: FailureDetails;

  constructor(rule: string, message: string, details: FailureDetails = {}) {
    super(message, { cause: details.cause });
    this.name = 'PermanentError';
    this.rule = rule;
    this.details = details;
  }
}

const TRANSIENT_STATUS = new Set([408, 425, 429]);

/** Says whether an HTTP status may go away by itself (RFC 9110; 408 425 429 and every 5xx). */
export function isTransientStatus(status: number): boolean {
  return TRANSIENT_STATUS.has(status) || status >= 500;
}

/** Turns anything thrown into one of the two classes that decide about redelivery; what is unknown counts as transient. */
export function classify(error: unknown): TransientError | PermanentError {
  if (error instanceof TransientError || error instanceof PermanentError) return error;
  if (error instanceof ConfigError) return new PermanentError('config', error.message, { cause: error });
  const name = error instanceof Error ? error.name : typeof error;
  return new TransientError('unexpected', `unexpected ${name}: ${error instanceof Error ? withoutQuery(error.message) : 'no error object'}`, { cause: error });
}

/** A message of somebody else's may quote an address, and an address a key. */
function withoutQuery(message: string): string {
  return message.replaceAll(/\?\S+/g, '?…');
}
