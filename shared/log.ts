/** The closed set of what is logged. */
export type LogEvent =
  | 'extract.done'
  | 'extract.failed'
  | 'extract.retried'
  | 'extract.version'
  | 'transform.done'
  | 'transform.failed'
  | 'transform.ignored'
  | 'load.done'
  | 'load.failed'
  | 'load.repaired'
  | 'sync.done'
  | 'sync.failed'
  | 'deliver.done'
  | 'deliver.failed'
  | 'deliver.ignored'
  | 'event.refused'
  | 'event.late'
  | 'notice.published';

export type Severity = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR';

/** Counts and names only: never a record, an e-mail, a token or a query string. */
export type LogFields = Readonly<Record<string, string | number | boolean | readonly string[] | null | undefined>>;

export type Log = (severity: Severity, event: LogEvent, fields: LogFields) => void;

/** One JSON line per event on stdout, as Cloud Logging reads them. */
export const stdoutLog: Log = (severity, event, fields) => {
  console.log(logLine(severity, event, fields));
};

const ORDER: Readonly<Record<Severity, number>> = { DEBUG: 0, INFO: 1, WARNING: 2, ERROR: 3 };

/** A log without what is below a severity. */
export function filteredLog(log: Log, least: Severity): Log {
  return (severity, event, fields) => {
    if (ORDER[severity] >= ORDER[least]) log(severity, event, fields);
  };
}

/** The line that `stdoutLog` writes, without the newline. */
export function logLine(severity: Severity, event: LogEvent, fields: LogFields): string {
  return JSON.stringify({ severity, event, ...fields });
}
