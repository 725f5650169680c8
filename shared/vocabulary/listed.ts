/**
 * A value in a list of a record whose items say which one they are: `[{"action_type": "purchase", "value": "3"}, …]`, or the
 * parameters of an event. Of several items that are meant the first one with a value counts, or their sum.
 */
export interface ListedValue {
  /** JSON pointer into the record. */
  readonly list: string;
  /** The member of an item that says which one it is. */
  readonly by: string;
  /** Which items are meant; the first one that is there counts. */
  readonly is: readonly string[];
  /** JSON pointers into an item; the first one that names a value counts. */
  readonly value: readonly string[];
  /** Adds all of them up: a record without any has the sum 0, where it has this member. */
  readonly sum?: { readonly zeroWith: string };
}
