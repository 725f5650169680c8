import { type CrmExpectation, describeCrm } from '../../contract/crm.ts';
import { openCrm, WHOLE } from '../../contract/crm-lab.ts';

const asTheyAre = (properties: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => properties;

const KLAVIYO: CrmExpectation = {
  fields: {
    email: WHOLE.email,
    first_name: 'Zoë',
    last_name: "O'Kafor",
    phone_number: '+16135550123',
    organization: 'Blue Door',
    title: 'Buyer',
    location: {
      address1: '12 "Main" St \\ West',
      address2: 'Unit 4',
      city: 'Ottawa',
      region: 'Ontario',
      zip: 'K1A 0B1',
      country: 'CA',
      timezone: 'America/Toronto',
    },
    properties: { lead_score: 87, territory: 'East' },
  },
  leftOut: ['department', 'website', 'language'],
  firstName: 'first_name',
  phone: 'phone_number',
  eventName: 'Placed Order',
  properties: asTheyAre,
  writes: /profile-import|events/,
  knowsItsFields: false,
  hasSessions: false,
  eventsNeedContact: false,
};

const SALESFORCE: CrmExpectation = {
  fields: {
    Email: WHOLE.email,
    FirstName: 'Zoë',
    LastName: "O'Kafor",
    Phone: '+16135550123',
    Title: 'Buyer',
    Department: 'Retail',
    MailingStreet: '12 "Main" St \\ West',
    MailingCity: 'Ottawa',
    MailingState: 'Ontario',
    MailingPostalCode: 'K1A 0B1',
    MailingCountry: 'CA',
    lead_score__c: 87,
    territory__c: 'East',
  },
  leftOut: ['company', 'street_address_2', 'website', 'timezone', 'language'],
  firstName: 'FirstName',
  phone: 'Phone',
  eventName: 'Placed Order',
  properties: asTheyAre,
  writes: /sobjects/,
  knowsItsFields: true,
  hasSessions: true,
  eventsNeedContact: true,
};

const HUBSPOT: CrmExpectation = {
  fields: {
    email: WHOLE.email,
    firstname: 'Zoë',
    lastname: "O'Kafor",
    phone: '+16135550123',
    company: 'Blue Door',
    jobtitle: 'Buyer',
    address: '12 "Main" St \\ West',
    city: 'Ottawa',
    state: 'Ontario',
    zip: 'K1A 0B1',
    country: 'CA',
    website: 'https://bluedoor.example.com',
    lead_score: '87',
    territory: 'East',
  },
  leftOut: ['department', 'street_address_2', 'timezone', 'language'],
  firstName: 'firstname',
  phone: 'phone',
  eventName: 'placed_order',
  properties: (properties) =>
    Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])),
  writes: /upsert|events/,
  knowsItsFields: true,
  hasSessions: false,
  eventsNeedContact: false,
};

/** Only what is in the lookups of the site has an id. */
const CREATIO: CrmExpectation = {
  fields: {
    Name: "Zoë O'Kafor",
    Email: WHOLE.email,
    GivenName: 'Zoë',
    Surname: "O'Kafor",
    MobilePhone: '+16135550123',
    JobTitle: 'Buyer',
    Address: '12 "Main" St \\ West',
    Zip: 'K1A 0B1',
    UsrLeadScore: 87,
    UsrTerritory: 'East',
  },
  leftOut: ['company', 'department', 'street_address_2', 'city', 'state', 'country', 'website', 'timezone', 'language'],
  firstName: 'GivenName',
  phone: 'MobilePhone',
  eventName: 'Placed Order',
  properties: asTheyAre,
  writes: /Contact|Activity/,
  knowsItsFields: true,
  hasSessions: true,
  eventsNeedContact: true,
};

describeCrm('klaviyo', () => openCrm('klaviyo'), KLAVIYO);
describeCrm('hubspot', () => openCrm('hubspot'), HUBSPOT);
describeCrm('salesforce by email', () => openCrm('salesforce'), SALESFORCE);
const byKey = { external_id_field: 'Sync_Key__c', event_external_id_field: 'Sync_Key__c' };
describeCrm('salesforce by external id', () => openCrm('salesforce', { settings: byKey }), {
  ...SALESFORCE,
  fields: { ...SALESFORCE.fields, Sync_Key__c: WHOLE.email },
  knownBy: (email) => ({ Sync_Key__c: email }),
});
describeCrm('creatio', () => openCrm('creatio'), CREATIO);
describeCrm('creatio without /0', () => openCrm('creatio', { creatio: { service: '/odata' } }), CREATIO);
