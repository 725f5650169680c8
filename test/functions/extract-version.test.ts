import { expect, test } from '@jest/globals';
import { versionWarning } from '../../functions/extract/api-version.ts';
import { metaAds } from '../../shared/streams/meta_ads/source.ts';

const version = { name: 'v1', checkBy: '2027-02-01' };

test.each([
  ['2026-12-02T23:59:59Z', undefined],
  ['2026-12-03T00:00:00Z', 'version v1 may end about 2027-02-01: look into the changelog of the API, and move to a newer one'],
  ['2027-06-01T00:00:00Z', 'version v1 may end about 2027-02-01: look into the changelog of the API, and move to a newer one'],
])('a run at %s warns of a version of 2027-02-01: %s', (now, warning) => {
  expect(versionWarning(version, new Date(now))).toBe(warning);
});

test('a source without a version is not warned of, and that of Meta has one', () => {
  expect(versionWarning(undefined, new Date())).toBeUndefined();
  expect(metaAds.apiVersion).toMatchObject({ name: expect.stringMatching(/^v\d+\.\d$/), checkBy: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) });
});
