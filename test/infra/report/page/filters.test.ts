import { expect, test } from '@jest/globals';
import { hashOf, NO_FILTERS, parseHash, toggled } from '../../../../infra/report/page/figures/filters.ts';

test('the address keeps tab and filters, whatever stands in them', () => {
  const filters = { from: '2026-01-01', to: '2026-02-28', words: { country: ['GB', 'US'], campaign: ['a&b=c#d?e', '</script>', 'ب', ''] } };
  expect(parseHash(hashOf('ads', filters))).toEqual({ tab: 'ads', filters });
});

test('an address of a tab alone filters nothing', () => {
  expect(parseHash('#executive')).toEqual({ tab: 'executive', filters: { ...NO_FILTERS, from: undefined, to: undefined } });
});

test.each(['2026-02-30', '26-1-1', 'yesterday', ''])('a day that there is not is no filter: %s', (day) => {
  expect(parseHash(`#ads?from=${day}`).filters.from).toBeUndefined();
});

test('unknown filters of an address are left out', () => {
  expect(parseHash('#ads?__proto__=x&constructor=y&country=GB').filters.words).toEqual({ country: ['GB'] });
});

test('a member is chosen and given up again', () => {
  const chosen = toggled(NO_FILTERS, 'country', 'GB');
  expect(chosen.words.country).toEqual(['GB']);
  expect(toggled(chosen, 'country', 'GB').words.country).toEqual([]);
});
