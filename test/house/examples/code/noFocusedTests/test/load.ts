import { expect, test } from '@jest/globals';

test.only('has a stream', () => { // !
  expect(1).toBe(1);
});
