import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CrmStandInFailure } from '../../infra/local/stand-ins/crm/crm-stand-in.ts';
import { CrmError } from '../../shared/crm/crm-error.ts';
import type { ContactItem, EventItem, ItemResult } from '../../shared/crm/provider.ts';
import { printedSeed, seeded } from '../support/random.ts';
import { contactItem, eventItem, type OpenedCrm, secretsOf, WHOLE } from './crm-lab.ts';

/** What is different from CRM to CRM. */
export interface CrmExpectation {
  /** The CRM's own fields of WHOLE, and those it has no place for. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly leftOut: readonly string[];
  /** The name under which the CRM holds the first name and the phone. */
  readonly firstName: string;
  readonly phone: string;
  /** How it calls "Placed Order". */
  readonly eventName: string;
  /** How it holds properties of an event. */
  readonly properties: (properties: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
  /** The calls that write. */
  readonly writes: RegExp;
  /** Custom properties that the account does not have are refused there. */
  readonly knowsItsFields: boolean;
  readonly hasSessions: boolean;
  /** An event waits for a contact that is not there yet. */
  readonly eventsNeedContact: boolean;
  /** By what a contact is known, where that is not its email. */
  readonly knownBy?: (email: string) => Readonly<Record<string, unknown>>;
}

const PASSING: readonly (readonly [string, CrmStandInFailure])[] = [
  ...[408, 425, 429, 500, 502, 503, 504].map((status) => [`status ${status}`, { kind: 'status', status }] as const),
  ['a 2xx without an effect', { kind: 'nothing' }],
  ['a page that asks to sign in, with 200', { kind: 'html' }],
  ['a cut connection', { kind: 'cut' }],
  ['no answer', { kind: 'hang' }],
  ['an answer without end', { kind: 'huge' }],
];

/** What every CRM does; `open` gives an empty one each time. */
export function describeCrm(name: string, open: () => Promise<OpenedCrm>, expected: CrmExpectation): void {
  describe(`crm: ${name}`, () => {
    let crm: OpenedCrm;
    /** What no schema lets in may break the contract. */
    let isHostile = false;
    beforeEach(async () => {
      crm = await open();
      isHostile = false;
    });
    afterEach(async () => {
      await crm.close();
      if (!isHostile) expect(crm.standIn.violations).toEqual([]);
    });

    describe('a contact', () => {
      test('arrives in the fields of the CRM, and what it has no place for is named', async () => {
        const [result] = await crm.upsert([{ key: 'k', contact: WHOLE }]);
        expect(result).toMatchObject({ outcome: 'delivered', created: true, crmId: crm.standIn.contacts()[0]?.id });
        expect(crm.standIn.contacts().map(({ email, fields }) => ({ email, fields }))).toEqual([{ email: WHOLE.email, fields: expected.fields }]);
        const warnings = result?.outcome === 'delivered' ? (result.warnings ?? []) : [];
        expect(warnings.map((warning) => warning.slice(0, warning.indexOf(':'))).toSorted()).toEqual(expected.leftOut.toSorted());
      });

      test('keeps what the CRM has where a field is missing', async () => {
        await crm.upsert([{ key: 'k', contact: WHOLE }]);
        const [result] = await crm.upsert([{ key: 'k2', contact: { email: WHOLE.email, first_name: 'Zora', last_name: "O'Kafor" } }]);
        expect(result).toMatchObject({ outcome: 'delivered', created: false, crmId: crm.standIn.contacts()[0]?.id });
        expect(crm.standIn.contacts()[0]?.fields).toEqual({ ...expected.fields, [expected.firstName]: 'Zora', ...renamed(expected) });
      });

      test('loses a field only where the item says that it is to be emptied', async () => {
        await crm.upsert([{ key: 'k', contact: WHOLE }]);
        const { phone: _, ...contact } = WHOLE;
        await crm.upsert([{ key: 'k2', contact }]);
        expect(crm.standIn.contacts()[0]?.fields).toEqual(expected.fields);
        await crm.upsert([{ key: 'k3', contact, wipe: ['phone', 'first_name', 'email'] }]);
        const { [expected.phone]: __, ...others } = expected.fields;
        expect(crm.standIn.contacts()[0]?.fields).toEqual(others);
      });

      test('stays one when its item is repeated, also at the same time', async () => {
        const item = contactItem(1);
        await Promise.all([crm.upsert([item]), crm.upsert([item]), crm.upsert([item, item])]);
        await crm.upsert([item]);
        expect(crm.standIn.contacts()).toHaveLength(1);
      });

      test('is updated where the CRM had it before', async () => {
        crm.standIn.putContact('person1@example.com', {
          [expected.firstName]: 'Old',
          [expected.phone]: '+14165550100',
          ...expected.knownBy?.('person1@example.com'),
        });
        expect(await crm.upsert([contactItem(1)])).toMatchObject([{ outcome: 'delivered', created: false }]);
        expect(crm.standIn.contacts()).toHaveLength(1);
        expect(crm.standIn.contacts()[0]?.fields).toMatchObject({ [expected.firstName]: 'First1', [expected.phone]: '+14165550100' });
      });

      test('has the values of the last item when one call holds several of it', async () => {
        const items = [1, 2, 3].map((number) => ({ key: `k${number}`, contact: { ...contactItem(1).contact, first_name: `Name${number}` } }));
        expect((await crm.upsert(items)).map(({ outcome }) => outcome)).toEqual(['delivered', 'delivered', 'delivered']);
        expect(crm.standIn.contacts().map(({ fields }) => fields[expected.firstName])).toEqual(['Name3']);
      });

      test('arrives without the custom properties that the CRM does not have, and they are named', async () => {
        const custom_properties = { lead_score: 1, no_such_field: 'x', 'nor this one': 'y' };
        const [first] = await crm.upsert([contactItem(1, { custom_properties })]);
        const before = crm.standIn.calls.length;
        const [second] = await crm.upsert([contactItem(2, { custom_properties })]);
        const warned = [first, second].map((result) => (result?.outcome === 'delivered' ? (result.warnings ?? []).length : -1));
        expect(warned).toEqual(expected.knowsItsFields ? [2, 2] : [0, 0]);
        expect(crm.standIn.contacts()).toHaveLength(2);
        // What was refused once is not tried with the next contact.
        expect(crm.standIn.calls.slice(before).filter(({ status }) => status === 400)).toEqual([]);
      });

      test('never touches another one, whatever its email holds', async () => {
        await crm.upsert([contactItem(1)]);
        const before = structuredClone(crm.standIn.contacts());
        const emails = [
          "' or Email ne '",
          "' OR Email != '",
          "\\' OR Email != \\'",
          "x' or Name ne 'y",
          "o'brien@example.com",
          '*',
          '%',
          '") or ("a',
          "a'))/*",
          'a&$top=1',
          'a#b',
          '‘a’',
          "it''s",
        ];
        for (const email of emails) {
          // Straight to the provider: the schemas of the service would not let most of them in.
          await crm.upsert([{ key: email, contact: { email, first_name: 'Mallory', last_name: 'Mallory' } }]);
          await crm.send([eventItem(1, { key: email, contact: { email } })]);
        }
        expect(crm.standIn.contacts().filter(({ email }) => email === 'person1@example.com')).toEqual(before);
        expect(crm.standIn.events().filter(({ email }) => email === 'person1@example.com')).toEqual([]);
        isHostile = true;
      });
    });

    describe('an event', () => {
      test('keeps its name, time, value and properties', async () => {
        await crm.upsert([contactItem(1)]);
        const item = eventItem(1, { properties: { order: 'A 1', lines: [{ sku: 'x', n: 2 }], gift: true } });
        expect(await crm.send([item])).toMatchObject([{ outcome: 'delivered' }]);
        const [{ id: _, time, ...event }] = crm.standIn.events() as [ReturnType<OpenedCrm['standIn']['events']>[number]];
        expect(event).toEqual({ email: 'person1@example.com', name: expected.eventName, value: 12.5, properties: expected.properties(item.properties) });
        expect(new Date(time).getTime()).toBe(Date.parse(item.time));
      });

      test('is recorded once when its item is repeated, also at the same time', async () => {
        await crm.upsert([contactItem(1)]);
        await Promise.all([crm.send([eventItem(1)]), crm.send([eventItem(1)])]);
        await crm.send([eventItem(1), eventItem(1)]);
        expect(crm.standIn.events()).toHaveLength(1);
      });

      test('is another one with another key, at the same second too', async () => {
        await crm.upsert([contactItem(1)]);
        await crm.send([eventItem(1), eventItem(1, { key: 'another' })]);
        expect(crm.standIn.events()).toHaveLength(2);
      });
    });

    describe('a failure', () => {
      test.each(PASSING)('leaves the item for later: %s', async (_, failure) => {
        const impatient = crm.reachedBy({ answerTimeoutMs: 400 });
        await crm.upsert([contactItem(1)]);
        crm.standIn.fail(failure, { path: expected.writes });
        expect(await impatient.upsert([contactItem(2)])).toMatchObject([{ outcome: 'later' }]);
        expect(await impatient.send([eventItem(1)])).toMatchObject([{ outcome: 'later' }]);
        crm.standIn.heal();
        expect(await crm.upsert([contactItem(2)])).toMatchObject([{ outcome: 'delivered' }]);
        expect(await crm.send([eventItem(1)])).toMatchObject([{ outcome: 'delivered' }]);
        expect([crm.standIn.contacts().length, crm.standIn.events().length]).toEqual([2, 1]);
      });

      test.each([400, 403, 413, 422])('refuses the item for good: status %p', async (status) => {
        await crm.upsert([contactItem(1)]);
        crm.standIn.fail({ kind: 'status', status }, { path: expected.writes });
        expect(await crm.upsert([contactItem(2)])).toMatchObject([{ outcome: 'refused', statusCode: status }]);
        expect(await crm.send([eventItem(1)])).toMatchObject([{ outcome: 'refused', statusCode: status }]);
      });

      test('waits as long as the CRM says, in seconds or until a date', async () => {
        await crm.upsert([contactItem(1)]);
        crm.standIn.fail({ kind: 'status', status: 503, retryAfter: '7' }, { path: expected.writes });
        expect(await crm.upsert([contactItem(2)])).toMatchObject([{ outcome: 'later', retryAfterMs: 7_000 }]);
      });

      test('after the write was stored does not make it twice', async () => {
        await crm.upsert([contactItem(1)]);
        for (const failure of [{ kind: 'status', status: 500, stored: true } as const, { kind: 'cut', stored: true } as const]) {
          crm.standIn.fail(failure, { path: expected.writes });
          await crm.upsert([contactItem(2)]);
          await crm.send([eventItem(1)]);
          crm.standIn.heal();
          expect(await crm.upsert([contactItem(2)])).toMatchObject([{ outcome: 'delivered' }]);
          expect(await crm.send([eventItem(1)])).toMatchObject([{ outcome: 'delivered' }]);
        }
        expect([crm.standIn.contacts().length, crm.standIn.events().length]).toEqual([2, 1]);
      });

      test('of one item is its own, in a call with hundreds', async () => {
        const refused = new Set([0, 7, 120, 249]);
        const items = Array.from({ length: 250 }, (_, at) => contactItem(at));
        for (const at of refused) crm.standIn.refuse(`person${at}@example.com`);
        const results = await crm.upsert(items);
        const ids = new Map(crm.standIn.contacts().map(({ email, id }) => [email, id]));
        expect(results.map((result) => (result.outcome === 'delivered' ? result.crmId : result.outcome))).toEqual(
          items.map(({ contact }, at) => (refused.has(at) ? 'refused' : ids.get(contact.email))),
        );
        const events = await crm.send(items.slice(0, 20).map((_, at) => eventItem(at)));
        const known = expected.eventsNeedContact ? 'later' : 'refused';
        expect(events.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 20 }, (_, at) => (refused.has(at) ? known : 'delivered')));
      });

      test('of a third of all calls ends with everything delivered once', async () => {
        const random = seeded(printedSeed(`crm ${name}`));
        const contacts = Array.from({ length: 40 }, (_, at) => contactItem(at));
        crm.standIn.failAtRandom(0.3, random);
        expect(await untilDelivered(contacts, (items) => crm.upsert(items))).toEqual([]);
        const events = contacts.map((_, at) => eventItem(at));
        expect(await untilDelivered(events, (items) => crm.send(items))).toEqual([]);
        expect(
          crm.standIn
            .contacts()
            .map(({ email }) => email)
            .sort(),
        ).toEqual(contacts.map(({ contact }) => contact.email).sort());
        expect(
          crm.standIn
            .events()
            .map(({ email }) => email)
            .sort(),
        ).toEqual(contacts.map(({ contact }) => contact.email).sort());
      });
    });

    describe('credentials', () => {
      test('are accepted where they are right', async () => {
        await expect(crm.provider.validate(crm.connection, new AbortController().signal)).resolves.toBeDefined();
      });

      test('are asked for anew by each validate', async () => {
        await crm.provider.validate(crm.connection, new AbortController().signal);
        await crm.send([eventItem(1)]);
        crm.standIn.fail({ kind: 'status', status: 403 }, { path: /^(?!.*(?:oauth2|AuthService))/ });
        await expect(crm.provider.validate(crm.connection, new AbortController().signal)).rejects.toMatchObject({ failure: 'permission', statusCode: 403 });
      });

      test('are refused where they are wrong, by validate and by a write', async () => {
        const wrong = crm.with({
          credentials: Object.fromEntries(
            Object.entries(crm.connection.credentials).map(([name, value]) => [name, name === 'instance_url' ? value : `${value}x`]),
          ),
        });
        await expect(wrong.provider.validate(wrong.connection, new AbortController().signal)).rejects.toMatchObject({
          name: 'CrmError',
          failure: 'credentials',
        });
        expect(await wrong.upsert([contactItem(1)])).toMatchObject([{ outcome: 'refused', code: 'credentials' }]);
        expect(await wrong.send([eventItem(1)])).toMatchObject([{ outcome: 'refused', code: 'credentials' }]);
      });

      test('and values are in no result and no error, although the CRM repeats them', async () => {
        const told: unknown[] = [];
        const impatient = crm.reachedBy({ answerTimeoutMs: 300, maxAnswerBytes: 100_000 });
        for (const failure of [
          ...[400, 401, 403, 404, 409, 418, 422, 429, 500, 503].map((status) => ({ kind: 'status', status }) as const),
          { kind: 'html' },
          { kind: 'huge' },
          { kind: 'hang' },
        ] as const) {
          crm.standIn.expireSessions();
          crm.standIn.fail(failure);
          told.push(await impatient.upsert([{ key: 'k', contact: WHOLE }]), await impatient.send([eventItem(1, { contact: WHOLE })]));
          told.push(await impatient.provider.validate(impatient.connection, new AbortController().signal).catch(everything));
          crm.standIn.heal();
        }
        crm.standIn.refuse(WHOLE.email);
        told.push(await crm.upsert([{ key: 'k', contact: WHOLE }]));
        const text = JSON.stringify(told);
        for (const secret of [...secretsOf(crm.connection), WHOLE.email, "O'Kafor", '6135550123']) expect(text).not.toContain(secret);
      });
    });

    test('sends nothing once the time is over', async () => {
      const over = AbortSignal.abort();
      const contacts = await crm.provider.upsertContacts(crm.connection, [contactItem(1), contactItem(2)], over);
      const events = await crm.provider.sendEvents(crm.connection, [eventItem(1)], over);
      expect([...contacts, ...events]).toEqual(Array.from({ length: 3 }, () => ({ outcome: 'later', reason: 'time' })));
      expect(crm.standIn.calls).toEqual([]);
    });

    test('does not follow a redirect', async () => {
      let connections = 0;
      const elsewhere = createServer((_, response) => response.end('{}')).on('connection', () => (connections += 1));
      await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
      const { port } = elsewhere.address() as { port: number };
      crm.standIn.fail({ kind: 'redirect', to: `http://127.0.0.1:${port}/` });
      try {
        expect(await crm.upsert([contactItem(1)])).toMatchObject([{ outcome: 'refused', code: 'address' }]);
        await expect(crm.provider.validate(crm.connection, new AbortController().signal)).rejects.toBeInstanceOf(CrmError);
      } finally {
        elsewhere.close();
      }
      expect(connections).toBe(0);
    });

    if (expected.hasSessions) {
      test('opens one new session when the old one has ended, for many calls at once', async () => {
        await crm.upsert([contactItem(0)]);
        const logins = (): number => crm.standIn.calls.filter(({ path }) => /oauth2\/token|AuthService/.test(path)).length;
        expect(logins()).toBe(1);
        crm.standIn.expireSessions();
        const results = await Promise.all(Array.from({ length: 10 }, (_, at) => crm.upsert([contactItem(at)])));
        expect(results.flat().map(({ outcome }) => outcome)).toEqual(Array.from({ length: 10 }, () => 'delivered'));
        expect(logins()).toBe(2);
      });
    }
  });
}

/** What remains after thirty rounds of repeating what is left for later; a repeat happens with the same item. */
async function untilDelivered<Item extends ContactItem | EventItem>(
  items: readonly Item[],
  write: (items: readonly Item[]) => Promise<readonly ItemResult[]>,
): Promise<readonly ItemResult[]> {
  let left = items;
  let open: readonly ItemResult[] = [];
  for (let round = 0; round < 30 && left.length > 0; round += 1) {
    const results = await write(left);
    const before = left;
    left = before.filter((_, at) => results[at]?.outcome !== 'delivered');
    open = results.filter(({ outcome }) => outcome !== 'delivered');
    if (open.some(({ outcome }) => outcome === 'refused')) break;
  }
  return open;
}

/** An error as somebody would print it. */
function everything(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return { ...error, message: error.message, stack: error.stack, cause: everything(error.cause) };
}

/** Where a CRM has one name for both parts. */
function renamed({ fields }: CrmExpectation): Readonly<Record<string, unknown>> {
  return 'GivenName' in fields ? { Name: "Zora O'Kafor" } : {};
}
