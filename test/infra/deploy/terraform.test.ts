import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { compileModels } from '../../../infra/curated/compile.ts';
import { declared } from '../../../infra/deploy/declared.ts';
import { staleHours } from '../../../infra/deploy/stale-hours.ts';
import type { Stream } from '../../../shared/stream.ts';
import { builtInStreams, streams } from '../../../shared/streams/index.ts';
import { streamTable } from '../../../shared/warehouse/stream-table.ts';
import { allBlocks, type Block, readHcl } from '../../support/hcl.ts';

const DIR = join(import.meta.dirname, '../../../infra/terraform');
const names = (await readdir(DIR)).filter((name) => name.endsWith('.tf'));
const texts = await Promise.all(names.map((name) => readFile(join(DIR, name), 'utf8')));
const top = texts.flatMap(readHcl);
const resources = top.filter(({ type }) => type === 'resource');
const vars = JSON.parse(await readFile(join(DIR, 'declared.auto.tfvars.json'), 'utf8'));

function ofType(type: string): readonly Block[] {
  return resources.filter(({ labels }) => labels[0] === type);
}

function only(type: string, name: string): Block {
  const [block, ...more] = ofType(type).filter(({ labels }) => labels[1] === name);
  if (block === undefined || more.length > 0) throw new Error(`there is not one ${type}.${name}`);
  return block;
}

function inner(block: Block, type: string): Block {
  const found = allBlocks(block.blocks).find((candidate) => candidate.type === type || candidate.labels[0] === type);
  if (found === undefined) throw new Error(`${block.labels.join('.')} has no ${type}`);
  return found.type === 'dynamic' ? inner(found, 'content') : found;
}

function attribute(block: Block, name: string): string | undefined {
  return block.attributes.get(name);
}

function textOf(block: Block): string {
  return [...block.attributes.values(), ...block.blocks.map(textOf)].join('\n');
}

function local(name: string): string {
  const found = top.filter(({ type }) => type === 'locals').flatMap(({ attributes }) => attributes.get(name) ?? []);
  if (found.length !== 1) throw new Error(`local.${name} is there ${found.length} times`);
  return found[0]!;
}

