import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { CRM_FORMATS } from '../../shared/crm/formats.ts';
import { HttpError } from './http-error.ts';

export type Schema = Readonly<Record<string, unknown>>;

const ajv = new Ajv2020({ allErrors: true, formats: CRM_FORMATS, allowUnionTypes: true, strictRequired: false });
const MAX_ERRORS = 50;

/** Compiles a schema; the returned function hands the value on, or throws an HttpError (400) that names fields and rules, never values. */
export function checker<Value>(schema: Schema, place = ''): (value: unknown) => Value {
  let compiled: ValidateFunction<Value> | undefined;
  return (value) => {
    compiled ??= ajv.compile<Value>(schema);
    if (compiled(value)) return value;
    throw invalid((compiled.errors ?? []).filter(({ keyword }) => keyword !== 'if').map((error) => problemOf(error, place)));
  };
}

/** The error of a wrong body, header or query. */
export function invalid(problems: readonly ValidationProblem[]): HttpError {
  return new HttpError('VAL_INVALID_INPUT', 'Validation error', { validation_errors: problems.slice(0, MAX_ERRORS) });
}

export interface ValidationProblem {
  /** A path with dots. */
  readonly field: string;
  readonly message: string;
  readonly type: string;
}

function problemOf({ instancePath, keyword, params, message }: ErrorObject, place: string): ValidationProblem {
  const path = [place, ...instancePath.split('/').slice(1).map(unescapePointer)].filter((part) => part !== '');
  const missing = keyword === 'required' ? String(params['missingProperty']) : undefined;
  const surplus = keyword === 'additionalProperties' ? String(params['additionalProperty']).slice(0, 100) : undefined;
  const field = [...path, missing ?? surplus ?? ''].filter((part) => part !== '').join('.');
  const allowed = keyword === 'enum' ? `: ${(params['allowedValues'] as readonly unknown[]).join(', ')}` : '';
  if (missing !== undefined) return { field, message: 'Field required', type: 'missing' };
  return { field: field === '' ? 'body' : field, message: `${message ?? keyword}${allowed}`, type: keyword };
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
