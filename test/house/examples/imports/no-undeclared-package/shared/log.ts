import { colour } from 'undeclared';

export function print(line: string): void {
  console.log(colour(line));
}
