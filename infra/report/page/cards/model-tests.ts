import type { Card, CardText } from './card.ts';
import { card } from './charts.ts';
import type { TableCell } from './model.ts';

/** A table of the tests of the models: those that failed first. */
export function modelTests(text: CardText): Card {
  return card(text, [], ({ report }) => {
    const { tests } = report.data;
    if (tests.length === 0) return { model: { kind: 'message', text: 'No test of the models has been recorded: run npm run models.' }, ignored: [] };
    const order = (status: string) => (status === 'passed' ? 1 : 0);
    const rows = [...tests]
      .sort((a, b) => order(a.status) - order(b.status) || Number(b.isCritical) - Number(a.isCritical) || a.name.localeCompare(b.name, 'en-GB'))
      .map(({ name, isCritical, status, failingRows }): readonly TableCell[] => [
        name,
        status,
        isCritical ? 'critical' : '',
        { value: failingRows, unit: 'count' },
      ]);
    const head = ['Test', 'Outcome', 'Weight', 'Failing rows'].map((title) => ({ text: title, isNumber: title === 'Failing rows' }));
    return { model: { kind: 'table', head, rows }, ignored: [] };
  });
}
