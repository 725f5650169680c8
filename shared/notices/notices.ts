import { createHash } from 'node:crypto';

/** A message on `pipeline-failures`: something that needs a person. It holds counts and names, never values of records. */
export interface Notice {
  /** Deterministic: the same trouble with the same object has the same id, however often it is met. */
  readonly id: string;
  readonly function: 'extract' | 'transform' | 'load' | 'deliver';
  readonly source?: string;
  readonly stream?: string;
  readonly object?: string;
  readonly generation?: string;
  readonly class: 'transient' | 'permanent';
  /** `late`: still being retried; `final`: given up. */
  readonly state: 'late' | 'final';
  readonly rule: string;
  readonly field?: string;
  readonly counts?: Readonly<Record<string, number>>;
  readonly message: string;
  /** RFC 3339, UTC: the time of the event that failed. */
  readonly first_seen: string;
  readonly code_version: string;
  /** The exact command that runs it again. */
  readonly rerun: string;
}

/** The port to the topic `pipeline-failures`. */
export interface Notices {
  publish(notice: Notice): Promise<void>;
}

/** Completes a notice with its deterministic id: 16 hex digits over function, object, generation, rule and state. */
export function notice(body: Omit<Notice, 'id'>): Notice {
  const identity = [body.function, body.source, body.stream, body.object, body.generation, body.rule, body.state];
  const id = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 16);
  return { id, ...body };
}
