import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { closureOf } from './terraform-closure.ts';

const ROOT = join(import.meta.dirname, '../../..');
const TERRAFORM = join(ROOT, 'infra/terraform');
const TOOLS = ['gcloud', 'terraform', 'npm', 'openssl', 'cloud-sql-proxy', 'deploy.sh'];
/** Writes down how it was called and with which settings, and answers as the real one would where somebody reads the answer. */
const RECORDER = `#!/usr/bin/env bash
line=$(printf '%s ' "$(basename "$0")" "$@")
echo "\${line% }" >> "$RECORD"
if [[ $(basename "$0") == npm ]]; then echo "$DB_DSN" >> "$RECORD.dsn"; fi
case "$*" in
  *--data-file=-*) cat > /dev/null ;;
  *"sql instances describe"*) echo my-project:northamerica-northeast1:crm-sync ;;
  "rand -hex"*) echo 5ec2e7 ;;
  *"--secret=DB_DSN"*) echo postgres://crm:5ec2e7@127.0.0.1:5432/crm ;;
  *"secrets versions access"*) echo a-key ;;
  *"secrets versions list"*) printf '3\\n2\\n' ;;
esac
`;
/** What a command needs that Terraform makes. */
const NEEDS: readonly (readonly [RegExp, string])[] = [
  [/^gcloud secrets versions /, 'google_secret_manager_secret.secrets'],
  [/crm-sync/, 'google_sql_database_instance.sync'],
  [/^npm run (migrate|rotate-keys)/, 'google_sql_database.sync'],
  [/^gcloud run services /, 'google_cloudfunctions2_function.functions'],
];
const EVERYTHING = [...new Set(NEEDS.map(([, address]) => address))];

const files = (await readdir(TERRAFORM)).filter((name) => name.endsWith('.tf'));
const closure = closureOf(await Promise.all(files.map((name) => readFile(join(TERRAFORM, name), 'utf8'))));
const readme = await readFile(join(ROOT, 'infra/README.md'), 'utf8');
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'steps-'));
  for (const tool of TOOLS) {
    await writeFile(join(dir, tool), RECORDER);
    await chmod(join(dir, tool), 0o755);
  }
});

afterEach(() => rm(dir, { recursive: true }));

/** The shell block that has these words. */
function blockWith(words: string): string {
  const found = [...readme.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].map(([, block = '']) => block).filter((block) => block.includes(words));
  if (found.length !== 1) throw new Error(`${found.length} blocks have ${words}`);
  return found[0]!;
}

/** Runs a block with recording tools, in a shell that stops at what fails and at a variable that nothing has set; resolves to the calls. */
async function run(block: string): Promise<readonly string[]> {
  const env = { PATH: `${dir}:/usr/bin:/bin`, RECORD: join(dir, 'record') };
  await writeFile(join(dir, 'steps.sh'), `set -euo pipefail\n${block}\nwait\n`);
  await promisify(execFile)('/bin/bash', [join(dir, 'steps.sh')], { cwd: dir, env });
  return (await readFile(join(dir, 'record'), 'utf8')).trim().split('\n');
}

/** What each call needs and no call before it has made. */
function lacking(calls: readonly string[], there: readonly string[]): readonly string[] {
  const made = new Set(there);
  return calls.flatMap((call) => {
    for (const address of madeBy(call)) made.add(address);
    return NEEDS.filter(([pattern, address]) => pattern.test(call) && !made.has(address)).map(([, address]) => `${call}: ${address}`);
  });
}

function madeBy(call: string): Iterable<string> {
  if (call.startsWith('deploy.sh')) return EVERYTHING;
  return closure([...call.matchAll(/-target=([\w.]+)/g)].map(([, target = '']) => target));
}

describe('the first deployment of sync', () => {
  test('has each thing made, and each variable set, before a step uses it', async () => {
    const calls = await run(blockWith('sql users create'));
    expect(lacking(calls, [])).toEqual([]);
    // The proxy runs beside the other steps: it may be the last to write down how it was called.
    expect(calls.filter((call) => !call.startsWith('cloud-sql-proxy')).at(-1)).toBe('deploy.sh --project my-project');
  });

  test('tells Terraform what deploy.sh tells it', async () => {
    const [apply = ''] = (await run(blockWith('sql users create'))).filter((call) => call.startsWith('terraform '));
    for (const said of ['-var-file=envs/prod.tfvars', '-var=project=my-project', '-var=region=northamerica-northeast1', '-var=env=prod'])
      expect(apply).toContain(said);
  });

  test('migrates the database that the secret names, as the user that was made, through the proxy', async () => {
    const calls = await run(blockWith('sql users create'));
    expect(calls).toContain('gcloud sql users create crm --instance=crm-sync --project=my-project --password=5ec2e7');
    expect(calls.filter((call) => call.startsWith('cloud-sql-proxy'))).toEqual(['cloud-sql-proxy --port 5432 my-project:northamerica-northeast1:crm-sync']);
    expect(await readFile(join(dir, 'record.dsn'), 'utf8')).toBe('postgres://crm:5ec2e7@127.0.0.1:5432/crm\n');
  });
});

