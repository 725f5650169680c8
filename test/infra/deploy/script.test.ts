import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../../..');
const TOOLS = ['gcloud', 'terraform', 'npm'];
/** Writes down how it was called, a line a call, and what the smoke test is told; fails where FAILS matches the call. */
const RECORDER = `#!/usr/bin/env bash
line=$(printf '%q ' "$(basename "$0")" "$@")
echo "\${line% }" >> "$RECORD"
[[ $* != *pipeline* ]] || echo "$RAW_BUCKET $CLEAN_BUCKET $GOOGLE_CLOUD_PROJECT $BIGQUERY_LOCATION" >> "$RECORD.settings"
[[ -z "\${FAILS:-}" || "$*" != *"$FAILS"* ]]
`;

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'deploy-'));
  await mkdir(join(dir, 'bin'));
  for (const tool of TOOLS) {
    await writeFile(join(dir, 'bin', tool), RECORDER);
    await chmod(join(dir, 'bin', tool), 0o755);
  }
  await mkdir(join(dir, 'repository/infra/terraform/envs'), { recursive: true });
  await cp(join(ROOT, 'deploy.sh'), join(dir, 'repository/deploy.sh'));
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

async function settings(text: string, env = 'prod'): Promise<void> {
  await writeFile(join(dir, `repository/infra/terraform/envs/${env}.tfvars`), text);
}

