import { castFor } from '../../functions/transform/cast.ts';
import { INVALID } from '../../functions/transform/invalid.ts';
import type { ColumnDeclaration } from '../../shared/stream.ts';

type Dated = { readonly column: Pick<ColumnDeclaration, 'type' | 'formats' | 'zone'>; readonly reason?: string };

/** In the order of likelihood: where both fit, the day comes first. */
const DAYS = ['YYYY-MM-DD', 'D-M-YYYY', 'D/M/YYYY', 'M/D/YYYY', 'D.M.YYYY', 'YYYY/M/D', 'M-D-YYYY'];
const CLOCKS = [' HH:mm:ss', 'THH:mm:ss', ' HH:mm', 'THH:mm'];
const TIMES = DAYS.flatMap((day) => CLOCKS.map((clock) => `${day}${clock}`));
const ZONED = TIMES.flatMap((time) => [`${time}Z`, `${time} Z`]);
/** What a column reads without any format named. */
const DEFAULTS: Readonly<Record<string, readonly string[]>> = {
  DATE: ['YYYY-MM-DD'],
  DATETIME: ['YYYY-MM-DDTHH:mm:ss', 'YYYY-MM-DD HH:mm:ss', 'YYYY-MM-DDTHH:mm'],
  TIMESTAMP: ['YYYY-MM-DDTHH:mm:ssZ', 'YYYY-MM-DD HH:mm:ssZ', 'YYYY-MM-DD HH:mm:ss Z'],
};

/** The column that reads all texts as dates, times or moments; undefined where some are none. */
export function formatsOf(texts: readonly string[]): Dated | undefined {
  const formats = fewestFormats(texts, [...DAYS, ...TIMES, ...ZONED]);
  if (formats === undefined) return undefined;
  const zoned = formats.filter((format) => format.includes('Z')).length;
  const type = zoned > 0 ? 'TIMESTAMP' : formats.some((format) => format.includes('H')) ? 'DATETIME' : 'DATE';
  const zone = type === 'TIMESTAMP' && zoned < formats.length ? ({ zone: 'UTC' } as const) : {};
  const isDefault = formats.every((format) => DEFAULTS[type]?.includes(format));
  const reasons = [...ambiguity(texts, formats), ...('zone' in zone ? ['some texts name no zone: taken as UTC'] : [])];
  return { column: { type, ...(isDefault ? {} : { formats }), ...zone }, ...(reasons.length === 0 ? {} : { reason: reasons.join('; ') }) };
}

/** Formats that a column lacks to read all texts; undefined where no formats would do. */
export function formatsFor({ type, formats, zone }: ColumnDeclaration, texts: readonly string[]): readonly string[] | undefined {
  const known = formats ?? DEFAULTS[type] ?? [];
  const unread = texts.filter((text) => !known.some((format) => reads(format, text)));
  const candidates =
    type === 'DATE' ? [...DAYS, ...TIMES, ...ZONED] : type === 'DATETIME' ? [...TIMES, ...DAYS] : zone === undefined ? ZONED : [...ZONED, ...TIMES, ...DAYS];
  const more = fewestFormats(unread, candidates);
  return more === undefined ? undefined : [...known, ...more];
}

/** The format that reads the most texts, then the one that reads the most of the rest, and so on. */
function fewestFormats(texts: readonly string[], candidates: readonly string[]): readonly string[] | undefined {
  const chosen: string[] = [];
  for (let rest = [...new Set(texts)]; rest.length > 0; ) {
    const counts = candidates.map((format) => rest.filter((text) => reads(format, text)).length);
    const most = Math.max(...counts);
    const best = candidates[counts.indexOf(most)];
    if (most === 0 || best === undefined) return undefined;
    chosen.push(best);
    rest = rest.filter((text) => !reads(best, text));
  }
  return chosen;
}

function ambiguity(texts: readonly string[], formats: readonly string[]): readonly string[] {
  return formats.flatMap((format) => {
    const swapped = format.replace('D', '?').replace('M', 'D').replace('?', 'M');
    const isOpen = /^[DM]\W[DM]\W/.test(format) && texts.filter((text) => reads(format, text)).every((text) => reads(swapped, text));
    return isOpen ? [`no value tells ${format} from ${swapped}: ask the source`] : [];
  });
}

/** One cast per format: a DATE reads every format and drops the time of day. */
const casts = new Map<string, (value: unknown) => unknown>();
function reads(format: string, text: string): boolean {
  const cast = casts.get(format) ?? castFor({ type: 'DATE', formats: [format] });
  casts.set(format, cast);
  return cast(text) !== INVALID;
}
