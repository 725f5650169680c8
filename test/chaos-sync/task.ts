export type Role = 'sync' | 'deliver';

/** What a process of the service is told. */
export interface ChildTask {
  readonly role: Role;
  readonly dsn: string;
  readonly connections: number;
  /** Holds OUTBOX. */
  readonly dir: string;
  readonly notices: string;
  readonly apiKey: string;
  /** Host name of a vendor to the address of its stand-in. */
  readonly hosts: readonly (readonly [string, string])[];
  readonly budgetMs: number;
}
