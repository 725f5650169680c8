import { CommandError, UsageError } from '../cli-error.ts';
import { flag, optional, text } from '../parameter.ts';
import { counted } from '../progress.ts';
import { printable } from '../table.ts';
import { defineVerb } from '../verb.ts';

export const redeliver = defineVerb({
  name: 'redeliver',
  summary: 'Brings dead letters back to life',
  details: 'Delivers the event again, as new, and waits for its outcome.',
  examples: ['npm run pipeline -- redeliver 4f1c09ab', 'npm run pipeline -- redeliver --all'],
  operands: { id: optional('<id>', 'The id that dead-letters shows', text) },
  options: { all: flag('All of them') },
  state: 'existing',
  onCloud: false,
  async check({ id, all }) {
    if ((id === undefined) !== all) throw new UsageError('an id or --all is needed, and not both');
  },
  async run(context, { id, all }) {
    const pipeline = await context.pipeline();
    const letters = (await pipeline.deadLetters()).filter((letter) => all || letter.id === id);
    if (letters.length === 0 && !all) throw new CommandError(`there is no dead letter ${JSON.stringify(id)}`);
    for (const letter of letters) await pipeline.redeliver(letter.id);
    const subjects = new Set(letters.map(({ subject }) => subject));
    const failing = (await pipeline.settle()).filter(({ subject }) => subjects.has(subject));
    context.out(`${counted(letters.length - failing.length, 'event')} delivered`);
    for (const { subject, lastError } of failing) context.err(printable(`still failing: ${subject}: ${lastError}`));
    return failing.length === 0 ? 0 : 1;
  },
});
