export interface Source {
  readonly base: string;
}

export default { base: 'https://shop.example/' } satisfies Source; // !
