import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { CONTACT_SCHEMA, type GivenContact, normaliseContact } from '../../../shared/crm/contact.ts';
import { countryCode, countryName } from '../../../shared/crm/country.ts';
import { EVENT_SCHEMA, normaliseEvent } from '../../../shared/crm/event.ts';
import { CRM_FORMATS, isDateTime, isEmail } from '../../../shared/crm/formats.ts';
import { LEAD_EVENT, LEAD_SCHEMA, leadParts } from '../../../shared/crm/lead.ts';
import { phoneNumber } from '../../../shared/crm/phone.ts';
import { contactFor, isEventEnabled, SETTINGS_SCHEMA } from '../../../shared/crm/settings.ts';

const ajv = new Ajv({ strict: true, allowUnionTypes: true, formats: CRM_FORMATS });
const isContact = ajv.compile(CONTACT_SCHEMA);
const isEvent = ajv.compile(EVENT_SCHEMA);
const isLead = ajv.compile(LEAD_SCHEMA);
const areSettings = ajv.compile(SETTINGS_SCHEMA);
const EMAIL = 'ana@example.com';

describe('the standard contact', () => {
  test('is trimmed, without empty values, its email in small letters and its country in capitals', () => {
    const given: GivenContact = {
      email: ' Ana@Example.COM ',
      first_name: ' Ana ',
      last_name: null,
      company: '  ',
      country: 'ca',
      custom_properties: { tier: 'gold', none: null, empty: '' },
    };
    expect(normaliseContact(given)).toEqual({ contact: { email: EMAIL, first_name: 'Ana', country: 'CA', custom_properties: { tier: 'gold' } }, warnings: [] });
  });

  test.each([
    { what: 'with its country code', phone: '+1 (613) 555-0123', e164: '+16135550123' },
    { what: 'dialled abroad', phone: '0049 30 901820', e164: '+4930901820' },
    { what: 'of the country of the contact', phone: '(613) 555.0123', country: 'ca', e164: '+16135550123' },
    { what: 'of a country by its name', phone: '020 7946 0018', country: 'United Kingdom', e164: '+442079460018' },
    { what: 'as the settings have it', phone: '06 12 34 56 78', byDefault: 'FR', e164: '+33612345678' },
  ])('has its phone as E.164: $what', ({ phone, country = null, byDefault, e164 }) => {
    expect(normaliseContact({ email: EMAIL, phone, country }, byDefault).contact.phone).toBe(e164);
  });

  test.each(['613 555 0123', '+1 555', 'call me', '+999123456789', 'ext 12', '++1 613 555 0123x', '０'])(
    'goes without a phone that cannot exist, with a warning that does not repeat it: %s',
    (phone) => {
      const { contact, warnings } = normaliseContact({ email: EMAIL, phone });
      expect(contact).toEqual({ email: EMAIL });
      expect(warnings).toEqual([expect.stringMatching(/^phone: /)]);
      expect(warnings[0]).not.toContain(phone);
    },
  );

  test.each([
    ['no email', { first_name: 'x' }],
    ['an email without a domain', { email: 'ana' }],
    ['an email of null', { email: null }],
    ['a first name of 101 characters', { email: EMAIL, first_name: 'x'.repeat(101) }],
    ['a phone of 21 characters', { email: EMAIL, phone: '1'.repeat(21) }],
    ['a number for a text', { email: EMAIL, company: 7 }],
    ['a list for custom properties', { email: EMAIL, custom_properties: [] }],
    ['201 custom properties', { email: EMAIL, custom_properties: Object.fromEntries(Array.from({ length: 201 }, (_, at) => [`p${at}`, at])) }],
    ['a name that changes the object', JSON.parse(`{"email":"${EMAIL}","custom_properties":{"__proto__":1}}`)],
    ['a name of nothing', { email: EMAIL, custom_properties: { '': 1 } }],
  ])('is refused with %s', (_, body) => {
    expect(isContact(body)).toBe(false);
  });

  test('may have everything at its longest', () => {
    const lengths = {
      first_name: 100,
      last_name: 100,
      phone: 20,
      company: 200,
      job_title: 100,
      department: 100,
      street_address: 255,
      street_address_2: 255,
      city: 100,
      state: 100,
      postal_code: 20,
      country: 100,
      website: 255,
      timezone: 50,
      language: 10,
    };
    expect(isContact({ email: ' ANA@EXAMPLE.COM ', ...Object.fromEntries(Object.entries(lengths).map(([name, length]) => [name, 'x'.repeat(length)])) })).toBe(
      true,
    );
  });
});

