/** Breaks a text into lines of a width, behind spaces and marks that join words; the last of `most` lines has the rest. */
export function wrapped(text: string, width: number, measure: (text: string) => number, most: number): readonly string[] {
  const lines = [''];
  for (const word of text.split(/(?<=[\s/_-])/)) {
    const line = `${lines.at(-1) ?? ''}${word}`;
    if (lines.at(-1) === '' || lines.length === most || measure(line.trimEnd()) <= width) lines[lines.length - 1] = line;
    else lines.push(word);
  }
  return lines.map((line) => line.trim());
}
