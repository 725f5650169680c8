import { expect, test } from '@jest/globals';
import { DatabaseError } from '../../../shared/database/database.ts';
import { grouped } from '../../../shared/database/grouped.ts';

/** Statements whose ends the test decides; each answers with its inputs doubled. */
function lab(most = 50) {
  const statements: { readonly inputs: readonly string[]; end(): void; fail(error: Error): void }[] = [];
  const ask = grouped<string, string>(
    (inputs) =>
      new Promise((resolve, reject) => {
        statements.push({ inputs, end: () => resolve(inputs.map((input) => input + input)), fail: reject });
      }),
    { keysOf: (input) => [input.charAt(0)], most, everyMs: 0 },
  );
  return { ask, statements, inputs: () => statements.map((statement) => statement.inputs) };
}

async function nextStatement({ statements }: ReturnType<typeof lab>, count: number): Promise<void> {
  while (statements.length < count) await new Promise((resolve) => setImmediate(resolve));
}

test('the first is asked at once, and those that come meanwhile together, each with its own answer', async () => {
  const one = lab();
  const asked = ['a', 'b', 'c'].map((input) => one.ask(input));
  expect(one.inputs()).toEqual([['a']]);
  one.statements[0]?.end();
  await nextStatement(one, 2);
  one.statements[1]?.end();
  expect(await Promise.all(asked)).toEqual(['aa', 'bb', 'cc']);
  expect(one.inputs()).toEqual([['a'], ['b', 'c']]);
});

test('nothing is answered before its statement has ended', async () => {
  const one = lab();
  let answered = '';
  const first = one.ask('a').then((output) => {
    answered = output;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(answered).toBe('');
  one.statements[0]?.end();
  await first;
  expect(answered).toBe('aa');
});

test('two with a key in common go one after the other, in the order in which they came', async () => {
  const one = lab();
  const asked = ['x', 'a1', 'a2', 'b', 'a3'].map((input) => one.ask(input));
  for (let count = 1; count <= 4; count += 1) {
    await nextStatement(one, count);
    one.statements[count - 1]?.end();
  }
  await Promise.all(asked);
  expect(one.inputs()).toEqual([['x'], ['a1', 'b'], ['a2'], ['a3']]);
});

test('a statement takes no more than it may', async () => {
  const one = lab(2);
  const asked = ['x', 'a', 'b', 'c'].map((input) => one.ask(input));
  for (let count = 1; count <= 3; count += 1) {
    await nextStatement(one, count);
    one.statements[count - 1]?.end();
  }
  await Promise.all(asked);
  expect(one.inputs()).toEqual([['x'], ['a', 'b'], ['c']]);
});

test('what the server refuses because of one fails for that one alone', async () => {
  const one = lab();
  const asked = ['x', 'a', 'bad', 'c'].map((input) => one.ask(input).catch((error: Error) => error.message));
  one.statements[0]?.end();
  await nextStatement(one, 2);
  one.statements[1]?.fail(new DatabaseError('no', '22P02', undefined));
  await nextStatement(one, 3);
  one.statements[2]?.end();
  await nextStatement(one, 4);
  one.statements[3]?.fail(new DatabaseError('not this one', '22P02', undefined));
  await nextStatement(one, 5);
  one.statements[4]?.end();
  expect(await Promise.all(asked)).toEqual(['xx', 'aa', 'not this one', 'cc']);
});

test('a connection that breaks fails for all of them, and is not asked again: nobody knows what was committed', async () => {
  const one = lab();
  const asked = ['x', 'a', 'b'].map((input) => one.ask(input).catch((error: Error) => error.message));
  one.statements[0]?.end();
  await nextStatement(one, 2);
  one.statements[1]?.fail(new DatabaseError('gone', 'ECONNRESET', undefined));
  expect(await Promise.all(asked)).toEqual(['xx', 'gone', 'gone']);
  expect(one.inputs()).toEqual([['x'], ['a', 'b']]);
});
