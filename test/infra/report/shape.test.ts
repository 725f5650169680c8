import { describe, expect, test } from '@jest/globals';
import type { PageTable } from '../../../infra/report/page-table.ts';
import { shapes } from '../../../infra/report/shape.ts';
import { tableSql } from '../../../infra/report/table-sql.ts';
import { pageTables } from '../../../infra/report/tables.ts';

const days: PageTable = {
  name: 'mtr_days',
  tabs: [],
  keys: ['date', 'campaign', 'country'],
  figures: ['orders'],
  date: { key: 'date', grain: 'day' },
  isAdditive: true,
  isMeasured: true,
  rows: 10,
  steps: [{ kind: 'months' }, { kind: 'top', key: 'campaign', by: 'orders', count: 3 }, { kind: 'drop', key: 'country' }],
};

describe('the shapes of a table', () => {
  test('begin with all of it and end with one row for each completeness, where its rows may be added up', () => {
    const all = shapes(days);
    expect(all[0]).toEqual({ grain: 'day', dropped: [], top: [], where: [], told: [] });
    expect(all.at(-1)).toMatchObject({ grain: 'year', dropped: ['country', 'campaign'], top: [] });
  });

  test('tell each state in words, and nothing that no longer holds', () => {
    expect(shapes(days).map(({ told }) => told.join('; '))).toEqual([
      '',
      'by month, not by day',
      'by month, not by day; the others as one beside the 3 largest of campaign',
      'by month, not by day; the others as one beside the 3 largest of campaign; not by country',
      'the others as one beside the 3 largest of campaign; not by country; by year only',
      'not by country; by year only; not by campaign',
    ]);
  });

  test('leave out rows only where rows cannot be added up', () => {
    const leaving = pageTables.filter(({ isAdditive, steps, where }) => isAdditive && (where !== undefined || steps.some(({ kind }) => kind === 'keep')));
    const adding = pageTables.filter(({ isAdditive, steps }) => !isAdditive && steps.some(({ kind }) => kind !== 'keep'));
    expect([...leaving, ...adding].map(({ name }) => name)).toEqual([]);
  });

  test('take steps over keys and figures that the table has', () => {
    for (const { name, keys, figures, date, steps } of pageTables) {
      const unknown = steps.flatMap((step) => [
        ...('key' in step && !keys.includes(step.key) ? [step.key] : []),
        ...('by' in step && !figures.includes(step.by) ? [step.by] : []),
      ]);
      expect({ name, unknown, date: date === undefined || keys.includes(date.key) }).toEqual({ name, unknown: [], date: true });
    }
  });
});

test('a shape is read with one statement that both engines know', () => {
  const [, , third] = shapes(days);
  expect(third === undefined ? '' : tableSql(days, third, 11)).toBe(
    "SELECT CAST(SUBSTR(CAST(shown.date AS STRING), 1, 7) || '-01' AS DATE) AS date, COALESCE(top_campaign.member, '(others)') AS campaign, " +
      'shown.country AS country, shown.completeness AS completeness, SUM(shown.orders) AS orders, MAX(shown.as_of) AS as_of ' +
      'FROM analytics.v_mtr_days AS shown LEFT JOIN (SELECT shown.campaign AS member FROM analytics.v_mtr_days AS shown ' +
      'GROUP BY shown.campaign ORDER BY SUM(shown.orders) DESC, shown.campaign LIMIT 3) AS top_campaign ON top_campaign.member = shown.campaign  ' +
      'GROUP BY 1, 2, 3, 4 LIMIT 11',
  );
});