describe('an email', () => {
  test.each(['a@b.co', "o'brien+tag@sub.example.com", 'x_y-z@example-shop.museum', ' padded@example.com '])('is one: %s', (email) =>
    expect(isEmail(email)).toBe(true),
  );
  test.each([
    'a',
    'a@',
    '@b.co',
    'a@b',
    'a@b.c-',
    'a b@c.de',
    'a@b..de',
    '.a@b.de',
    'a.@b.de',
    'a..b@c.de',
    'a@b.de, c@d.ef',
    'a@[127.0.0.1]',
    'a@127.0.0.1',
    'a"@b.de',
    'a@b.de\nx',
  ])('is none: %j', (email) => expect(isEmail(email)).toBe(false));
});

describe('a country', () => {
  test.each([
    ['ca', 'CA', 'Canada'],
    ['CANADA', 'CA', 'Canada'],
    ['UK', 'GB', 'United Kingdom'],
    ['USA', 'US', 'United States'],
    ['germany', 'DE', 'Germany'],
  ])('is known by code and name: %s', (given, code, name) => expect([countryCode(given), countryName(given)]).toEqual([code, name]));

  test('that is none stays as it is', () =>
    expect([countryCode('Narnia'), countryName('Narnia'), countryCode('EU')]).toEqual([undefined, 'Narnia', undefined]));
});

test('a phone of an unknown country is read only where it names one itself', () => {
  expect([phoneNumber('6135550123', 'NARNIA'), phoneNumber('+16135550123', 'NARNIA')]).toEqual([undefined, '+16135550123']);
});

describe('the standard event', () => {
  const now = new Date('2026-05-01T10:00:00Z');

  test.each([
    ['now, where it has none', null, '2026-05-01T10:00:00.000Z'],
    ['in UTC', '2026-03-04T05:06:07.891+02:00', '2026-03-04T03:06:07.891Z'],
    ['taken as UTC without an offset', '2026-03-04 05:06:07', '2026-03-04T05:06:07.000Z'],
  ])('has a time %s', (_, timestamp, time) => {
    expect(normaliseEvent({ event_name: ' Placed Order ', timestamp, value: 3, properties: { a: 1, b: null } }, now)).toEqual({
      name: 'Placed Order',
      time,
      value: 3,
      properties: { a: 1 },
    });
  });

  test.each([
    ['no name', {}],
    ['a blank name', { event_name: '  ' }],
    ['a name of 101 characters', { event_name: 'x'.repeat(101) }],
    ['401 properties', { event_name: 'x', properties: Object.fromEntries(Array.from({ length: 401 }, (_, at) => [`p${at}`, at])) }],
    ['a day that does not exist', { event_name: 'x', timestamp: '2026-02-30T00:00:00Z' }],
    ['a text for a value', { event_name: 'x', value: '1' }],
  ])('is refused with %s', (_, body) => {
    expect(isEvent(body)).toBe(false);
  });

  test.each([
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01',
    '01/02/2026',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:00+25:00',
    '0001-01-01T00:00:00+23:00',
    '9999-12-31T23:59:59-23:00',
    '0000-12-31T23:00:00-02:00',
  ])('has no time %s', (time) => expect(isDateTime(time)).toBe(false));
  test.each([
    '2024-02-29T23:59:59Z',
    '2026-01-01T00:00:00',
    '2026-01-01 00:00:00.123456+0530',
    '0001-01-01T00:00:00-23:00',
    '9999-12-31t23:59:59.999999999z',
    '9999-12-31 23:59:59+23:59',
  ])('may have the time %s', (time) => expect(isDateTime(time)).toBe(true));
});

