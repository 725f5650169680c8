/** The project that the emulators serve. */
export const PROJECT = 'local';

/** Where the emulators are, as `npm run test:cloud` tells. */
export interface Endpoints {
  /** As `http://127.0.0.1:<port>`. */
  readonly gcs: string;
  /** The program, which every test starts for itself. */
  readonly bigquery: string;
  /** As `127.0.0.1:<port>`. */
  readonly pubsub: string;
}

export function endpoints(): Endpoints {
  return { gcs: required('CLOUD_GCS'), bigquery: required('CLOUD_BIGQUERY'), pubsub: required('CLOUD_PUBSUB') };
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: these tests run in \`npm run test:cloud\``);
  return value;
}
