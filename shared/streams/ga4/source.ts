import { defineSource, secret, text, url } from '../../source.ts';
import { waitForTokens } from './quota.ts';

/**
 * Google Analytics 4: reports of the Data API. The credentials are the JSON of a service account that may read the property, or
 * of a person (`authorized_user`, with a refresh token). Exports may be dropped as files, too: ga4/<stream>/<YYYY-MM-DD>/<name>.
 */
export const ga4 = defineSource({
  name: 'ga4',
  title: 'Google Analytics 4',
  settings: {
    baseUrl: url('GA4_URL', 'Address of the Data API: https://analyticsdata.googleapis.com'),
    property: text('GA4_PROPERTY', 'Number of the property'),
    credentials: secret('GA4_CREDENTIALS', 'JSON key of a service account, or of an authorized_user'),
  },
  baseUrl: 'baseUrl',
  auth: { type: 'service_account', key: 'credentials', scopes: ['https://www.googleapis.com/auth/analytics.readonly'] },
  failures: [
    {
      at: '/error/status',
      is: ['RESOURCE_EXHAUSTED'],
      means: 'transient',
      hint: 'the quota of the property is used up; it comes back by the hour and by the day',
    },
    { at: '/error/status', is: ['UNAVAILABLE', 'INTERNAL', 'DEADLINE_EXCEEDED'], means: 'transient' },
    { at: '/error/status', is: ['UNAUTHENTICATED'], means: 'token', hint: 'GA4_CREDENTIALS gives a token that is not accepted: make a new key' },
    {
      at: '/error/status',
      is: ['PERMISSION_DENIED'],
      means: 'permanent',
      hint: 'GA4_CREDENTIALS may not read GA4_PROPERTY: add its e-mail to the property as a viewer',
    },
    {
      at: '/error/status',
      is: ['INVALID_ARGUMENT', 'NOT_FOUND'],
      means: 'permanent',
      hint: 'GA4_PROPERTY is no number of a property, or a dimension is not there',
    },
  ],
  pageBudget: waitForTokens,
});
