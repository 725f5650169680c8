import type { Connection } from './provider.ts';
import { tokenKey } from './token-cache.ts';

/**
 * The custom properties that a CRM has said it does not know, by its own names; asked again after the lifetime of a token. A contact goes without
 * them, with a warning: a lead carries five of them, and few accounts define all.
 */
export async function unknownFieldsOf(connection: Connection): Promise<Set<string>> {
  return await connection.tokens.take(`${tokenKey(connection)} unknown`, async () => new Set<string>());
}

/** Adds those of `names` that are custom properties of the request; says whether there is a new one, so that the request is worth repeating. */
export function learn(unknown: Set<string>, names: Iterable<string>, custom: ReadonlySet<string>): boolean {
  const before = unknown.size;
  for (const name of names) if (custom.has(name)) unknown.add(name);
  return unknown.size > before;
}

/** What a contact goes without: why, and which fields only as long as the CRM has no place for them. */
export interface Gaps {
  readonly warnings: string[];
  readonly leftOut: string[];
}

/** Notes that a custom property is left out until the CRM has it. */
export function leaveOut({ warnings, leftOut }: Gaps, given: string, title: string): void {
  warnings.push(`custom_properties.${given}: ${title} has no such field; it was left out until it is made there`);
  leftOut.push(`custom_properties.${given}`);
}
