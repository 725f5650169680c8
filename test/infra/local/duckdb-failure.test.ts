import { describe, expect, test } from '@jest/globals';
import { failureOf } from '../../../infra/local/duckdb-failure.ts';
import { PermanentError, TransientError } from '../../../shared/errors.ts';

const FILE = 'JSON transform error in file "/x, "y", in line 9/a", in line 12';

describe('failureOf', () => {
  test.each([
    ["Conversion Error: Could not convert string 'TIGER' to INT64\n\nLINE 1: x", 'invalid', 'DuckDB: Conversion: Could not convert string'],
    [
      `Invalid Input Error: ${FILE}: Failed to cast value to numerical: TIGER`,
      'invalid',
      'DuckDB: Invalid Input: Failed to cast value to numerical (line 12 of the file)',
    ],
    [`Invalid Input Error: ${FILE}: Object {"TIGER":1} has duplicate key`, 'invalid', 'DuckDB: Invalid Input: Object (line 12 of the file)'],
    [
      'Invalid Input Error: Malformed JSON in file "/a", at byte 13 in line 2: no low surrogate in string. ',
      'invalid',
      'DuckDB: Invalid Input: no low surrogate in string (line 2 of the file)',
    ],
    ['Constraint Error: NOT NULL constraint failed: t.a', 'invalid', 'DuckDB: a required value is missing: t.a'],
    [
      'Constraint Error: PRIMARY KEY or UNIQUE constraint violation: duplicate key "TIGER"',
      'invalid',
      'DuckDB: Constraint: PRIMARY KEY or UNIQUE constraint violation',
    ],
    ['Out of Range Error: Overflow in addition of INT64 (1 + 2)!', 'invalid', 'DuckDB: Out of Range: Overflow in addition of INT'],
    ['Parser Error: syntax error at or near "selec"\n\nLINE 1', 'invalid', 'DuckDB: syntax error at or near "selec"'],
    ['Binder Error: Referenced column "x" not found\nCandidates: y', 'invalid', 'DuckDB: Referenced column "x" not found'],
    ['Catalog Error: Table with name t does not exist!\nDid you mean', 'notFound', 'DuckDB: Table with name t does not exist!'],
    ['Catalog Error: Table with name "t" already exists!', 'invalid', 'DuckDB: Table with name "t" already exists!'],
    ['IO Error: No files found that match the pattern "/a"\n\nLINE 1', 'notFound', 'DuckDB: No files found that match the pattern "/a"'],
  ])('is permanent without values: %s', (text, reason, message) => {
    expect(failureOf(new Error(text))).toEqual({ transient: false, reason, message });
  });

  test.each([
    ['IO Error: Could not set lock on file', 'io'],
    ['Out of Memory Error: could not allocate block', 'outOfMemory'],
    ['INTERRUPT Error: Interrupted!', 'interrupted'],
    ['TransactionContext Error: Conflict on tuple deletion!', 'unknown'],
    ['INTERNAL Error: assertion', 'unknown'],
    ['something else', 'unknown'],
  ])('is transient: %s', (text, reason) => {
    expect(failureOf(new Error(text))).toMatchObject({ transient: true, reason });
  });

  test('names what was fatal, in the statement that met it and in all that come after', () => {
    const fatal = 'Failed to create checkpoint because of error: Could not remove file "/TIGER.wal": No such file or directory';
    const invalidated = 'Failed: database has been invalidated because of a previous fatal error.\nOriginal error: "';
    const told = 'DuckDB gave its file up; run the command again: ';
    const message = `${told}Failed to create checkpoint because of error: Could not remove file`;
    expect(failureOf(new Error(`FATAL Error: ${invalidated}${fatal}"`))).toEqual({ transient: true, reason: 'unknown', message });
    expect(failureOf(new Error(`FATAL Error: ${invalidated}FATAL Error: ${invalidated}${fatal}""`))).toMatchObject({ message });
    expect(failureOf(new Error(`FATAL Error: ${fatal}`)).message).toBe(
      `${told}FATAL Error: Failed to create checkpoint because of error: Could not remove file`,
    );
    expect(failureOf(new Error('INTERNAL Error: assertion')).message).toBe(`${told}INTERNAL Error: assertion`);
  });

  test('is what a classified error says', () => {
    expect(failureOf(new TransientError('late', 'm'))).toEqual({ transient: true, reason: 'late', message: 'm' });
    expect(failureOf(new PermanentError('notFound', 'm'))).toEqual({ transient: false, reason: 'notFound', message: 'm' });
    expect(failureOf(new PermanentError('odd', 'm'))).toEqual({ transient: false, reason: 'invalid', message: 'm' });
    expect(failureOf('text')).toMatchObject({ transient: true, reason: 'unknown' });
  });
});
