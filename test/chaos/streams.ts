import { defineSource, url } from '../../shared/source.ts';
import { defineStream, merge, replace, type Stream } from '../../shared/stream.ts';

/** Where the records of the lab come from. */
export const lab = defineSource({
  name: 'lab',
  title: 'Lab',
  settings: { baseUrl: url('LAB_BASE_URL', 'Address of the lab') },
  baseUrl: 'baseUrl',
  auth: { type: 'none' },
});

export const snapshot = defineStream({
  source: lab,
  name: 'snapshot',
  description: 'A full snapshot',
  columns: { id: { type: 'STRING', required: true }, value: { type: 'INT64' } },
  key: ['id'],
  write: replace(),
  expect: { rows: { min: 1, drop: 0.5 }, rejects: 0.5 },
  table: { dataset: 'lab', name: 'snapshot' },
});

export const spend = defineStream({
  source: lab,
  name: 'spend',
  description: 'A window of days that is read again',
  columns: { day: { type: 'DATE', required: true }, campaign: { type: 'STRING', required: true }, value: { type: 'INT64' } },
  key: ['day', 'campaign'],
  write: replace({ date: 'day' }),
  expect: { rows: { drop: 1 }, rejects: 0.5 },
  table: { dataset: 'lab', name: 'spend' },
});

export const contacts = defineStream({
  source: lab,
  name: 'contacts',
  description: 'Upserted by key',
  columns: { id: { type: 'STRING', required: true }, value: { type: 'INT64' } },
  key: ['id'],
  write: merge(),
  expect: { rejects: 0.5 },
  table: { dataset: 'lab', name: 'contacts' },
});

export const facts = defineStream({
  source: lab,
  name: 'facts',
  description: 'Immutable facts: an object replaces only its own earlier generation',
  columns: { id: { type: 'STRING', required: true }, value: { type: 'INT64' } },
  write: replace('object'),
  expect: { rejects: 0.5 },
  table: { dataset: 'lab', name: 'facts' },
});

export const reports = defineStream({
  source: lab,
  name: 'reports',
  description: 'A snapshot whose fields nobody declares',
  columns: { id: { type: 'STRING', required: true } },
  unknown: 'columns',
  key: ['id'],
  write: replace(),
  expect: { rejects: 0.5 },
  table: { dataset: 'lab', name: 'reports' },
});

/** What is asked for, over HTTP. */
export const pulled = ['first', 'second'].map((name) =>
  defineStream({
    source: lab,
    name: `pulled_${name}`,
    description: 'A snapshot that extract brings',
    request: () => ({ path: `/${name}.json`, query: {} }),
    columns: { id: { type: 'STRING', required: true } },
    key: ['id'],
    write: replace(),
    table: { dataset: 'lab', name: `pulled_${name}` },
  }),
);

export const labStreams: readonly Stream[] = [snapshot, spend, contacts, facts, reports, ...pulled];
