/** HubSpot's name of a property: small letters, digits and _, a letter first, at most 100; undefined where nothing of the name is left. */
export function propertyName(given: string): string | undefined {
  const name = given
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+/, '')
    .replace(/_+$/, '')
    .slice(0, 100);
  return name === '' ? undefined : name;
}

/** On the wire every value is a text. */
export function propertyValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
