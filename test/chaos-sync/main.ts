import { noNumber, scriptArguments } from '../../infra/script-arguments.ts';
import { printedSeed } from '../support/random.ts';
import { runChaosSync } from './run.ts';
import { openWorld } from './world.ts';

const HELP = `Sends contacts and events to four CRMs of which many answers fail, kills sync and deliver at random moments, and counts what the CRMs have.

  npm run chaos:sync                             1,000 contacts and 1,000 events, 30 % of the answers fail
  npm run chaos:sync -- --people 100 --failing 0.5 --kill-every 1000
  SEED=7 npm run chaos:sync                      draws the same failures and moments`;

const { values } = scriptArguments(
  HELP,
  {
    options: {
      people: { type: 'string', default: '1000' },
      failing: { type: 'string', default: '0.3' },
      'kill-every': { type: 'string', default: '12000' },
    },
  },
  ({ values: { people, failing, 'kill-every': killEvery } }) =>
    Number(failing) >= 0 && Number(failing) < 1 ? noNumber({ people, 'kill-every': killEvery }) : '--failing is a share from 0 to below 1',
);

process.exitCode = await main();

async function main(): Promise<number> {
  const seed = printedSeed('chaos:sync');
  const world = await openWorld();
  const started = performance.now();
  try {
    const people = Number(values.people);
    const result = await runChaosSync(world, { seed, people, failing: Number(values.failing), killEveryMs: Number(values['kill-every']) });
    const { problems, kills, repeats, queued, calls } = result;
    console.log(`${world.server}; ${people} contacts and ${people} events to 4 CRMs in ${Math.round((performance.now() - started) / 100) / 10} s`);
    console.log(`${kills.sync} kills of sync, ${kills.deliver} of deliver, ${repeats} repeated requests, ${queued} items queued, ${calls} calls of CRMs`);
    for (const problem of problems) console.log(`FAILED: ${problem}`);
    if (problems.length === 0) console.log('each is in each CRM exactly once, and the audit says so');
    return problems.length === 0 ? 0 : 1;
  } finally {
    await world.close();
  }
}
