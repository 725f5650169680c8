import type { Source } from './source.ts';

export interface Stream {
  readonly name: string;
  readonly url: string;
  readonly source: Source;
}
