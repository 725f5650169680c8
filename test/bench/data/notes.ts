import { seeded } from './random.ts';

const SEED = 54_321;
const WORDS = ['visit', 'order', '{late}', '"as agreed"', 'Zürich', '東京', 'line\nbreak', 'back\\slash', '[open]', 'e-mail', 'delivery,', 'price:'];
const LEXICON = 200_000;

/** Notes as JSON texts of about `recordBytes` each, until they take `bytes`; nearly all of a note is one text. */
export function* notes(bytes: number, recordBytes: number): Generator<string> {
  const random = seeded(SEED);
  const words = Array.from({ length: LEXICON }, () => WORDS[Math.floor(random() * WORDS.length)]).join(' ');
  const note = (index: number, text: string) =>
    JSON.stringify({ Id: `N-${index}`, Author: `005${index % 500}`, Created: '2026-11-20T06:00:00.000Z', Stars: index % 6, Text: text });
  const perCharacter = Buffer.byteLength(note(0, words)) / words.length;
  const length = Math.max(1, Math.round(recordBytes / perCharacter - note(1_000_000, '').length / perCharacter));
  const long = words.repeat(Math.ceil((2 * length) / words.length));
  for (let index = 0, written = 0; written < bytes; index += 1, written += recordBytes) {
    const start = Math.floor(random() * (long.length - length));
    yield note(index, long.slice(start, start + length).toWellFormed());
  }
}
