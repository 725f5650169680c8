/** One line of the product whose absence a test must notice. */
export interface Guard {
  readonly name: string;
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** Where a failing test is expected; the whole suite runs where none of these fails. */
  readonly tests: readonly string[];
}
