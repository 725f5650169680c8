import type { FuncKeywordDefinition } from 'ajv';

const DECIMALS = 9;
/** Half a cent, in units of the product: of 18 decimals. */
const HALF_CENT = 5n * 10n ** 15n;

/** The keyword `product` of a rule's schema: of three columns of a row, the first is the product of the others, where all are there. */
export const productKeyword: FuncKeywordDefinition = {
  keyword: 'product',
  type: 'object',
  schemaType: 'array',
  errors: false,
  validate: (names: readonly string[], row: Readonly<Record<string, unknown>>) => {
    const [product, first, second] = names.map((name) => unitsOf(row[name]));
    if (product === undefined || first === undefined || second === undefined) return true;
    const difference = product * 10n ** BigInt(DECIMALS) - first * second;
    return difference <= HALF_CENT && -difference <= HALF_CENT;
  },
};

/** A cast INT64 or NUMERIC in units of its ninth decimal; a float would make 0.1 times 3 another number than 0.3. */
function unitsOf(value: unknown): bigint | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const [whole = '', decimals = ''] = String(value).split('.');
  return BigInt(whole + decimals.padEnd(DECIMALS, '0'));
}
