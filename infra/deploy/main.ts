import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ConfigError } from '../../shared/errors.ts';
import { builtInStreams, streams } from '../../shared/streams/index.ts';
import { compileModels, DATAFORM_DIR } from '../curated/compile.ts';
import { publishModels } from '../curated/deploy.ts';
import { scriptArguments } from '../script-arguments.ts';
import { setDeadLetters } from './dead-letters.ts';
import { declared } from './declared.ts';
import { type GoogleApi, googleApi } from './google-api.ts';

/** The steps of deploy.sh that are no command of somebody else. */
const HELP = `npm run infra:vars            writes what Terraform knows of streams and models: infra/terraform/declared.auto.tfvars.json
npm run infra:dead-letters -- --project <id> [--region northamerica-northeast1] [--sync]
                              lets what no try got through go to the topic of dead letters
npm run infra:dataform -- --project <id> [--region northamerica-northeast1] [--version <code>]
                              publishes the curated models
`;
const VARS = join(import.meta.dirname, '../terraform/declared.auto.tfvars.json');
const CHAIN = ['extract', 'transform', 'load'];

const commands: Readonly<Record<string, () => Promise<void>>> = { vars: writeVars, 'dead-letters': deadLetters, dataform: publish };
const { positionals, values } = scriptArguments(
  HELP,
  {
    allowPositionals: true,
    options: {
      project: { type: 'string' },
      region: { type: 'string', default: 'northamerica-northeast1' },
      version: { type: 'string', default: 'unknown' },
      sync: { type: 'boolean', default: false },
    },
  },
  ({ positionals: [step = '', ...surplus] }) =>
    step in commands && surplus.length === 0 ? undefined : `there is no such step; there are ${Object.keys(commands).join(', ')}`,
);
const command = commands[positionals[0] ?? ''];

try {
  await command?.();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function writeVars(): Promise<void> {
  await writeFile(VARS, `${JSON.stringify(declared(streams, builtInStreams, await compileModels()), null, 2)}\n`);
  say(VARS);
}

async function deadLetters(): Promise<void> {
  const { project, region, sync } = place();
  await setDeadLetters({ api: await api(project), project, region, functions: sync ? [...CHAIN, 'deliver'] : CHAIN, say });
}

async function publish(): Promise<void> {
  await compileModels();
  const { project, region, version } = place();
  await publishModels({ api: await api(project), project, region, version, dir: DATAFORM_DIR, say });
}

function place(): { project: string; region: string; version: string; sync: boolean } {
  const { project } = values;
  if (project === undefined) throw new ConfigError(['--project is not set']);
  return { ...values, project };
}

/** As who gcloud is logged in. */
async function api(project: string): Promise<GoogleApi> {
  try {
    const { stdout } = await promisify(execFile)('gcloud', ['auth', 'print-access-token']);
    return googleApi({ token: stdout.trim(), project });
  } catch (error) {
    throw new ConfigError([`gcloud has no credentials: run "gcloud auth login" (${error instanceof Error ? error.message.split('\n')[0] : ''})`]);
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
