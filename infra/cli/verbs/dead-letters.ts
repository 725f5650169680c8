import { flag } from '../parameter.ts';
import { table } from '../table.ts';
import { defineVerb } from '../verb.ts';

export const deadLetters = defineVerb({
  name: 'dead-letters',
  summary: 'Shows the events that were given up after their last try',
  details: 'They are not delivered any more until redeliver brings them back.',
  examples: ['npm run pipeline -- dead-letters'],
  operands: {},
  options: { json: flag('One array of objects') },
  state: 'existing',
  onCloud: false,
  async run(context, { json }) {
    const letters = await (await context.pipeline()).deadLetters();
    if (json) context.out(JSON.stringify(letters));
    else if (letters.length === 0) context.out('No dead letters.');
    else {
      const rows = letters.map(({ id, function: name, subject, attempts, givenUpAt, lastError }) => [id, name, subject, attempts, givenUpAt, lastError]);
      context.out(table(['id', 'function', 'subject', 'attempts', 'given up at', 'last error'], rows));
    }
    return 0;
  },
});