describe('the settings', () => {
  const contact = { email: EMAIL, first_name: 'Ana', last_name: 'Ruiz', phone: '+16135550123', company: 'Blue Door', custom_properties: { tier: 'gold' } };

  test('let through the selected fields, the email, and what cannot be selected', () => {
    expect(contactFor({ selected_fields: ['first_name'] }, contact)).toEqual({
      email: EMAIL,
      first_name: 'Ana',
      company: 'Blue Door',
      custom_properties: { tier: 'gold' },
    });
    expect(contactFor({}, contact)).toEqual(contact);
  });

  test('add the lead quality, which a contact may have of its own', () => {
    expect(contactFor({ lead_quality: 'Hot' }, { email: EMAIL })).toEqual({ email: EMAIL, custom_properties: { lead_quality: 'Hot' } });
    expect(contactFor({ lead_quality: 'Hot' }, { email: EMAIL, custom_properties: { lead_quality: 'Cold' } }).custom_properties).toEqual({
      lead_quality: 'Cold',
    });
  });

  test('let every event out where they name none', () => {
    expect([
      isEventEnabled({}, 'x'),
      isEventEnabled({ enabled_events: [] }, 'x'),
      isEventEnabled({ enabled_events: ['y'] }, 'x'),
      isEventEnabled({ enabled_events: ['x'] }, 'x'),
    ]).toEqual([true, true, false, true]);
  });

  test.each([
    { selected_fields: ['company'] },
    { external_id_field: 'Email' },
    { external_id_field: "x' OR" },
    { event_names: { a: 'PE1' } },
    { activity_category_id: "1'" },
  ])('are refused: %j', (settings) => {
    expect(areSettings(settings)).toBe(false);
  });
});

describe('a lead', () => {
  const lead = {
    session_id: 's1',
    merchant_id: 'm1',
    customer_email: 'Ana@example.com',
    first_name: 'Ana',
    conversation_summary: 'Wants shoes',
    messages: [
      { role: 'user', content: 'hi' },
      { role: 'bot', content: 'hello' },
    ],
    products_discussed: ['Shoe', 'Sock'],
    conversation_started_at: '2026-01-01T10:00:00+02:00',
    conversation_ended_at: '2026-01-01T10:05:00+02:00',
    sentiment: 'happy',
    custom_properties: { utm: 'x' },
  };

  test('becomes a contact with what the conversation says of it', () => {
    expect(isLead(lead)).toBe(true);
    expect(leadParts(lead, {}).contact).toMatchObject({
      email: 'Ana@example.com',
      custom_properties: { utm: 'x', lead_source: 'chatbot', lead_quality: 'New', session_id: 's1', merchant_id: 'm1', products_discussed: 'Shoe, Sock' },
    });
  });

  test.each([
    ['the summary alone, as the settings are', {}, 'Summary:\nWants shoes'],
    ['summary and messages', { include_full_transcript: true }, 'Summary:\nWants shoes\n\n[USER]: hi\n[BOT]: hello'],
    ['messages alone', { include_full_transcript: true, include_summary: false }, '[USER]: hi\n[BOT]: hello'],
  ])('becomes an event with %s', (_, transcript_sync, transcript) => {
    const { event } = leadParts(lead, { transcript_sync, lead_quality: 'Hot' });
    expect(event).toEqual({
      event_name: LEAD_EVENT,
      timestamp: '2026-01-01T08:05:00.000Z',
      properties: {
        session_id: 's1',
        transcript,
        lead_quality: 'Hot',
        products_discussed: 'Shoe, Sock',
        conversation_started_at: '2026-01-01T08:00:00.000Z',
        conversation_ended_at: '2026-01-01T08:05:00.000Z',
      },
    });
  });

  test.each([
    ['is switched off', { enabled: false }],
    ['is not sent at the end', { send_on_conversation_end: false }],
    ['holds nothing that may be sent', { include_summary: false }],
  ])('becomes no event where the transcript %s', (_, transcript_sync) => {
    expect(leadParts(lead, { transcript_sync }).event).toBeUndefined();
  });

  test('tells how the customer felt only where the settings ask for it', () => {
    expect(leadParts(lead, { transcript_sync: { include_sentiment: true } }).event?.properties).toMatchObject({ sentiment: 'happy' });
  });

  test('has its transcript cut to 5,000 characters, never inside one', () => {
    const { event } = leadParts({ ...lead, conversation_summary: '😀'.repeat(6_000) }, {});
    const transcript = String(event?.properties?.['transcript']);
    expect([[...transcript].length, transcript.isWellFormed()]).toEqual([5_000, true]);
  });
});