describe('what Terraform is told of the declarations', () => {
  test('is what `npm run infra:vars` would write now', async () => {
    expect(vars).toEqual(JSON.parse(JSON.stringify(declared(streams, builtInStreams, await compileModels()))));
  });

  test('a source that is declared twice, and a stream that fills a table of the models, are refused by name', async () => {
    const models = await compileModels();
    const [first] = streams;
    const other = (more: Partial<Stream>) => [...streams, { ...first!, id: 'lab/x', name: 'x', ...more }];
    const again = other({ source: { ...first!.source } });
    expect(() => declared(again, builtInStreams, models)).toThrow('source "ezfocus" is declared twice: give one another name');
    const stolen = other({ table: { ...first!.table, dataset: 'marts', name: 'x' } });
    expect(() => declared(stolen, builtInStreams, models)).toThrow('stream "lab/x" fills a table of dataset "marts", which is of the models');
  });

  test('has a schedule for each stream that declares one, with accounts at 01:00 Eastern', () => {
    const asked = Object.values<{ source: string; stream: string; cron: string; time_zone: string }>(vars.schedules);
    const scheduled = streams.filter(({ schedule }) => schedule !== undefined);
    expect(asked.map(({ source, stream, cron, time_zone }) => [`${source}/${stream}`, cron, time_zone])).toEqual(
      scheduled.map(({ id, schedule }) => [id, schedule?.cron, schedule?.timeZone]),
    );
    expect(vars.schedules['ezfocus-accounts']).toMatchObject({ cron: '0 1 * * *', time_zone: 'America/Toronto', stale_hours: 32 });
  });

  test('names every setting of every source once, secrets apart', () => {
    for (const { source } of streams) {
      const { required = [], optional = [], secrets = [] } = vars.sources[source.name] ?? {};
      expect([...required, ...optional, ...secrets].sort()).toEqual(
        Object.values(source.settings)
          .map(({ env }) => env)
          .sort(),
      );
      expect(secrets).toEqual(
        Object.values(source.settings)
          .filter(({ kind }) => kind === 'secret')
          .map(({ env }) => env),
      );
    }
  });

  test('has a table for each stream in a dataset that is declared, with its columns', () => {
    for (const stream of [...streams, ...builtInStreams]) {
      const { dataset, table, columns, partition } = streamTable(stream);
      const found = vars.tables[`${dataset}.${table}`];
      expect(found).toMatchObject({ dataset, table, partition });
      expect(JSON.parse(found.schema).map(({ name }: { name: string }) => name)).toEqual(columns.map(({ name }) => name));
      expect(vars.datasets[dataset]).toBeDefined();
    }
    expect(vars.tables['ops.loads']).toBeDefined();
  });

  test('has a table for everything that a model reads, so that none fails before the first load', async () => {
    const { sources } = await compileModels();
    const read = sources.map(({ target }) => `${target.dataset}.${target.name}`).filter((name) => name !== 'ops.ledger');
    expect(read.filter((name) => vars.tables[name] === undefined)).toEqual([]);
  });

  test('has the dataset of every model and of every test of one', async () => {
    const { models, assertions } = await compileModels();
    for (const { target } of [...models, ...assertions]) expect(vars.datasets[target.dataset].kind).toBe('models');
  });

  test('opens to the views of analytics the datasets that they read, and none where records are as they came', () => {
    expect(vars.behind_analytics).toEqual(['marts', 'metrics']);
    expect(attribute(only('google_bigquery_dataset_access', 'analytics_reads_models'), 'for_each')).toBe('var.behind_analytics');
  });

  test('has a ledger whose tables Terraform puts the project before', () => {
    expect(attribute(inner(only('google_bigquery_table', 'ledger'), 'view'), 'query')).toBe('replace(var.ledger, "FROM ops.", "FROM `${var.project}`.ops.")');
    expect(vars.ledger.replaceAll('FROM ops.', '')).not.toMatch(/\bops\./);
  });

  test.each([
    ['0 1 * * *', 32],
    ['*/15 * * * *', 4],
    ['20 * * * *', 4],
    ['20 */2 * * *', 8],
    ['0 1,13 * * *', 20],
    ['0 8-18/2 * * *', 14 + 8],
    ['30 2 * * 0', 7 * 24 + 8],
    ['0 6 * * 1-5', 3 * 24 + 8],
    ['0 6 * * 1,4', 4 * 24 + 8],
    ['0 6 1 * *', 31 * 24 + 8],
  ])('calls a stream of %s stale after %i hours', (cron, hours) => {
    expect(staleHours(cron)).toBe(hours);
  });

  test.each(['0 1 * *', '0 1 * * MON', '0 25 * * *', '0 1-b * * *', '*/0 * * * *', '0 9-1 * * *'])('tells of no time when a stream of %s is stale', (cron) => {
    expect(() => staleHours(cron)).toThrow(cron);
  });
});

