import { colour } from './colour.ts';

export function print(line: string): void {
  console.log(colour(line));
}
