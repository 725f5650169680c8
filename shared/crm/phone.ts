import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js';
import { countryCode } from './country.ts';

/** A phone number as E.164; one that names no country is read as of `country` (a code or an English name). Undefined where it cannot exist. */
export function phoneNumber(text: string, country: string | undefined): string | undefined {
  const code = country === undefined ? undefined : countryCode(country);
  // 00 is how most countries dial abroad; the library takes it only where it knows the country.
  const dialled = text.replace(/^\s*00(?=[1-9])/, '+');
  const number = parsePhoneNumberFromString(dialled, code !== undefined && isCountry(code) ? { defaultCountry: code, extract: false } : { extract: false });
  return number?.isValid() === true ? number.number : undefined;
}

function isCountry(code: string): code is CountryCode {
  return isSupportedCountry(code as CountryCode);
}
