/** A text as a SOQL literal, quotes included: whatever it holds, it ends where it should. */
export function soqlText(text: string): string {
  return `'${text.replaceAll(/[\\'"\n\r\t\b\f]/g, (character) => ESCAPES[character] ?? `\\${character}`)}'`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f' };