function deploy(args: readonly string[], { fails = '', path = `${join(dir, 'bin')}:/usr/bin:/bin` } = {}): Promise<Outcome> {
  const env = { PATH: path, RECORD: join(dir, 'record'), FAILS: fails, HOME: dir };
  return new Promise((resolve) => {
    execFile('/bin/bash', [join(dir, 'repository/deploy.sh'), ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

async function recorded(): Promise<readonly string[]> {
  return (await readFile(join(dir, 'record'), 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
}

function planned({ stdout }: Outcome): readonly string[] {
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('+ '))
    .map((line) => line.slice(2));
}

describe('deploy.sh', () => {
  test.each([
    ['nothing is on', '', []],
    ['a source is on', 'sources_on = ["ezfocus", "supabase"]\n', ['npm run pipeline -- extract ezfocus --cloud']],
    [
      'sync is on',
      'sync_enabled   =\ttrue # with its database\n',
      ['gcloud run services update sync', 'gcloud run services update deliver', 'gcloud run services update extract', '--region my-region1 --sync'],
    ],
  ])('does what the dry run prints, call by call, where %s', async (_, tfvars, having) => {
    await settings(tfvars);
    const args = ['--project', 'my-project', '--region', 'my-region1'];
    const dry = await deploy([...args, '--dry-run']);
    expect(await recorded()).toEqual([]);
    const real = await deploy(args, { fails: 'storage buckets describe' });
    expect([dry.code, real.code]).toEqual([0, 0]);
    expect(await recorded()).toEqual(planned(dry));
    expect(planned(real)).toHaveLength(planned(dry).length - 1);
    for (const part of having) expect(planned(dry).join('\n')).toContain(part);
  });

  test.each([
    ['over several lines', '# what is asked\nsources_on = [\n  # "supabase",\n  "ezfocus", # the first\n  "ga4",\n]\n'],
    ['with its first line elsewhere', 'settings = {\n  EZFOCUS_BASE_URL = "https://api.example.com"\n}\nsources_on =\t[ "ezfocus" ]\r\n'],
    ['after one that is only a comment', '# sources_on = ["supabase"]\n// sources_on = ["supabase"]\nsources_on = ["ezfocus"]'],
  ])('reads the list of sources %s', async (_, tfvars) => {
    await settings(tfvars);
    const dry = await deploy(['--project', 'my-project', '--dry-run']);
    expect(planned(dry).at(-1)).toBe('npm run pipeline -- extract ezfocus --cloud');
  });

  test.each([['sources_on = []'], ['sources_on = [\n  # "ezfocus",\n]\n'], ['# sources_on = ["ezfocus"]\n']])(
    'sends an empty file where no source is on: %j',
    async (tfvars) => {
      await settings(tfvars);
      expect(planned(await deploy(['--project', 'my-project', '--dry-run'])).at(-1)).toContain('pipeline -- drop infra/deploy/smoke.ndjson');
    },
  );

  test.each([['sources_on = "ezfocus"'], ['sources_on = [ezfocus]'], ['sources_on = ["ezfocus",\n'], ['sources_on = <<EOT\nezfocus\nEOT\n']])(
    'stops before anything is done where it cannot read the sources: %j',
    async (tfvars) => {
      await settings(tfvars);
      const { code, stderr } = await deploy(['--project', 'my-project']);
      expect([code, stderr]).toEqual([2, expect.stringContaining('sources_on of infra/terraform/envs/prod.tfvars is no list as ["ezfocus"]')]);
      expect(await recorded()).toEqual([]);
    },
  );

  test('makes the bucket of the state only where there is none', async () => {
    await settings('');
    await deploy(['--project', 'my-project']);
    expect((await recorded()).filter((line) => line.includes('buckets create'))).toEqual([]);
  });

  test('tells the smoke test where the pipeline is', async () => {
    await settings('');
    await deploy(['--project', 'my-project']);
    expect(await readFile(join(dir, 'record.settings'), 'utf8')).toBe('my-project-raw my-project-clean my-project northamerica-northeast1\n');
  });

  test.each(['run build', 'projects describe', 'apply', 'infra:dead-letters', 'infra:dataform', 'pipeline'])('ends at once where %s fails', async (fails) => {
    await settings('');
    const { code } = await deploy(['--project', 'my-project'], { fails });
    expect(code).toBe(1);
    expect((await recorded()).at(-1)).toContain(fails);
  });

  test('prints the complete plan without credentials, settings or tools', async () => {
    const dry = await deploy(['--dry-run', '--project', 'demo'], { path: '/usr/bin:/bin' });
    expect(dry).toMatchObject({ code: 0, stderr: '' });
    const plan = planned(dry).join('\n');
    for (const part of ['npm ci', 'npm run build', 'init', 'apply', 'infra:dead-letters', 'infra:dataform', 'pipeline']) expect(plan).toContain(part);
  });

  test('keeps environments apart: settings and state have their own', async () => {
    await settings('', 'staging');
    await deploy(['--project', 'my-project', '--env', 'staging']);
    const calls = (await recorded()).join('\n');
    expect(calls).toContain('-backend-config=prefix=staging');
    expect(calls).toContain('-var-file=envs/staging.tfvars');
  });

  test.each([
    [['--project', 'My Project'], 'no project id'],
    [[], 'no project id'],
    [['--project'], 'needs a value'],
    [['--project', 'my-project', '--region', 'x;rm'], 'no region'],
    [['--project', 'my-project', '--env', '../x'], 'no name'],
    [['--project', 'my-project', '--what'], 'no option'],
    [['--project', 'my-project'], 'there is no infra/terraform/envs/prod.tfvars'],
  ])('refuses %j before anything is done', async (args, why) => {
    const { code, stderr } = await deploy(args);
    expect(code).toBe(2);
    expect(stderr).toContain(why);
    expect(await recorded()).toEqual([]);
  });

  test('names a tool that is missing', async () => {
    await settings('');
    await rm(join(dir, 'bin/terraform'));
    await mkdir(join(dir, 'plain'));
    for (const tool of ['bash', 'dirname', 'git', 'sed', 'grep']) await symlink(`/usr/bin/${tool}`, join(dir, 'plain', tool));
    const { code, stderr } = await deploy(['--project', 'my-project'], { path: `${join(dir, 'bin')}:${join(dir, 'plain')}` });
    expect([code, stderr]).toEqual([2, expect.stringContaining('terraform is not installed')]);
  });

  test('has under 80 lines, and runs no step but through the list', async () => {
    const lines = (await readFile(join(ROOT, 'deploy.sh'), 'utf8')).trimEnd().split('\n');
    expect(lines.length).toBeLessThan(80);
    for (const line of lines)
      if (/\b(gcloud|npm) (run|ci|storage|services|projects|auth)\b/.test(line))
        expect(line).toMatch(/^ *(.*; then |else )?step |^unless |^ {2}gcloud storage buckets create/);
  });
});
