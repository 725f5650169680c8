import { expect, test } from '@jest/globals';
import type { Assertion } from '../../infra/curated/graph.ts';
import { ended } from '../../infra/curated/lanes.ts';

const LANES = ['left', 'right'];

function action(name: string, after: readonly string[] = []): Assertion {
  const target = (own: string) => ({ dataset: 'd', name: own });
  return { target: target(name), after: after.map(target), tags: [], file: '', query: '', about: undefined };
}

async function all(results: AsyncIterable<string>): Promise<readonly string[]> {
  return await Array.fromAsync(results);
}

test('gives what came of actions in their order, whichever ends first', async () => {
  const slow = Promise.withResolvers<string>();
  const work = async (_lane: string, { target: { name } }: { readonly target: { readonly name: string } }) => {
    if (name === 'slow') return await slow.promise;
    slow.resolve('slow');
    return name;
  };
  expect(await all(ended(LANES, [action('slow'), action('quick')], work))).toEqual(['slow', 'quick']);
});

test('begins an action when all that it names have ended, each lane with one at a time', async () => {
  const log: string[] = [];
  const busy = new Set<string>();
  const work = async (lane: string, { target: { name } }: { readonly target: { readonly name: string } }) => {
    expect(busy).not.toContain(lane);
    busy.add(lane);
    log.push(`+${name}`);
    await Promise.resolve();
    log.push(`-${name}`);
    busy.delete(lane);
    return name;
  };
  const actions = [action('a'), action('b'), action('c', ['a', 'b']), action('d', ['c', 'not meant']), action('e')];
  expect(await all(ended(LANES, actions, work))).toEqual(['a', 'b', 'c', 'd', 'e']);
  const at = (mark: string) => log.indexOf(mark);
  expect(at('+c')).toBeGreaterThan(Math.max(at('-a'), at('-b')));
  expect(at('+d')).toBeGreaterThan(at('-c'));
});

test('begins with what most wait for, one after the other', async () => {
  const begun: string[] = [];
  const work = async (_lane: string, { target: { name } }: { readonly target: { readonly name: string } }) => {
    begun.push(name);
    return name;
  };
  const actions = [action('test a'), action('test b'), action('view'), action('table', ['view']), action('test of table', ['table'])];
  expect(await all(ended(['one'], actions, work))).toEqual(['test a', 'test b', 'view', 'table', 'test of table']);
  expect(begun).toEqual(['view', 'table', 'test a', 'test b', 'test of table']);
});

test('ends with a failure of the work when what has begun has ended, and begins nothing more', async () => {
  const log: string[] = [];
  const work = async (_lane: string, { target: { name } }: { readonly target: { readonly name: string } }) => {
    log.push(`+${name}`);
    if (name === 'bad') throw new Error('the warehouse is gone');
    await Promise.resolve();
    await Promise.resolve();
    log.push(`-${name}`);
    return name;
  };
  await expect(all(ended(LANES, [action('bad'), action('long'), action('next', ['long']), action('last', ['bad'])], work))).rejects.toThrow(
    'the warehouse is gone',
  );
  expect(log).toContain('-long');
  expect(log).not.toContain('+last');
});

test('throws what failed first, though another that fails because of it has its turn before', async () => {
  const broken = Promise.withResolvers<void>();
  const work = async (_lane: string, { target: { name } }: { readonly target: { readonly name: string } }) => {
    if (name === 'cause') {
      broken.resolve();
      throw new Error('the cause');
    }
    await broken.promise;
    throw new Error('what follows');
  };
  await expect(all(ended(LANES, [action('first'), action('cause')], work))).rejects.toThrow('the cause');
});

test('begins nothing more when nobody wants the rest', async () => {
  const log: string[] = [];
  const work = async (_lane: string, { target: { name } }: { readonly target: { readonly name: string } }) => {
    log.push(name);
    return name;
  };
  for await (const result of ended(['one'], [action('a'), action('b', ['a']), action('c', ['b'])], work)) {
    expect(result).toBe('a');
    break;
  }
  const begun = log.length;
  await new Promise(setImmediate);
  expect(log).toHaveLength(begun);
});
