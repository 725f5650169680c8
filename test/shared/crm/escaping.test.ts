import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { conditionOf, type Language, tokensOf } from '../../../infra/local/stand-ins/crm/condition.ts';
import { guidOf, odataQuery, odataText } from '../../../shared/crm/creatio/odata.ts';
import { soqlText } from '../../../shared/crm/salesforce/soql.ts';
import { printedSeed } from '../../support/random.ts';

const HOSTILE = [
  "'",
  "''",
  '\\',
  "\\'",
  "\\\\'",
  "' OR Id != '",
  "x' OR 'a'='a",
  "x\\' OR Name != \\'",
  "' or Name ne '",
  "x'') or (''",
  'a\nb',
  'a\r\nb',
  '\t\b\f',
  '"',
  "é'ü",
  '\u0000',
  '\u2028',
  '%27',
  '&#39;',
  '＇',
  "x' --",
  "x'/*",
  ') OR (',
  '$top=1&',
  '#',
  '+',
  ' ',
  '%',
  '_',
];

/** Reads a literal back as the vendor's manual says, on its own: an independent reading of what the escape wrote. */
function soqlRead(literal: string): string | undefined {
  if (!/^'(?:[^'\\\n\r]|\\['"\\nrtbf])*'$/.test(literal)) return undefined;
  const named: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };
  return literal.slice(1, -1).replaceAll(/\\(.)/g, (_, character: string) => named[character] ?? character);
}

function odataRead(literal: string): string | undefined {
  return /^'(?:[^']|'')*'$/.test(literal) ? literal.slice(1, -1).replaceAll("''", "'") : undefined;
}

const SOQL: Language = { token: /\s+|'((?:[^'\\]|\\.)*)'|(\w+|!=|=)/, textOf: (literal) => soqlRead(`'${literal}'`) ?? '', equal: '=', unequal: '!=' };
const ODATA: Language = { token: /\s+|'((?:[^']|'')*)'|(\w+)/, textOf: (literal) => literal.replaceAll("''", "'"), equal: 'eq', unequal: 'ne' };

describe.each([
  ['SOQL', soqlText, soqlRead, SOQL],
  ['OData', odataText, odataRead, ODATA],
] as const)('a text in %s', (_, write, read, language) => {
  test.each(HOSTILE)('stays one text: %j', (text) => {
    expect(read(write(text))).toBe(text);
    const tokens = tokensOf(`Email ${language.equal} ${write(text)}`, language);
    expect(tokens).toHaveLength(3);
    expect(conditionOf(tokens, language)((name) => ({ Email: 'another@example.com', Id: '1', Name: 'x' })[name])).toBe(false);
  });

  test('stays one text, whatever it is', () => {
    const seed = printedSeed('escape');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.constantFrom("'", '\\', '"', '\n', 'x', ' OR '), { maxLength: 20 }), (text, parts) => {
        const hostile = `${text}${parts.join('')}`;
        expect(read(write(hostile))).toBe(hostile);
      }),
      { seed, numRuns: 2_000 },
    );
  });
});

test('an OData query is encoded, so that a value adds no option', () => {
  expect(odataQuery({ filter: `Email eq ${odataText("a&$top=9#x'+%")}`, top: '1' })).toBe("$filter=Email%20eq%20'a%26%24top%3D9%23x''%2B%25'&$top=1");
});

test.each(["1') or (1", '00000000-0000-0000-0000-000000000000', '', 7, null, "guid'11111111-1111-1111-1111-111111111111'"])(
  'what is no GUID never becomes part of an address: %j',
  (value) => {
    expect(guidOf(value)).toBeUndefined();
  },
);
