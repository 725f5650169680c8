import { expect, test } from '@jest/globals';
import { formatOf, momentOf, NO_VALUE, spanText } from '../../../../infra/report/page/format.ts';

const format = formatOf('GBP');

test.each([
  [696_367.84, 'money', '£696.4K', '£696,367.84'],
  [993.39, 'money', '£993.39', '£993.39'],
  [0.2724, 'money', '£0.2724', '£0.2724'],
  [0, 'money', '£0.00', '£0.00'],
  [-0, 'money', '£0.00', '£0.00'],
  [-12_345.678, 'money', '-£12.3K', '-£12,345.68'],
  [1e9, 'money', '£1.0B', '£1,000,000,000.00'],
  [1e15, 'money', '£1,000.0T', '£1,000,000,000,000,000.00'],
  [759_853, 'count', '759,853', '759,853'],
  [1_234_567, 'count', '1.2M', '1,234,567'],
  [0.15263, 'percent', '15.3%', '15.26%'],
  [0.02882, 'rate', '2.88%', '2.88%'],
  [0.0004, 'percent', '0.04%', '0.04%'],
  [1.604, 'hours', '1.60 h', '1.60 h'],
  [8.3, 'hours', '8.30 h', '8.30 h'],
  [1.18, 'ratio', '1.18', '1.18'],
  [null, 'money', NO_VALUE, NO_VALUE],
  [Number.NaN, 'count', NO_VALUE, NO_VALUE],
  [Number.POSITIVE_INFINITY, 'ratio', NO_VALUE, NO_VALUE],
] as const)('%p of %s is %s on a card and %s where it may be copied', (value, unit, short, exact) => {
  expect([format.short(value, unit), format.exact(value, unit)]).toEqual([short, exact]);
});

test('a currency that is none does not stop the page', () => {
  expect(formatOf('</script>').short(5, 'money')).toContain('5.00');
  expect(formatOf('').short(5, 'money')).toContain('5.00');
  expect(formatOf('USD').short(5, 'money')).toBe('$5.00');
});

test('spans always have their year', () => {
  expect([spanText('2026-11-01', 'month'), spanText('2026-11-29', 'day'), spanText('2026-11-23', 'week'), spanText('2026-01-01', 'year')]).toEqual([
    'Nov 2026',
    '29 Nov 2026',
    'week of 23 Nov 2026',
    '2026',
  ]);
});

test('a moment is told in UTC, and an unknown one as such', () => {
  expect([momentOf('2026-11-29T03:05:00Z'), momentOf(null), momentOf('nonsense')]).toEqual(['29 Nov 2026, 03:05 UTC', 'unknown', 'nonsense UTC']);
});
