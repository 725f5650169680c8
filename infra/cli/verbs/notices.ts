import { flag } from '../parameter.ts';
import { readNotices, type SettledNotice } from '../settled-notices.ts';
import { printable } from '../table.ts';
import { defineVerb } from '../verb.ts';

export const notices = defineVerb({
  name: 'notices',
  summary: 'Shows what needs a person, with the command that runs it again',
  details: 'A notice is settled when what failed was loaded later; only those that are not are shown, unless you ask for all.',
  examples: ['npm run pipeline -- notices'],
  operands: {},
  options: { all: flag('Also those that are settled'), json: flag('One array of objects, settled ones too') },
  state: 'existing',
  onCloud: false,
  async run(context, { all, json }) {
    const list = await readNotices(await context.pipeline());
    if (json) {
      context.out(JSON.stringify(list));
      return 0;
    }
    const shown = list.filter(({ settled }) => all || !settled);
    const hidden = list.length - shown.length;
    if (shown.length === 0) context.out(`Nothing needs a person${hidden === 0 ? '' : ` (${hidden} settled: --all)`}.`);
    for (const notice of shown) context.out(linesOf(notice).join('\n'));
    return 0;
  },
});

function linesOf({ id, function: name, rule, state, message, object, first_seen, rerun, settled }: SettledNotice): string[] {
  const status = settled ? 'settled' : state === 'late' ? 'still being tried' : 'given up';
  const about = object === undefined ? [] : [`  object   ${object}`];
  return [`${first_seen.slice(0, 19)}Z  ${name}: ${rule} (${status}, notice ${id})`, ...about, `  why      ${message}`, `  to rerun ${rerun}`].map(printable);
}
