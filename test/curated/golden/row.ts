/** A row as its source gives it: the declared columns of a stream; money and other exact numbers are text. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;
