/** What makes a row valid beyond the types of its columns: a JSON schema (ajv) on the cast row, absent columns being null. */
export interface Rule<Field extends string = string> {
  readonly name: string;
  /** The columns it looks at; the first one names it in a reject's reason. */
  readonly fields: readonly Field[];
  /** What is expected, as read by a person: it follows `<field>: <rule>: `. */
  readonly expected: string;
  /** `error` rejects the record, `warn` counts it. */
  readonly severity: Severity;
  readonly schema: Readonly<Record<string, unknown>>;
}

export type Severity = 'error' | 'warn';

/** A box of coordinates in degrees, bounds included. */
export interface Box {
  readonly name: string;
  readonly latitude: readonly [number, number];
  readonly longitude: readonly [number, number];
}

/** The value, where there is one, is in the list. */
export function oneOf<const Field extends string>(field: Field, values: readonly string[], severity: Severity = 'error'): Rule<Field> {
  return { name: 'one_of', fields: [field], expected: `one of ${values.join(', ')}`, severity, schema: { properties: { [field]: { enum: values } } } };
}

/** There is a value. */
export function filled<const Field extends string>(field: Field, severity: Severity = 'error'): Rule<Field> {
  return { name: 'filled', fields: [field], expected: 'a value', severity, schema: { required: [field] } };
}

/** The number, where there is one, lies between two bounds, both included. */
export function between<const Field extends string>(field: Field, minimum: number, maximum: number, severity: Severity = 'error'): Rule<Field> {
  return {
    name: 'between',
    fields: [field],
    expected: `from ${minimum} to ${maximum}`,
    severity,
    schema: { properties: { [field]: { type: 'number', minimum, maximum } } },
  };
}

/** The text, where there is one, matches the pattern. */
export function matches<const Field extends string>(field: Field, pattern: RegExp, expected: string, severity: Severity = 'error'): Rule<Field> {
  return { name: 'matches', fields: [field], expected, severity, schema: { properties: { [field]: { type: 'string', pattern: pattern.source } } } };
}

/** The text, where there is one, is written as codes of ISO 4217 are. */
export function currencyCode<const Field extends string>(field: Field): Rule<Field> {
  return matches(field, /^[A-Z]{3}$/, 'a currency code of three capitals');
}

/** The NUMERIC, where there is one, is zero or more; it travels as text. */
export function notNegative<const Field extends string>(field: Field, severity: Severity = 'error'): Rule<Field> {
  return matches(field, /^\d/, 'zero or more', severity);
}

/** The first number, where all are there, is the product of the others, to the cent. */
export function productOf<const Field extends string>(field: Field, [first, second]: readonly [Field, Field], severity: Severity = 'error'): Rule<Field> {
  const fields = [field, first, second];
  return { name: 'product', fields, expected: `${first} times ${second}, to the cent`, severity, schema: { product: fields } };
}

/** Both coordinates are there and lie inside the box. */
export function within(box: Box, severity?: Severity): Rule<'latitude' | 'longitude'>;
export function within<const Field extends string>(box: Box, severity: Severity, fields: readonly [Field, Field]): Rule<Field>;
export function within(box: Box, severity: Severity = 'error', fields: readonly [string, string] = ['latitude', 'longitude']): Rule {
  const [latitude, longitude] = fields;
  return {
    name: 'within',
    fields,
    expected: `a point in ${box.name} (${box.latitude.join('..')}, ${box.longitude.join('..')})`,
    severity,
    schema: { required: [...fields], properties: { [latitude]: range(box.latitude), [longitude]: range(box.longitude) } },
  };
}

function range([minimum, maximum]: readonly [number, number]): Record<string, unknown> {
  return { type: 'number', minimum, maximum };
}
