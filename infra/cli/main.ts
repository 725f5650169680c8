import { processEnvironment } from '../../shared/config.ts';
import { runCommand } from './run.ts';

loadEnvFile();
// Whoever reads our output may stop reading (`… | head`): what was begun comes to its end, and the exit code tells of that.
const unread = new Set<NodeJS.WriteStream>();
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => unread.add(stream));
// The Functions Framework prints the stack of every try that fails; the verbs say it in a line.
console.error = () => {};
process.exitCode = await runCommand(process.argv.slice(2), {
  cwd: process.cwd(),
  env: processEnvironment(),
  now: () => new Date(),
  out: (line) => say(process.stdout, line),
  err: (line) => say(process.stderr, line),
});

function say(stream: NodeJS.WriteStream, line: string): void {
  if (!unread.has(stream)) stream.write(`${line}\n`);
}

/** Reads `.env` of the current folder, where there is one; what the environment says already stays. */
function loadEnvFile(): void {
  try {
    process.loadEnvFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
