import { Pool } from 'pg';

export function print(line: string): void {
  console.log(line, new Pool());
}
