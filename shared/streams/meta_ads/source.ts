import { defineSource, secret, text, url } from '../../source.ts';
import { waitForUsage } from './usage.ts';
import { API_VERSION } from './version.ts';

const THROTTLED = [4, 17, 32, 613, 80000, 80001, 80002, 80003, 80004, 80005, 80006, 80008];

/**
 * Meta's Marketing API: an ad account, by the token of a system user. Reports of the ads manager may be dropped as files, too:
 * meta_ads/<stream>/<YYYY-MM-DD>/<name>.csv. An error's text may be translated, so only its codes are looked at.
 */
export const metaAds = defineSource({
  name: 'meta_ads',
  title: 'Meta Ads',
  settings: {
    baseUrl: url('META_ADS_URL', 'Address of the Graph API: https://graph.facebook.com'),
    account: text('META_ADS_ACCOUNT', 'Number of the ad account, without act_'),
    token: secret('META_ADS_TOKEN', 'Access token with ads_read'),
  },
  baseUrl: 'baseUrl',
  auth: { type: 'bearer', token: 'token' },
  failures: [
    { at: '/error/code', is: [190], means: 'permanent', hint: 'META_ADS_TOKEN has expired or was revoked: make a new one' },
    { at: '/error/code', is: THROTTLED, means: 'transient', hint: 'the account has used up what it may ask for' },
    { at: '/error/is_transient', is: [true], means: 'transient' },
    { at: '/error/code', is: [2, 104, 960], means: 'transient' },
    { status: 500, at: '/error/code', is: [1], means: 'too_much', hint: 'the report is too large' },
    { at: '/error/error_subcode', is: [99, 1487534], means: 'too_much', hint: 'the report is too large' },
    { at: '/error/code', is: [1], means: 'transient' },
    {
      at: '/error/code',
      is: [2635],
      means: 'permanent',
      hint: 'Meta has ended this version of its API: move to a newer one (shared/streams/meta_ads/version.ts)',
    },
    { at: '/error/code', is: [10, 200], means: 'permanent', hint: 'META_ADS_TOKEN lacks the permission ads_read, or the account is not its own' },
    { at: '/error/error_subcode', is: [33], means: 'permanent', hint: 'META_ADS_ACCOUNT is no account that META_ADS_TOKEN may see' },
  ],
  budget: waitForUsage,
  // The address of a next page has the token in it.
  echoesSecrets: true,
  apiVersion: API_VERSION,
});
