import type { Guard } from './guard.ts';

const TERRAFORM = ['test/infra/deploy/terraform'];
const DATAFORM = ['test/infra/deploy/dataform'];
const DEAD_LETTERS = ['test/infra/deploy/dead-letters'];
const SCRIPT = ['test/infra/deploy/script'];
const STEPS = ['test/infra/deploy/documented-steps'];
const STALE = ['test/infra/deploy/stale'];
const DELIVER = ['test/functions/deliver.test.ts'];

/** Those of what is deployed, and of how. */
export const deployGuards: readonly Guard[] = [
  {
    name: 'deploy: events are tried again',
    file: 'infra/terraform/functions.tf',
    find: '"RETRY_POLICY_RETRY"',
    replace: '"RETRY_POLICY_DO_NOT_RETRY"',
    tests: TERRAFORM,
  },
  {
    name: 'deploy: extract cannot overwrite',
    file: 'infra/terraform/accounts.tf',
    find: 'bucket = "raw", role = "roles/storage.objectCreator"',
    replace: 'bucket = "raw", role = "roles/storage.objectUser"',
    tests: TERRAFORM,
  },
  {
    name: 'deploy: only versions that are no longer current are deleted from RAW',
    file: 'infra/terraform/buckets.tf',
    find: '      with_state                 = "ARCHIVED"\n',
    replace: '',
    tests: TERRAFORM,
  },
  {
    name: 'deploy: the pools of all instances fit into the database',
    file: 'infra/terraform/sync.tf',
    find: '<= var.sync_max_connections - 10',
    replace: '<= 10 * var.sync_max_connections',
    tests: TERRAFORM,
  },
  {
    name: 'deploy: a commit of somebody else is not written over',
    file: 'infra/curated/deploy.ts',
    find: '...(head === undefined ? {} : { requiredHeadCommitSha: head })',
    replace: '...{}',
    tests: DATAFORM,
  },
  {
    name: 'deploy: what does not compile is not released',
    file: 'infra/curated/deploy.ts',
    find: 'if (errors.length > 0) {',
    replace: 'if (errors.length > 1000) {',
    tests: DATAFORM,
  },
  {
    name: 'deploy: files that are gone are deleted from the repository',
    file: 'infra/curated/deploy.ts',
    find: 'if (!files.has(path)) operations[path] = { deleteFile: {} };',
    replace: '{}',
    tests: DATAFORM,
  },
  {
    name: 'deploy: only the release is changed of a release config',
    file: 'infra/curated/deploy.ts',
    find: "query: { updateMask: 'releaseCompilationResult' }, ",
    replace: '',
    tests: DATAFORM,
  },
  {
    name: 'deploy: what Google refuses is not tried again',
    file: 'infra/deploy/google-api.ts',
    find: '!(error instanceof TransientError) || attempt',
    replace: 'attempt',
    tests: ['test/infra/deploy'],
  },
  {
    name: 'deploy: a dead-letter policy is read back',
    file: 'infra/deploy/dead-letters.ts',
    find: "if (found['deadLetterTopic'] !== policy.deadLetterTopic || found['maxDeliveryAttempts'] !== MAX_ATTEMPTS)",
    replace: 'if (found === undefined)',
    tests: DEAD_LETTERS,
  },
  {
    name: 'deploy: nothing is set where a function has no trigger',
    file: 'infra/deploy/dead-letters.ts',
    find: 'if (missing.length > 0)',
    replace: 'if (missing.length > 10)',
    tests: DEAD_LETTERS,
  },
  {
    name: 'deploy: a dry run does nothing',
    file: 'deploy.sh',
    find: '  $dry || "$@"\n',
    replace: '  "$@"\n',
    tests: SCRIPT,
  },
  {
    name: 'deploy: a step that fails ends the deployment',
    file: 'deploy.sh',
    find: 'set -euo pipefail',
    replace: 'set -u',
    tests: SCRIPT,
  },
  {
    name: 'deploy: a list of sources that cannot be read stops the deployment',
    file: 'deploy.sh',
    find: `elif [[ $said =~ ' sources_on '*= ]]; then stop`,
    replace: 'elif false; then stop',
    tests: SCRIPT,
  },
  {
    name: 'deploy: a list of sources may go over several lines',
    file: 'deploy.sh',
    find: 'said=${said//[[:space:]]/ }',
    replace: 'said=${said}',
    tests: SCRIPT,
  },
  {
    name: 'stale: one missed night is told on the same day',
    file: 'infra/terraform/alerts.tf',
    find: '"every 2 hours"',
    replace: '"every 24 hours"',
    tests: STALE,
  },
  {
    name: 'stale: a run that is still tried is no alarm',
    file: 'infra/deploy/stale-hours.ts',
    find: 'const GRACE_HOURS = 8;',
    replace: 'const GRACE_HOURS = 6;',
    tests: ['test/infra/deploy/terraform'],
  },
  {
    name: 'stale: streams of every hour have a limit of hours',
    file: 'infra/deploy/stale-hours.ts',
    find: 'longestGap(times, days * DAY_MINUTES)',
    replace: 'days * DAY_MINUTES',
    tests: ['test/infra/deploy/terraform'],
  },
  {
    name: 'deploy: connections of extract count where it reads the database',
    file: 'infra/terraform/sync.tf',
    find: ' + (contains(var.sources_on, "crm") ? local.extract_max_instances : 0)',
    replace: '',
    tests: TERRAFORM,
  },
  {
    name: 'deploy: extract is told the instance of its database',
    file: 'infra/terraform/functions.tf',
    find: 'local.extract_database, ',
    replace: '',
    tests: TERRAFORM,
  },
  {
    name: 'deploy: the database is there before its user',
    file: 'infra/README.md',
    find: ' -target=google_sql_database.sync',
    replace: '',
    tests: STEPS,
  },
  {
    name: 'rotation: functions are told the previous key',
    file: 'infra/terraform/secrets.tf',
    find: ', var.crm_key_previous ? ["CRM_ENCRYPTION_KEY_PREVIOUS"] : [])',
    replace: ')',
    tests: TERRAFORM,
  },
  {
    name: 'rotation: the previous key has a value before a function is told of it',
    file: 'infra/README.md',
    find: '|\n  gcloud secrets versions add CRM_ENCRYPTION_KEY_PREVIOUS --project=my-project --data-file=-',
    replace: '',
    tests: STEPS,
  },
  {
    name: 'rotation: a key that is not known yet refuses nothing',
    file: 'shared/crm-delivery/ship.ts',
    find: "  if (error instanceof UnknownKeyError) return { outcome: 'later', reason: error.message };\n",
    replace: '',
    tests: DELIVER,
  },
  {
    name: 'rotation: the notice tells why records wait',
    file: 'functions/deliver/group.ts',
    find: 'held.set(itemOf(one), outcome.reason);',
    replace: "held.set(itemOf(one), '');",
    tests: DELIVER,
  },
  {
    name: 'archive: a time that never was is refused',
    file: 'infra/cli/archive-name.ts',
    find: '&& localTime(candidate) === local',
    replace: '',
    tests: ['test/infra/cli/archive'],
  },
  {
    name: 'load: a table that something else filled is refused',
    file: 'functions/load/target.ts',
    find: '  if (isForeign(existing)) throw notOurs(warehouse, spec);\n',
    replace: '',
    tests: ['test/functions/chain'],
  },
  {
    name: 'load: a table that demands what nobody fills is refused',
    file: 'functions/load/target.ts',
    find: '  if (demanded.length > 0) throw neverFilled(warehouse, spec, demanded);\n',
    replace: '',
    tests: ['test/functions/chain'],
  },
];
