import { processEnvironment } from '../../shared/config.ts';
import { runCommand } from './run.ts';

loadEnvFile();
// Whoever reads our output may stop reading: `… | head`.
process.stdout.on('error', () => process.exit(0));
// The Functions Framework prints the stack of every try that fails; the verbs say it in a line.
console.error = () => {};
process.exitCode = await runCommand(process.argv.slice(2), {
  cwd: process.cwd(),
  env: processEnvironment(),
  now: () => new Date(),
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
});

/** Reads `.env` of the current folder, where there is one; what the environment says already stays. */
function loadEnvFile(): void {
  try {
    process.loadEnvFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
