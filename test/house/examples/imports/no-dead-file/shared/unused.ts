import { print } from './log.ts';

export function printTwice(line: string): void {
  print(line);
  print(line);
}
