import { line } from '../test/line.ts';

export function print(text: string): void {
  console.log(line(text));
}
