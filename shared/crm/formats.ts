import { utc } from './event.ts';

/** The formats that the schemas name, for `new Ajv({ formats })`. */
export const CRM_FORMATS = { email: isEmail, 'date-time': isDateTime, uuid: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i } as const;

// The address of RFC 5321 without quoting and literals; a top-level domain has letters.
const EMAIL = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])$/;
const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:[zZ]|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?$/;

/** An email address with a domain; spaces around it do not count, they are trimmed. */
export function isEmail(text: string): boolean {
  const email = text.trim();
  const local = email.slice(0, email.lastIndexOf('@'));
  return EMAIL.test(email) && !local.startsWith('.') && !local.endsWith('.') && !local.includes('..');
}

/** An ISO 8601 date-time that exists, in UTC of the years 1 to 9999: PostgreSQL and CRMs take no other. The offset may be missing. */
export function isDateTime(text: string): boolean {
  const [, year, month, day, hour, minute, second] = (DATE_TIME.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined) return false;
  const date = new Date(Date.UTC(year, month - 1, day));
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && year > 0;
  if (!exists || (hour ?? 24) >= 24 || (minute ?? 60) >= 60 || (second ?? 60) >= 60) return false;
  const utcYear = new Date(utc(text)).getUTCFullYear();
  return utcYear >= 1 && utcYear <= 9999;
}
