import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { keyOf, type KeyRing, seal, unseal } from '../../../shared/secrets/envelope.ts';

const KEYS: KeyRing = { current: keyOf(Buffer.alloc(32, 1)), previous: [keyOf(Buffer.alloc(32, 2))] };
const OWNER = { userId: 'user-1', crmType: 'hubspot' };

describe('an envelope', () => {
  test('gives back what was put in, to its owner', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, userId) => {
        const owner = { userId, crmType: 'klaviyo' };
        expect(unseal(seal(value, KEYS, owner), KEYS, owner)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('never looks the same twice', () => {
    const envelopes = Array.from({ length: 1_000 }, () => seal({ a: 1 }, KEYS, OWNER).toString('hex'));
    expect(new Set(envelopes).size).toBe(1_000);
  });

  test('does not open where any bit of it is changed, or bytes are missing or added', () => {
    const envelope = seal({ api_key: 'secret' }, KEYS, OWNER);
    for (let bit = 0; bit < envelope.length * 8; bit += 1) {
      const changed = Buffer.from(envelope);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(() => unseal(changed, KEYS, OWNER)).toThrow();
    }
    for (let length = 0; length < envelope.length; length += 1) expect(() => unseal(envelope.subarray(0, length), KEYS, OWNER)).toThrow();
    expect(() => unseal(Buffer.concat([envelope, Buffer.of(0)]), KEYS, OWNER)).toThrow();
  });

  test.each([
    ['of another user', { userId: 'user-2', crmType: 'hubspot' }],
    ['of another CRM', { userId: 'user-1', crmType: 'klaviyo' }],
    ['whose names only look the same when joined', { userId: 'user-1hub', crmType: 'spot' }],
  ])('does not open %s', (_, owner) => {
    expect(() => unseal(seal({ a: 1 }, KEYS, OWNER), KEYS, owner)).toThrow('changed, or belong to another');
  });

  test('opens with the previous key, and says which key is missing', () => {
    const old = seal({ a: 1 }, { current: KEYS.previous[0]!, previous: [] }, OWNER);
    expect(unseal(old, KEYS, OWNER)).toEqual({ a: 1 });
    expect(() => unseal(old, { current: KEYS.current, previous: [] }, OWNER)).toThrow(KEYS.previous[0]!.id);
  });

  test('says nothing of its content when it does not open', () => {
    const changed = seal({ api_key: 'canary' }, KEYS, OWNER);
    changed.writeUInt8(changed.readUInt8(changed.length - 1) ^ 1, changed.length - 1);
    let message = '';
    try {
      unseal(changed, KEYS, OWNER);
    } catch (error) {
      message = String(error);
    }
    expect(message).not.toContain('canary');
  });
});
