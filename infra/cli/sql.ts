const PLAIN = /^[\p{L}\p{M}\p{N} ._\-()+/:]*$/u;

/** A text as an expression that GoogleSQL and DuckDB both read: they escape quotes and backslashes in different ways, so these are put in by `CHR`. */
export function literal(text: string): string {
  if (PLAIN.test(text)) return `'${text}'`;
  const pieces = text.match(/[\p{L}\p{M}\p{N} ._\-()+/:]+|[\s\S]/gu) ?? [];
  const parts = pieces.map((piece) => (PLAIN.test(piece) ? `'${piece}'` : `CHR(${piece.codePointAt(0)})`));
  return `(${parts.join(' || ')})`;
}