describe('events and functions', () => {
  const functions = only('google_cloudfunctions2_function', 'functions');
  const trigger = inner(functions, 'event_trigger');
  const service = inner(functions, 'service_config');

  test('every event trigger retries and calls as its own account', () => {
    const triggers = allBlocks(resources).filter(({ type, labels }) => type === 'event_trigger' || labels[0] === 'event_trigger');
    expect(triggers).toHaveLength(1);
    expect(attribute(trigger, 'retry_policy')).toBe('"RETRY_POLICY_RETRY"');
    expect(attribute(trigger, 'service_account_email')).toBe('google_service_account.trigger.email');
  });

  test('run on Node 24 with 512 MiB, one processor, 540 s and one event at a time', () => {
    expect(attribute(inner(functions, 'build_config'), 'runtime')).toBe('"nodejs24"');
    expect(attribute(service, 'available_memory')).toBe('"512Mi"');
    expect(attribute(service, 'available_cpu')).toBe('"1"');
    expect(attribute(service, 'timeout_seconds')).toBe('local.timeout');
    expect(local('timeout')).toBe('540');
    expect(attribute(service, 'max_instance_request_concurrency')).toBe('each.key == "sync" ? 80 : 1');
  });

  test('are bounded, and at most five loads run', () => {
    expect(attribute(service, 'max_instance_count')).toBe('each.value.max');
    const bounds = [...`${local('chain')}${local('service')}`.matchAll(/(\w+)\s*= \{ bucket = [\w"]+, max = ([\w.]+)/g)].map(([, name, max]) => [name, max]);
    expect(bounds.map(([name]) => name)).toEqual(['extract', 'transform', 'load', 'sync', 'deliver']);
    expect(bounds.find(([name]) => name === 'load')).toEqual(['load', '5']);
  });

  test('each has an account of its own', () => {
    expect(attribute(service, 'service_account_email')).toBe('google_service_account.function[each.key].email');
    expect(attribute(only('google_service_account', 'function'), 'for_each')).toBe('local.functions');
    expect(local('functions')).toBe('toset(concat(["extract", "transform", "load"], var.sync_enabled ? ["sync", "deliver"] : []))');
  });

  test('sync and deliver are there only where sync_enabled says so', () => {
    expect(local('deployed')).toBe('merge(local.chain, { for name, settings in local.service : name => settings if var.sync_enabled })');
    for (const { attributes } of top.filter(({ labels }) => /^google_(sql|kms)/.test(labels[0] ?? ''))) {
      expect(attributes.get('count')).toBe('var.sync_enabled ? 1 : 0');
    }
  });

  test('the pools of all instances fit into the database', () => {
    expect(local('database_connections')).toBe(
      '(var.sync_max_instances + local.deliver_max_instances) * var.sync_pool + (contains(var.sources_on, "crm") ? local.extract_max_instances : 0)',
    );
    expect(local('chain')).toContain('max = local.extract_max_instances');
    expect(local('service')).toContain('max = local.deliver_max_instances');
    expect(attribute(inner(only('google_sql_database_instance', 'sync'), 'precondition'), 'condition')).toBe(
      'local.database_connections <= var.sync_max_connections - 10',
    );
  });

  test('each is told only its own secrets, and nothing but the newest of them', () => {
    expect(attribute(inner(functions, 'secret_environment_variables'), 'secret')).toContain('google_secret_manager_secret.secrets[');
    expect(local('secrets')).toMatch(/transform = \[\]\s+load\s+= \[\]/);
    expect(ofType('google_secret_manager_secret_version')).toEqual([]);
  });

  test('sync and deliver are told of the previous key, and may read it, where crm_key_previous says so', () => {
    expect(local('sync_secrets')).toBe(
      'var.sync_enabled ? concat(["DB_DSN", "CRM_ENCRYPTION_KEY"], var.crm_key_previous ? ["CRM_ENCRYPTION_KEY_PREVIOUS"] : []) : []',
    );
    expect(local('secrets')).toMatch(/sync += local\.sync_secrets\s+deliver += local\.sync_secrets/);
    expect(local('readers')).toContain('setproduct(var.sync_enabled ? ["sync", "deliver"] : [], local.sync_secrets)');
    expect(attribute(only('google_secret_manager_secret_iam_member', 'function_reads'), 'for_each')).toBe('local.readers');
    expect(attribute(top.find(({ labels }) => labels[0] === 'crm_key_previous')!, 'default')).toBe('false');
  });

  test('extract is told the instance of the database where it reads it: without the source crm half of its settings would be missing', () => {
    expect(local('chain')).toContain('merge({ RAW_BUCKET = google_storage_bucket.raw.name }, local.extract_database, local.source_settings)');
    expect(local('extract_database')).toBe(
      '{ for database in google_sql_database_instance.sync : "INSTANCE_CONNECTION_NAME" => database.connection_name if contains(var.sources_on, "crm") }',
    );
  });
});

describe('accounts and roles', () => {
  const roles = [...texts.join('\n').matchAll(/"(roles\/[\w.]+)"/g)].map(([, role]) => role);

  test('nobody has a primitive role, or one that is as wide', () => {
    expect(roles.length).toBeGreaterThan(15);
    for (const role of roles) expect(role).not.toMatch(/^roles\/(owner|editor|viewer)$|[aA]dmin$|roles\/bigquery\.user$/);
  });

  test('nobody unknown may do anything', () => {
    const bindings = resources.filter(({ labels }) => /iam/.test(labels[0] ?? ''));
    expect(bindings.length).toBeGreaterThan(20);
    for (const binding of bindings) expect(textOf(binding)).not.toMatch(/allUsers|allAuthenticatedUsers/);
    expect(textOf(top.find(({ labels }) => labels[0] === 'sync_callers')!)).toContain('allUsers');
  });

  test('no role is given by a policy that would take those of others away', () => {
    for (const { labels } of resources) expect(labels[0]).not.toMatch(/_iam_(policy|binding)$/);
  });

  test('extract and transform create objects and can neither overwrite nor delete one', () => {
    const given = [...local('bucket_roles').matchAll(/function = "(\w+)", bucket = "(\w+)", role = "roles\/storage\.(\w+)"/g)].map(([, ...words]) =>
      words.join(' '),
    );
    expect(given.sort()).toEqual(
      [
        'extract raw objectCreator',
        'extract raw objectViewer',
        'transform raw objectViewer',
        'transform clean objectCreator',
        'transform clean objectViewer',
        'load clean objectViewer',
        'sync outbox objectCreator',
        'sync outbox objectViewer',
        'deliver outbox objectViewer',
      ].sort(),
    );
    const deleting = resources.filter((block) => textOf(block).includes('storage.objects.delete'));
    expect(deleting.map(({ labels }) => labels[1])).toEqual(['object_deleter']);
    expect(textOf(only('google_storage_bucket_iam_member', 'deliver_deletes_outbox'))).toContain('google_storage_bucket.outbox[0].name');
  });

  test('there are accounts for triggers, builds, the scheduler, the models and the watch', () => {
    expect(ofType('google_service_account').map(({ labels }) => labels[1])).toEqual(['function', 'trigger', 'build', 'scheduler', 'models', 'watch']);
  });

  test('readers of reports see the dataset analytics alone, whose views read for them', () => {
    expect(attribute(only('google_bigquery_dataset_iam_member', 'report_readers'), 'dataset_id')).toBe(
      'google_bigquery_dataset.datasets["analytics"].dataset_id',
    );
    const withReaders = resources.filter((block) => textOf(block).includes('var.report_readers')).map(({ labels }) => labels[1]);
    expect(withReaders.sort()).toEqual(['report_readers', 'report_readers_read_exports', 'report_readers_read_sessions', 'report_readers_run_queries']);
    const exported = only('google_storage_bucket_iam_member', 'report_readers_read_exports');
    expect([attribute(exported, 'bucket'), attribute(exported, 'role')]).toEqual(['google_storage_bucket.exports.name', '"roles/storage.objectViewer"']);
    expect(attribute(inner(only('google_bigquery_dataset_access', 'analytics_reads_models'), 'dataset'), 'target_types')).toBe('["VIEWS"]');
  });
});

describe('buckets', () => {
  test.each(ofType('google_storage_bucket').map((block) => [block.labels[1], block] as const))('%s is closed to the public and asks IAM only', (_, bucket) => {
    expect(attribute(bucket, 'uniform_bucket_level_access')).toBe('true');
    expect(attribute(bucket, 'public_access_prevention')).toBe('"enforced"');
    expect(attribute(bucket, 'location')).toBe('var.region');
  });

  test('none has a retention policy: that would refuse a re-upload', () => {
    for (const block of allBlocks(ofType('google_storage_bucket'))) expect(block.type).not.toMatch(/retention/);
  });

  test('RAW keeps versions, deletes only what is no longer current, and never a live object', () => {
    const raw = only('google_storage_bucket', 'raw');
    expect(attribute(inner(raw, 'versioning'), 'enabled')).toBe('true');
    const rules = raw.blocks.filter(({ type }) => type === 'lifecycle_rule').map((rule) => [inner(rule, 'action'), inner(rule, 'condition')] as const);
    const deleting = rules.filter(([action]) => attribute(action, 'type') === '"Delete"');
    expect(deleting.map(([, condition]) => Object.fromEntries(condition.attributes))).toEqual([{ days_since_noncurrent_time: '90', with_state: '"ARCHIVED"' }]);
    const colder = rules.filter(([action]) => attribute(action, 'type') === '"SetStorageClass"');
    expect(colder.map(([, condition]) => attribute(condition, 'with_state'))).toEqual(['"LIVE"', '"LIVE"']);
    expect(attribute(inner(raw, 'lifecycle'), 'prevent_destroy')).toBe('true');
  });

  test.each([
    ['clean', '30'],
    ['exports', '90'],
  ])('%s expires after %s days', (name, days) => {
    expect(attribute(inner(only('google_storage_bucket', name), 'condition'), 'age')).toBe(days);
  });
});

describe('the rest of the house', () => {
  test('every variable, local, resource and module that is named is there, and every variable is used', () => {
    const text = top.map(textOf).join('\n');
    const variables = top.filter(({ type }) => type === 'variable').map(({ labels }) => labels[0]);
    const locals = top.filter(({ type }) => type === 'locals').flatMap(({ attributes }) => [...attributes.keys()]);
    const named = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, name]) => name))].sort();
    expect(named(/\bvar\.(\w+)/g)).toEqual([...variables].sort());
    for (const name of named(/\blocal\.(\w+)/g)) expect(locals).toContain(name);
    for (const name of locals) expect(named(/\blocal\.(\w+)/g)).toContain(name);
    const known = top
      .filter(({ type }) => type === 'resource' || type === 'data')
      .map(({ type, labels }) => [...(type === 'data' ? ['data'] : []), ...labels].join('.'));
    for (const name of named(/(?<![\w/."])((?:data\.)?(?:google|archive|time)_\w+\.\w+)/g)) expect(known).toContain(name);
  });

  test('every alert tells the channels, and where to look next', () => {
    const policies = ofType('google_monitoring_alert_policy');
    expect(policies).toHaveLength(2);
    for (const policy of policies) {
      expect(attribute(policy, 'notification_channels')).toBe('local.channels');
      expect(attribute(inner(policy, 'documentation'), 'content')).toBe('each.value.text');
    }
    const alerts = [...`${local('log_alerts')}${local('metric_alerts')}`.matchAll(/^ {2,4}(\w+) = \{/gm)].map(([, name]) => name);
    expect(alerts).toEqual(['notice', 'stale', 'models', 'query_quota', 'dead_letters', 'function_errors', 'function_crashes']);
  });

  test('the Dataform repository has no Git remote, and its models run by the clock', () => {
    expect(allBlocks(ofType('google_dataform_repository')).map(({ type }) => type)).not.toContain('git_remote_settings');
    expect(attribute(only('google_dataform_repository_workflow_config', 'daily'), 'cron_schedule')).toBe('var.models_cron');
  });

  test('no variable changes the reporting currency: the report and Power BI take it from the settings of the models, too', () => {
    const release = only('google_dataform_repository_release_config', 'production');
    expect([...inner(release, 'code_compilation_config').attributes.keys()]).toEqual(['default_database', 'default_location']);
    expect(top.filter(({ type, labels }) => type === 'variable' && labels[0]?.includes('currency'))).toEqual([]);
  });

  test('functions wait until roles are known', () => {
    expect(attribute(only('google_cloudfunctions2_function', 'functions'), 'depends_on')).toContain('time_sleep.roles_are_known');
    expect(attribute(only('time_sleep', 'roles_are_known'), 'depends_on')).toContain('google_service_account_iam_member.pubsub_pushes_as_trigger');
  });

  test('nothing of a project, a person or a secret is in the files', () => {
    const all = `${texts.join('\n')}${JSON.stringify(vars)}`;
    expect(all).not.toMatch(/-----BEGIN|AKIA|AIza|eyJ[\w-]{10}|[\w.]+@(?!example\.com)\w+\.(com|ca|iam)/);
  });
});

test('the files are formatted as `terraform fmt` would, where Terraform is installed', async () => {
  const run = promisify(execFile);
  const installed = await run('terraform', ['version']).then(
    () => true,
    () => false,
  );
  if (installed) await run('terraform', ['fmt', '-check', '-recursive', DIR]);
  // Without Terraform, what its formatter is about can still be looked at: no tab, no trailing blank.
  for (const text of texts) expect(text).not.toMatch(/\t|[ ]+$/m);
});
