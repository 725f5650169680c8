/**
 * The version of the Marketing API, in this one place, and the day on which Meta ends it: of v25.0, published on 2026-02-18, the
 * 23rd of February 2027 (developers.facebook.com/documentation/ads-commerce/marketing-api/marketing-api-changelog/versions.md, read in
 * November 2026). Before a newer one is named here, its changelog is to be read for the edges campaigns and insights.
 */
export const API_VERSION = { name: 'v25.0', checkBy: '2027-02-23' } as const;
