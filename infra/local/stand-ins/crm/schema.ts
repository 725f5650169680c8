import { Ajv } from 'ajv';
import { CRM_FORMATS } from '../../../../shared/crm/formats.ts';
import { ContractViolation } from './crm-stand-in.ts';

const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true, formats: CRM_FORMATS });

/** A check of a part of a request against its schema in the contract; what does not fit is a ContractViolation with this status and code. */
export function checked<Value>(what: string, schema: object, status = 400, code?: string): (value: unknown) => Value {
  const validate = ajv.compile<Value>(schema);
  return (value) => {
    if (validate(value)) return value;
    const problems = (validate.errors ?? []).map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
    throw new ContractViolation(`${what}: ${problems.join('; ')}`, status, code);
  };
}
