export function print(line: import('./stream.ts').Stream): void { // !
  console.log(line);
}

export type Print = typeof import('./log.ts').print; // !
