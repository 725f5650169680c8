/**
 * The version of the Marketing API, in this one place. Meta ends a version about a year after it has come and says the day in its
 * changelog (developers.facebook.com/docs/graph-api/changelog); the day here is when somebody has to have looked there.
 */
export const API_VERSION = { name: 'v25.0', checkBy: '2027-02-01' } as const;
