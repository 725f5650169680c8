/** What a cast answers for a value that does not fit its column. */
export const INVALID: unique symbol = Symbol('invalid');
