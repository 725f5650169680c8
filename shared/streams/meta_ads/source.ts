import { defineSource } from '../../source.ts';

/** Reports of Meta's ads manager as files: at meta_ads/<stream>/<YYYY-MM-DD>/<name>.csv in the raw bucket. */
export const metaAds = defineSource({ name: 'meta_ads', title: 'Meta Ads', settings: {}, auth: { type: 'none' } });
