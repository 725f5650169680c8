import { matches, type Rule } from '../rules.ts';

/** Three capitals of ISO 4217. */
export function currencyCode<const Field extends string>(field: Field): Rule<Field> {
  return matches(field, /^[A-Z]{3}$/, 'a currency code of three capitals');
}

/** A NUMERIC, where there is one, is zero or more; it travels as text. */
export function notNegative<const Field extends string>(field: Field): Rule<Field> {
  return matches(field, /^\d/, 'zero or more', 'warn');
}

/** The first number, where all are there, is the product of the others, to the cent. */
export function productOf<const Field extends string>(field: Field, first: Field, second: Field): Rule<Field> {
  return {
    name: 'product',
    fields: [field, first, second],
    expected: `${first} times ${second}, to the cent`,
    severity: 'warn',
    schema: { product: [field, first, second] },
  };
}
