import { conformanceFile } from './conformance.ts';

/** A status with its reason, as `403 accessDenied`. */
export type Refusal = `${number} ${string}`;

/** The refusals of a service that the notes on Google's APIs list, sorted. */
export async function notedRefusals(service: 'Cloud Storage' | 'BigQuery'): Promise<readonly string[]> {
  const notes = (await conformanceFile('specs/google/notes.md')).toString();
  const line = notes.split('\n').find((text) => text.startsWith(`${service}: `) && text.includes('`backendError`')) ?? '';
  const found = [...line.matchAll(/(\d{3}) (`\w+`(?: \/ `\w+`)*)/g)];
  return found.flatMap(([, status, reasons = '']) => [...reasons.matchAll(/\w+/g)].map(([reason]) => `${status} ${reason}`)).sort();
}
