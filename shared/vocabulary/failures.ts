/** What a source means by a refusal: try later, never try, the window is too large, or the token is no longer good. */
export type Meaning = 'transient' | 'permanent' | 'too_much' | 'token';

/**
 * One line of a source's error map; the first one that fits counts, and what none fits is judged by its status alone.
 * `at` is a JSON pointer into the answer's body, whose value is one of `is`: codes, never texts, which may be translated.
 */
export interface FailureRule {
  readonly status?: number;
  readonly at?: string;
  readonly is?: readonly (string | number | boolean)[];
  readonly means: Meaning;
  /** What a person should do, behind the message of a permanent one. */
  readonly hint?: string;
}
