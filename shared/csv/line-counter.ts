const LF = 0x0a;
const CR = 0x0d;
/** So many bytes a parser looks ahead at most before it ends a record. */
const LOOK_AHEAD = 16;

/** Knows on which line each record of a text begins, from 1; CSV counts blank lines and line breaks in quotes, too. */
export interface LineCounter {
  /** The lines on which the records begin that end at these offsets, in this chunk or in the last bytes before it. */
  linesOf(chunk: Buffer, ends: readonly number[]): readonly number[];
}

/** Makes a counter at the beginning of a text; offsets are in bytes of the text. */
export function lineCounter(): LineCounter {
  /** Offset of the chunk at hand, with the last bytes before it. */
  let base = 0;
  /** How far line breaks are counted, in the chunk at hand. */
  let at = 0;
  let line = 1;
  let lastWasCr = false;
  /** Where the record at hand begins; undefined while there are line ends only. */
  let start: number | undefined;
  let tail: Buffer = Buffer.alloc(0);

  function countTo(chunk: Buffer, end: number): void {
    if (end <= at) return;
    if (lastWasCr && chunk[at] === LF) line -= 1;
    for (let i = chunk.indexOf(LF, at); i >= 0 && i < end; i = chunk.indexOf(LF, i + 1)) line += 1;
    for (let i = chunk.indexOf(CR, at); i >= 0 && i < end; i = chunk.indexOf(CR, i + 1)) if (i + 1 === end || chunk[i + 1] !== LF) line += 1;
    lastWasCr = chunk[end - 1] === CR;
    at = end;
  }

  function findStart(chunk: Buffer): void {
    let end = at;
    while (chunk[end] === LF || chunk[end] === CR) end += 1;
    countTo(chunk, end);
    if (end < chunk.length) start = line;
  }

  return {
    linesOf(fresh, ends) {
      const chunk = Buffer.concat([tail, fresh]);
      at = 0;
      const lines: number[] = [];
      for (const end of ends) {
        if (start === undefined) findStart(chunk);
        lines.push(start ?? line);
        countTo(chunk, end - base);
        start = undefined;
      }
      const counted = Math.max(at, chunk.length - LOOK_AHEAD);
      if (start === undefined) findStart(chunk);
      countTo(chunk, counted);
      tail = Buffer.from(chunk.subarray(at));
      base += at;
      return lines;
    },
  };
}
