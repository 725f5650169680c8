import { defineSource } from '../../source.ts';

/** Exports of Google Analytics 4 as files: at ga4/<stream>/<YYYY-MM-DD>/<name>.csv in the raw bucket. */
export const ga4 = defineSource({ name: 'ga4', title: 'Google Analytics 4', settings: {}, auth: { type: 'none' } });