describe('the rotation of CRM_ENCRYPTION_KEY', () => {
  const rotation = () => blockWith('rotate-keys');

  test('has a value in the previous key before a function is told of it, and both keys in every function before anything is encrypted anew', async () => {
    const steps = [
      /secrets versions add CRM_ENCRYPTION_KEY_PREVIOUS /,
      /^deploy\.sh/,
      /secrets versions add CRM_ENCRYPTION_KEY /,
      /services update sync /,
      /services update deliver /,
      /^npm run rotate-keys/,
      /^deploy\.sh/,
      /versions destroy .*--secret=CRM_ENCRYPTION_KEY_PREVIOUS/,
    ];
    const calls = await run(rotation());
    expect(lacking(calls, EVERYTHING)).toEqual([]);
    const order = calls.flatMap((call) => steps.findIndex((step) => step.test(call)));
    expect(order.filter((place) => place >= 0)).toEqual([0, 1, 2, 3, 4, 5, 1, 7, 7]);
  });

  test('destroys the old value in both secrets, by numbers because gcloud destroys no "latest", and keeps the newest key', async () => {
    const destroyed = (await run(rotation())).flatMap((call) => /versions destroy (\S+) --secret=(\S+)/.exec(call)?.slice(1).join(' of ') ?? []);
    expect(destroyed).toEqual(['3 of CRM_ENCRYPTION_KEY_PREVIOUS', '2 of CRM_ENCRYPTION_KEY_PREVIOUS', '2 of CRM_ENCRYPTION_KEY']);
    for (const [, version] of readme.matchAll(/versions destroy ("\$number"|\S+)/g)) expect(version).toMatch(/^(\d+|"\$number")$/);
  });

  test('keeps the previous key for the seven days in which a request may be repeated', () => {
    expect(rotation()).toMatch(/npm run rotate-keys[\s\S]*Seven days later[\s\S]*crm_key_previous = false/);
  });

  test('turns the previous key on before it deploys, and off before it deploys again', () => {
    expect(rotation().match(/crm_key_previous = (true|false)|deploy\.sh|npm run rotate-keys/g)).toEqual([
      'crm_key_previous = true',
      'deploy.sh',
      'npm run rotate-keys',
      'crm_key_previous = false',
      'deploy.sh',
    ]);
  });
});

describe('an inbox', () => {
  const pulls = [...readme.matchAll(/gcloud pubsub subscriptions pull [^\n`|]*/g)].map(([command]) => command);

  test('is read as text: Pub/Sub hands out base64', () => {
    const formats = pulls.flatMap((command) => /--format='([^']*)'/.exec(command)?.[1] ?? []);
    expect(formats).toEqual(['value(message.data.decode(base64))']);
  });

  test('is emptied by a flag that gcloud has', () => {
    expect(readme).not.toMatch(/--ack\b/);
    expect(pulls.filter((command) => command.includes('--auto-ack')).map((command) => /pull ([\w-]+)/.exec(command)?.[1])).toEqual([
      'pipeline-failures-inbox',
      'dead-letters-inbox',
    ]);
  });
});

describe("Terraform's other commands", () => {
  const named = [...readme.matchAll(/`(tf [^`]+)`/g)].map(([, command = '']) => command);

  test('tell it what deploy.sh tells it', async () => {
    const calls = await run(`npm() { :; }\ngit() { echo abc1234; }\n${blockWith('tf() {')}\ntf plan\ntf import 'a["b"]' projects/my-project/datasets/b`);
    const said = '-var-file=envs/prod.tfvars -var=project=my-project -var=region=northamerica-northeast1 -var=env=prod -var=code_version=abc1234';
    expect(calls).toEqual([
      'terraform -chdir=infra/terraform init -backend-config=bucket=my-project-terraform -backend-config=prefix=prod',
      `terraform -chdir=infra/terraform plan ${said}`,
      `terraform -chdir=infra/terraform import ${said} a["b"] projects/my-project/datasets/b`,
    ]);
    const script = await readFile(join(ROOT, 'deploy.sh'), 'utf8');
    for (const [, name = ''] of script.matchAll(/-var="(\w+)=/g)) expect(said).toContain(`-var=${name}=`);
  });

  test('are given by these everywhere, and none without the settings', () => {
    expect(named).toEqual(expect.arrayContaining(['tf import <address> <id>', 'tf plan']));
    expect(readme).not.toMatch(/terraform (-chdir=infra\/terraform )?(plan|import)(?! &|\b.*-var-file)/);
  });
});

test('the deployment from GitHub has the services that an exchanged identity asks turned on first', async () => {
  const calls = await run(blockWith('workload-identity-pools create'));
  expect(calls[0]).toMatch(/^gcloud services enable /);
  for (const service of ['iam', 'iamcredentials', 'sts', 'cloudresourcemanager', 'serviceusage']) expect(calls[0]).toContain(` ${service}.googleapis.com`);
});
