import { functionsOn, openParts } from '../../infra/local/host.ts';
import { serveFunctions } from '../../infra/local/function-servers.ts';
import { countingGate, type Effect, gatedAnswers, gatedPorts } from './counted-ports.ts';
import { type ChildTask, hostOptions, type Kill } from './sweep-task.ts';

/** Answers one event with the real server, and kills itself before or after the effect that it is told. */
const { dir, baseUrl, event, kill }: ChildTask = JSON.parse(process.argv[2] ?? '');
const effects: string[] = [];
const gate = countingGate({
  async before(effect) {
    effects.push(effect.name);
    await dieAt(effect, 'before');
  },
  async after(effect) {
    // The answer is out when the one who asked has it.
    if (effect.name !== 'answer') await dieAt(effect, 'after');
  },
});

const options = hostOptions(dir, baseUrl);
const parts = await openParts(options);
const servers = await serveFunctions(gatedAnswers(functionsOn(gatedPorts(parts, gate), options), gate));
const response = await fetch(servers.urls[event.function], { method: 'POST', headers: event.headers, body: event.body });
const body: unknown = await response.json();
await dieAt({ at: effects.length, name: 'answer' }, 'after');
process.stdout.write(JSON.stringify({ effects, status: response.status, body }));
await servers.stop();
await parts.close();

async function dieAt(effect: Effect, when: Kill['when']): Promise<void> {
  if (kill?.at !== effect.at || kill.when !== when) return;
  process.kill(process.pid, 'SIGKILL');
  await new Promise(() => {});
}
