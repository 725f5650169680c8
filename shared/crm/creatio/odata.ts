/** A text as an OData literal, quotes included. */
export function odataText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The query of a read, each part percent-encoded once. */
export function odataQuery(parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts)
    .map(([name, value]) => `$${name}=${encodeURIComponent(value)}`)
    .join('&');
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const NO_GUID = '00000000-0000-0000-0000-000000000000';

/** A GUID as it stands in addresses, bare; undefined where it is none or the empty one. */
export function guidOf(value: unknown): string | undefined {
  return typeof value === 'string' && GUID.test(value) && value !== NO_GUID ? value.toLowerCase() : undefined;
}
