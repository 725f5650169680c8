export interface Source {
  readonly base: string;
}
