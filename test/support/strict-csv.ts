/**
 * Reads RFC 4180 text with a header line, a character at a time and without the product's parser: records by the names of the
 * header, of two columns with one name the last. Throws where a quote or the number of cells is not as the RFC says.
 */
export function strictCsv(text: string): readonly Readonly<Record<string, string>>[] {
  const [header = [], ...lines] = linesOf(text);
  return lines.map((cells, index) => {
    if (cells.length !== header.length) throw new Error(`record ${index + 1} has ${cells.length} cells of ${header.length}`);
    return Object.fromEntries(header.map((name, column) => [name, cells[column] ?? '']));
  });
}

function linesOf(text: string): string[][] {
  const lines: string[][] = [];
  let cells: string[] = [];
  let at = 0;
  while (at < text.length) {
    const [cell, end] = text[at] === '"' ? quoted(text, at) : plain(text, at);
    cells.push(cell);
    at = end;
    if (text[at] === ',' && at + 1 < text.length) at += 1;
    else {
      if (text[at] === ',') cells.push('');
      at += text.startsWith('\r\n', at) ? 2 : 1;
      lines.push(cells);
      cells = [];
    }
  }
  return lines;
}

function plain(text: string, start: number): [string, number] {
  let end = start;
  while (end < text.length && text[end] !== ',' && text[end] !== '\n' && text[end] !== '\r') {
    if (text[end] === '"') throw new Error(`a quote in a plain cell, at ${end}`);
    end += 1;
  }
  return [text.slice(start, end), end];
}

function quoted(text: string, start: number): [string, number] {
  let cell = '';
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] !== '"') cell += text[at];
    else if (text[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else {
      const next = text[at + 1];
      if (next !== undefined && next !== ',' && next !== '\n' && next !== '\r') throw new Error(`text behind a quote, at ${at}`);
      return [cell, at + 1];
    }
  }
  throw new Error(`a quote that is not closed, at ${start}`);
}
