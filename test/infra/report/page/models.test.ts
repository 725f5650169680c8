import { expect, test } from '@jest/globals';
import { memberText } from '../../../../infra/report/page/figures/dimensions.ts';
import { tableFor } from '../../../../infra/report/page/cards/model-table.ts';
import { openReport } from '../../../../infra/report/page/figures/report.ts';
import { summaryOf } from '../../../../infra/report/page/cards/summary.ts';
import { missingOf } from '../../../../infra/report/page/figures/missing.ts';
import { tabs } from '../../../../infra/report/page/tabs/index.ts';
import { contextOf, ORDER_DAYS, OVERVIEW, reportData, tableOf } from './report-fixture.ts';

const cards = tabs.flatMap((tab) => tab.cards.map((card) => [`${tab.id}/${card.id}`, card] as const));
const LONG = 'a very long name '.repeat(60);

test('tabs and cards have ids of their own', () => {
  const ids = [...tabs.map(({ id }) => id), ...tabs.flatMap((tab) => tab.cards.map(({ id }) => id))];
  expect(ids.filter((id, place) => ids.indexOf(id) !== place)).toEqual([]);
});

test('every card that is drawn is also a table and a sentence', () => {
  const context = contextOf({ mtr_order_days: ORDER_DAYS, mtr_executive_overview: OVERVIEW });
  for (const [, card] of cards) {
    const { model } = card.show(context);
    expect(summaryOf(model, context.format)).not.toBe('');
    expect(tableFor(model) === undefined).toBe(model.kind === 'message');
  }
});

test.each(cards)('%s says that there is no data in a report without any', (_, card) => {
  const { model } = card.show(contextOf({}));
  expect(model).toEqual({ kind: 'message', text: expect.stringMatching(/^No /) });
});

test('a tab without its source says what is missing and what to do', () => {
  const report = openReport(reportData({ mtr_ad_days: tableOf([]) }));
  expect(missingOf(['mtr_ad_days', 'mtr_acquisition'], report)).toEqual([expect.stringMatching(/^There are no ads in the warehouse yet: set META_ADS_/)]);
  expect(missingOf(['mtr_order_days'], openReport(reportData({ mtr_order_days: ORDER_DAYS })))).toEqual([]);
});

test('names of any kind are told as they are', () => {
  const names = ['</script><img src=x onerror=alert(1)>', '"quoted" & \'single\'', LONG];
  const days = tableOf(names.map((campaign_channel, place) => ({ date: '2026-01-05', campaign_channel, revenue: place + 1, completeness: 'final' })));
  const card = cards.find(([id]) => id === 'executive/revenue-by-campaign-channel')?.[1];
  const model = card?.show(contextOf({ mtr_order_days: days })).model;
  expect(model?.kind === 'series' && model.axis.items.map(({ text }) => text).sort()).toEqual([...names].sort());
});

test('a name from right to left turns no number around', () => {
  expect(memberText('campaign', 'مرحبا')).toBe('\u2068مرحبا\u2069');
  expect(memberText('campaign', 'abc\u202edef')).toBe('abcdef');
});

test('a whole with more members than are shown keeps the others as one, so that shares stay shares of all', () => {
  const countries = Array.from({ length: 9 }, (_, place) => ({ date: '2026-01-05', country: `C${place}`, revenue: 9 - place, completeness: 'final' }));
  const card = cards.find(([id]) => id === 'customer-revenue/revenue-by-country')?.[1];
  const shown = card?.show(contextOf({ mtr_order_days: tableOf(countries) })).model;
  const table = shown === undefined ? undefined : tableFor(shown);
  expect(table?.rows.at(-1)).toEqual(['4 others', { value: 10, unit: 'money' }, { value: 10 / 45, unit: 'percent' }]);
});
