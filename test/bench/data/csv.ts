const NEEDS_QUOTES = /[",\r\n]/;

/** JSON objects with the same members as lines of CSV, the header first; objects and arrays stay JSON. */
export function* csvLines(records: Iterable<string>): Generator<string> {
  let isFirst = true;
  for (const text of records) {
    const record: Record<string, unknown> = JSON.parse(text);
    if (isFirst) yield Object.keys(record).map(cell).join(',');
    isFirst = false;
    yield Object.values(record).map(cell).join(',');
  }
}

function cell(value: unknown): string {
  const text = value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
