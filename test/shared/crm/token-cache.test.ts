import { describe, expect, test } from '@jest/globals';
import { createTokenCache, tokenKey } from '../../../shared/crm/token-cache.ts';

describe('a token', () => {
  test('is made once for all that ask at the same time, and again when its time is over', async () => {
    let now = 0;
    let made = 0;
    const tokens = createTokenCache({ now: () => now, lifetimeMs: 100 });
    const make = async (): Promise<number> => (made += 1);
    expect(await Promise.all([tokens.take('k', make), tokens.take('k', make), tokens.take('other', make)])).toEqual([1, 1, 2]);
    now = 99;
    expect(await tokens.take('k', make)).toBe(1);
    now = 100;
    expect(await tokens.take('k', make)).toBe(3);
  });

  test('that could not be made is tried again', async () => {
    const tokens = createTokenCache({ now: () => 0 });
    await expect(tokens.take('k', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await tokens.take('k', async () => 'yes')).toBe('yes');
  });

  test('is dropped by those who saw it end, and not the one after it', async () => {
    const tokens = createTokenCache({ now: () => 0 });
    const first = await tokens.take('k', async () => ({ token: 1 }));
    tokens.drop('k', first);
    const second = await tokens.take('k', async () => ({ token: 2 }));
    tokens.drop('k', first);
    expect(await tokens.take('k', async () => ({ token: 3 }))).toBe(second);
  });

  test('makes room for newer ones', async () => {
    const tokens = createTokenCache({ now: () => 0, most: 2 });
    for (const key of ['a', 'b', 'c']) await tokens.take(key, async () => key);
    expect([await tokens.take('c', async () => 'new'), await tokens.take('a', async () => 'new')]).toEqual(['c', 'new']);
  });

  test('has a key of its own for other credentials, which does not show them', () => {
    const key = tokenKey({ integrationId: 'i', credentials: { a: 'secret', b: 'x' } });
    expect(key).not.toContain('secret');
    expect(tokenKey({ integrationId: 'i', credentials: { b: 'x', a: 'secret' } })).toBe(key);
    expect(tokenKey({ integrationId: 'i', credentials: { a: 'other', b: 'x' } })).not.toBe(key);
    expect(tokenKey({ integrationId: 'j', credentials: { a: 'secret', b: 'x' } })).not.toBe(key);
  });
});
