import { matches, type Rule } from '../rules.ts';

/** Three capitals of ISO 4217. */
export function currencyCode<const Field extends string>(field: Field): Rule<Field> {
  return matches(field, /^[A-Z]{3}$/, 'a currency code of three capitals');
}
