import { describe, expect, test } from '@jest/globals';
import { classify, ConfigError, isTransientStatus, PermanentError, TransientError } from '../shared/errors.ts';

describe('error classes', () => {
  test.each([
    [400, false],
    [401, false],
    [403, false],
    [404, false],
    [408, true],
    [425, true],
    [429, true],
    [500, true],
    [503, true],
  ])('status %i may go away by itself: %s', (status, transient) => {
    expect(isTransientStatus(status)).toBe(transient);
  });

  test('an unknown error counts as transient and keeps its cause', () => {
    const cause = new RangeError('odd');
    const error = classify(cause);
    expect(error).toBeInstanceOf(TransientError);
    expect(error.cause).toBe(cause);
  });

  test('a message of somebody else loses the query of an address, because keys travel there', () => {
    expect(classify(new TypeError('cannot reach https://api.example.com/v1?key=abc123&x=1 now')).message).toBe(
      'unexpected TypeError: cannot reach https://api.example.com/v1?… now',
    );
  });

  test('a wrong setting is permanent and names every problem at once', () => {
    const error = classify(new ConfigError(['A is not set', 'B is not a URL']));
    expect(error).toBeInstanceOf(PermanentError);
    expect(error.message).toContain('A is not set');
    expect(error.message).toContain('B is not a URL');
  });
});
