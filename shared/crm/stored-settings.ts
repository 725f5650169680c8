import { isObject } from './json.ts';
import type { IntegrationSettings } from './settings.ts';

/** Settings as they are in the database, with what the caller keeps there. */
export type StoredSettings = IntegrationSettings & Readonly<Record<string, unknown>>;

/** What of a setting can be used; undefined counts as missing. */
const READERS: Readonly<Record<keyof IntegrationSettings, (value: unknown) => unknown>> = {
  selected_fields: texts,
  lead_quality: text,
  enabled_events: texts,
  transcript_sync: (value) => membersOf(value, (member) => typeof member === 'boolean'),
  sync_frequency: text,
  external_id_field: text,
  event_external_id_field: text,
  event_names: (value) => membersOf(value, (member) => text(member) !== undefined),
  activity_category_id: text,
  default_country: text,
};

/** Reads stored settings, whoever wrote them: the replaced service had no schema for them, and null where nothing was set. Does not throw. */
export function readSettings(stored: unknown): StoredSettings {
  if (!isObject(stored)) return {};
  const others = Object.entries(stored).filter(([name]) => !Object.hasOwn(READERS, name));
  const known = Object.entries(READERS).map(([name, read]) => [name, read(stored[name])] as const);
  return Object.fromEntries([...others, ...known.filter(([, value]) => value !== undefined)]) as StoredSettings;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** One name may stand without its list: to read it as none would send what nobody has selected. */
function texts(value: unknown): readonly string[] | undefined {
  if (Array.isArray(value)) return value.filter((one) => text(one) !== undefined);
  return text(value) === undefined ? undefined : [String(value)];
}

function membersOf(value: unknown, isUsable: (member: unknown) => boolean): Readonly<Record<string, unknown>> | undefined {
  return isObject(value) ? Object.fromEntries(Object.entries(value).filter(([, member]) => isUsable(member))) : undefined;
}
