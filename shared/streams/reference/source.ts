import { defineSource } from '../../source.ts';

/** What no source system knows: tables that people keep. */
export const reference = defineSource({ name: 'reference', title: 'Reference files', settings: {}, auth: { type: 'none' } });
