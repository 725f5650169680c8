import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
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

  test('opens to the views of analytics, and to views behind them, the datasets that they read, and none where records are as they came', async () => {
    expect(vars.behind_analytics).toEqual({
      'marts/analytics': { read: 'marts', reader: 'analytics' },
      'marts/metrics': { read: 'marts', reader: 'metrics' },
      'metrics/analytics': { read: 'metrics', reader: 'analytics' },
    });
    const access = only('google_bigquery_dataset_access', 'analytics_reads_models');
    expect(attribute(access, 'for_each')).toBe('var.behind_analytics');
    expect(attribute(access, 'dataset_id')).toBe('google_bigquery_dataset.datasets[each.value.read].dataset_id');
    const inside = allBlocks(access.blocks).find(({ attributes }) => attributes.has('project_id'))!;
    expect(attribute(inside, 'dataset_id')).toBe('google_bigquery_dataset.datasets[each.value.reader].dataset_id');
  });

  test('has no view that a reader of analytics comes through and that may not read for him', async () => {
    const { models } = await compileModels();
    const named = new Map(models.map((model) => [`${model.target.dataset}.${model.target.name}`, model]));
    const open = models.filter(({ target }) => target.dataset === 'analytics');
    expect(open.length).toBeGreaterThan(20);
    for (const view of open) {
      for (const { dataset, name } of view.after) {
        const read = named.get(`${dataset}.${name}`);
        if (read === undefined) continue;
        expect(vars.behind_analytics).toHaveProperty([`${dataset}/${view.target.dataset}`]);
        if (read.kind === 'view') open.push(read);
      }
    }
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

  test('extract may reach the database only where it reads it', () => {
    expect(local('database_clients')).toBe('var.sync_enabled ? concat(["sync", "deliver"], contains(var.sources_on, "crm") ? ["extract"] : []) : []');
    expect(attribute(only('google_project_iam_member', 'database_client'), 'for_each')).toBe('toset(local.database_clients)');
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

  test('rights on a dataset are entries of its own list: a role by IAM writes the list anew, without the views that may read it', () => {
    for (const { labels } of resources) expect(labels[0]).not.toMatch(/^google_bigquery_dataset_iam/);
    const given = ofType('google_bigquery_dataset_access').filter((block) => attribute(block, 'role') !== undefined);
    expect(given.map((block) => [block.labels[1], attribute(block, 'role'), attribute(block, 'user_by_email')])).toEqual(
      expect.arrayContaining([
        ['load_writes', '"WRITER"', 'google_service_account.function["load"].email'],
        ['models_access', 'local.models_roles[each.key]', 'google_service_account.models.email'],
        ['watch_reads_ops', '"READER"', 'google_service_account.watch.email'],
      ]),
    );
  });

  test('the models own what views of an authorized dataset read: to write such a view, BigQuery asks for bigquery.datasets.update there', () => {
    expect(local('models_roles')).toContain('name => contains(local.behind_analytics, name) ? "OWNER" : dataset.kind == "models" ? "WRITER" : "READER"');
    expect(local('behind_analytics')).toBe('[for pair in values(var.behind_analytics) : pair.read]');
  });

  test("every agent of Google's that is asked for gets its role: an account that is made on request has none", () => {
    const given = [...local('agent_roles').matchAll(/(\w+) += "(roles\/[\w.]+)"/g)].map(([, name, role]) => [name, role]);
    expect(given).toEqual(['bigquerydatatransfer', 'cloudscheduler', 'dataform', 'eventarc', 'pubsub'].map((name) => [name, `roles/${name}.serviceAgent`]));
    // Secret Manager's has no role of its own: it is given the key.
    expect(local('agents')).toBe('toset(concat(keys(local.agent_roles), ["secretmanager"]))');
    const roles = only('google_project_iam_member', 'agents');
    expect(['for_each', 'role', 'member'].map((name) => attribute(roles, name))).toEqual(['local.agent_roles', 'each.value', 'local.agent[each.key]']);
    for (const [type, name] of [
      ['time_sleep', 'roles_are_known'],
      ['google_cloud_scheduler_job', 'extract'],
      ['google_bigquery_data_transfer_config', 'stale'],
      ['google_dataform_repository', 'models'],
    ] as const)
      expect(attribute(only(type, name), 'depends_on')).toContain('google_project_iam_member.agents');
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
    const readers = only('google_bigquery_dataset_access', 'report_readers');
    expect(attribute(readers, 'dataset_id')).toBe('google_bigquery_dataset.datasets["analytics"].dataset_id');
    expect(attribute(readers, 'role')).toBe('"READER"');
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

  test('packages that a deployment has replaced go after 90 days: each has a name of its own, so that a number of newer versions never comes', () => {
    const bucket = only('google_storage_bucket', 'package');
    expect(attribute(inner(bucket, 'versioning'), 'enabled')).toBe('true');
    expect(Object.fromEntries(inner(bucket, 'condition').attributes)).toEqual({ days_since_noncurrent_time: '90' });
    expect(attribute(only('google_storage_bucket_object', 'package'), 'name')).toContain('output_sha256');
  });
});

describe('the rest of the house', () => {
  test.each(['inbox', 'dead_letters'])('the subscription %s keeps a month, never ends, and shows to the next reader what one has looked at', (name) => {
    const subscription = only('google_pubsub_subscription', name);
    expect(attribute(subscription, 'message_retention_duration')).toBe('"2678400s"');
    expect(attribute(inner(subscription, 'expiration_policy'), 'ttl')).toBe('""');
    expect(attribute(subscription, 'ack_deadline_seconds')).toBe('10');
  });

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

  test('one service more replaces nothing: what waits for services is unknown while one is turned on, and a new value of these cannot be set in place', () => {
    const waiting = top.filter(({ type, attributes }) => type === 'data' && attributes.has('depends_on')).map(({ labels }) => ['data', ...labels].join('.'));
    expect(waiting).toEqual(['data.google_project.this']);
    const told = resources.filter((block) => textOf(block).includes('data.google_project.this')).map(({ labels }) => labels.join('.'));
    // A budget takes another project in place.
    expect(told).toEqual(['google_billing_budget.month']);
    expect(attribute(only('google_cloud_quotas_quota_preference', 'query_usage'), 'parent')).toBe('"projects/${var.project}"');
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

const run = promisify(execFile);
const isInstalled = await run('terraform', ['version']).then(
  () => true,
  () => false,
);

test('the files are formatted as `terraform fmt` would, where Terraform is installed', async () => {
  if (isInstalled) await run('terraform', ['fmt', '-check', '-recursive', DIR]);
  // Without Terraform, what its formatter is about can still be looked at: no tab, no trailing blank.
  for (const text of texts) expect(text).not.toMatch(/\t|[ ]+$/m);
});

test('the dashboard says no zero and no empty list, where Terraform is installed: Google leaves them out, and each plan would change it again', async () => {
  const expression = attribute(only('google_monitoring_dashboard', 'pipeline'), 'dashboard_json') ?? '';
  expect(expression).toMatch(/^jsonencode\(/);
  if (!isInstalled) return;
  const dir = await mkdtemp(join(tmpdir(), 'dashboard-'));
  try {
    await writeFile(join(dir, 'main.tf'), `locals {\ncharts = ${local('charts')}\n}\noutput "dashboard" {\nvalue = ${expression}\n}\n`);
    await run('terraform', [`-chdir=${dir}`, 'init', '-input=false']);
    await run('terraform', [`-chdir=${dir}`, 'apply', '-input=false', '-auto-approve']);
    const { stdout } = await run('terraform', [`-chdir=${dir}`, 'output', '-raw', 'dashboard']);
    const { tiles } = JSON.parse(stdout).mosaicLayout;
    expect(tiles.map(({ xPos = 0, yPos = 0 }) => [xPos, yPos])).toEqual([
      [0, 0],
      [6, 0],
      [0, 4],
      [6, 4],
      [0, 8],
      [6, 8],
    ]);
    expect(tiles.map(({ widget }: { widget: { title: string } }) => widget.title)).toContain('Notices');
    expect(stdout).not.toMatch(/:(0|null|""|\[\]|\{\})[,}]/);
  } finally {
    await rm(dir, { recursive: true });
  }
});
