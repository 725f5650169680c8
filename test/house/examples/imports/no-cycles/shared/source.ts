import type { Stream } from './stream.ts';

export interface Source {
  readonly base: string;
  readonly streams?: readonly Stream[];
}
