export function print(lines: readonly string[]): void { // !
  for (const line of lines) {
    for (const word of line.split(' ')) {
      if (word.startsWith('#')) {
        for (const letter of word) {
          if (letter === '#') {
            if (word.length > 1 && word.length < 9) console.log(letter);
            else if (word.length === 1) console.log(line);
          }
        }
      }
    }
  }
}
