const NAMES = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
/** Codes of the standard that are no country: unions, zones and test values. */
const NO_COUNTRY = new Set(['EU', 'EZ', 'UN', 'QO', 'XA', 'XB', 'ZZ']);
/** What people write although the standard has another name or code. */
const OTHER_NAMES: Readonly<Record<string, string>> = { UK: 'GB', USA: 'US', 'UNITED STATES OF AMERICA': 'US', 'GREAT BRITAIN': 'GB', ENGLAND: 'GB' };

let codes: ReadonlyMap<string, string> | undefined;

/** The ISO 3166 alpha-2 code of a code or an English name, in any case; undefined where there is none. */
export function countryCode(country: string): string | undefined {
  codes ??= allCodes();
  const key = country.trim().toUpperCase();
  return codes.get(key);
}

/** The English name of a country given as a code or a name; what is unknown stays as it is. */
export function countryName(country: string): string {
  const code = countryCode(country);
  return (code === undefined ? undefined : NAMES.of(code)) ?? country;
}

function allCodes(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const code of LETTERS.flatMap((first) => LETTERS.map((second) => first + second))) {
    const name = NO_COUNTRY.has(code) ? undefined : NAMES.of(code);
    if (name === undefined) continue;
    // A withdrawn code (DD) stands for the one in use (DE), whose name it often shares.
    const current = new Intl.Locale(`und-${code}`).region ?? code;
    found.set(code, current);
    found.set(name.toUpperCase(), current);
  }
  for (const [name, code] of Object.entries(OTHER_NAMES)) found.set(name, code);
  return found;
}
