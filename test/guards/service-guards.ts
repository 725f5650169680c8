import type { Guard } from './guard.ts';

const FRONT = 'test/functions/sync/front';
const CONNECTIONS = 'test/functions/sync/connections';
const DELIVERY = 'test/functions/sync/delivery';
const DELIVER = 'test/functions/deliver.test.ts';
const ENVELOPE = 'test/shared/secrets';
const CONFIG = 'test/shared/service-config';
const MIGRATE = 'test/infra/postgres';

/** What keeps callers apart, secrets closed and items single. */
export const serviceGuards: readonly Guard[] = [
  {
    name: 'service: a caller is proven',
    file: 'functions/sync/service.ts',
    find: '    if (route.open !== true) proveCaller(request, deps.apiKey);\n',
    replace: '',
    tests: [FRONT],
  },
  {
    name: 'service: the API key is compared',
    file: 'functions/sync/caller.ts',
    find: 'if (!timingSafeEqual(digest(given), digest(apiKey)))',
    replace: 'if (digest(given).length === 0)',
    tests: [FRONT],
  },
  {
    name: 'service: the framework’s parsers are kept out',
    file: 'functions/index.ts',
    find: "if (target() === 'sync')",
    replace: "if (target() === 'never')",
    tests: [FRONT],
  },
  {
    name: 'service: a body has a limit',
    file: 'functions/sync/body.ts',
    find: '    if (size > MAX_BODY_BYTES) throw tooLarge();\n',
    replace: '',
    tests: [FRONT],
  },
  { name: 'service: no prototypes', file: 'functions/sync/body.ts', find: 'if (key === FORBIDDEN_KEY)', replace: "if (key === '')", tests: [FRONT] },
  { name: 'service: no depth', file: 'functions/sync/body.ts', find: 'if (depth >= MAX_DEPTH)', replace: 'if (depth >= 1_000)', tests: [FRONT] },
  {
    name: 'service: origins are closed',
    file: 'functions/sync/cors.ts',
    find: "if (!origins.includes(origin)) return { vary: 'Origin' };",
    replace: '',
    tests: [FRONT],
  },
  {
    name: 'service: requests are counted',
    file: 'functions/sync/service.ts',
    find: "    if (userId !== '') await countRequest(userId);\n",
    replace: '',
    tests: [FRONT],
  },
  {
    name: 'service: an allowance ends',
    file: 'shared/crm-store/rate-limit.ts',
    find: "       WHERE r.free_at < clock_timestamp() + interval '1 minute' - $2 * interval '1 millisecond'\n",
    replace: '',
    tests: [FRONT],
  },
  {
    name: 'service: credentials are proven before they are stored',
    file: 'functions/sync/routes/connections.ts',
    find: '    await provider.validate(connection, signal);',
    replace: '',
    tests: [CONNECTIONS],
  },
  {
    name: 'service: credentials are purged',
    file: 'shared/crm-store/integrations.ts',
    find: 'encrypted_credentials = NULL, key_id = NULL',
    replace: 'key_id = NULL',
    tests: [CONNECTIONS],
  },
  {
    name: 'service: settings drop the mapping of fields',
    file: 'functions/sync/routes/connections.ts',
    find: 'const { field_mapping: dropped, ...settings } = given.settings ?? {};',
    replace: 'const { field_mapping: dropped } = given.settings ?? {};\n  const settings = given.settings ?? {};',
    tests: [CONNECTIONS],
  },
  {
    name: 'service: a ciphertext is bound to its owner',
    file: 'shared/secrets/envelope.ts',
    find: 'Buffer.from(JSON.stringify([userId, crmType]))',
    replace: 'Buffer.from(JSON.stringify([userId.length, crmType.length]))',
    tests: [ENVELOPE],
  },
  {
    name: 'service: a key has 32 bytes',
    file: 'shared/service-config.ts',
    find: 'if (bytes.length > 0 && bytes.length !== KEY_BYTES)',
    replace: 'if (bytes.length > 64)',
    tests: [CONFIG],
  },
  {
    name: 'service: outside the cloud there is an API key',
    file: 'shared/service-config.ts',
    find: "if (value === undefined && !env['K_SERVICE'])",
    replace: "if (value === '' && !env['K_SERVICE'])",
    tests: [CONFIG],
  },
  {
    name: 'service: an older version is refused',
    file: 'shared/crm-delivery/ship.ts',
    find: 'Date.parse(shipment.occurredAt) < state.occurredAt.getTime()',
    replace: 'Date.parse(shipment.occurredAt) < 0',
    tests: [DELIVERY],
  },
  {
    name: 'service: an event that is delivered is not sent again',
    file: 'shared/crm-delivery/ship.ts',
    find: 'return state.deliveredAt === null',
    replace: 'return taken.token !== undefined',
    tests: [DELIVERY],
  },
  {
    name: 'service: unchanged fields stay',
    file: 'shared/crm-delivery/changes.ts',
    find: '(isNew(field) || required.includes(field))',
    replace: "field !== 'email'",
    tests: [DELIVERY],
  },
  {
    name: 'service: one item, one sender',
    file: 'shared/crm-store/item-states.ts',
    find: '       WHERE s.lease_until IS NULL OR s.lease_until < clock_timestamp()\n',
    replace: '',
    tests: [DELIVERY],
  },
  {
    name: 'service: a key is of one request',
    file: 'shared/crm-store/requests.ts',
    find: "  if (row.request_digest !== digest) return { state: 'other' };\n",
    replace: '',
    tests: [DELIVERY],
  },
  {
    name: 'service: what cannot be put by is not answered',
    file: 'functions/sync/fan-out.ts',
    find: '  if (lost.length > 0) {',
    replace: '  if (lost.length > 99) {',
    tests: [DELIVERY],
  },
  {
    name: 'service: an event waits for its contact',
    file: 'functions/sync/fan-out.ts',
    find: 'leg.shipped.every(({ outcome }) => isGood(outcome.outcome))',
    replace: 'leg.shipped.length >= 0',
    tests: [DELIVERY],
  },
  {
    name: 'deliver: acknowledged records stay',
    file: 'functions/deliver/deliver.ts',
    find: '.filter(({ ordinal }) => !ended.has(ordinal))',
    replace: '',
    tests: [DELIVER],
  },
  {
    name: 'deliver: a refused batch is halved',
    file: 'shared/crm-delivery/sending.ts',
    find: 'if (items.length === 1 || options.signal.aborted || !isRefusedWhole(results)) return results;',
    replace: 'if (items.length >= 0) return results;',
    tests: [DELIVER],
  },
  {
    name: 'deliver: versions of one contact wait for one another',
    file: 'functions/deliver/group.ts',
    find: '(seen.has(item) ? rest : wave).push(one);',
    replace: 'wave.push(one);',
    tests: [DELIVER],
  },
  {
    name: 'migrations: the audit of the replaced service loses its contacts',
    file: 'infra/postgres/migrations/0002_nothing-lost.sql',
    find: "WHERE NOT (request_payload ? 'fields' AND response_payload IS NULL);",
    replace: 'WHERE false;',
    tests: [MIGRATE],
  },
  {
    name: 'rotation: a key that is current stays',
    file: 'infra/postgres/rotate.ts',
    find: 'keyIdOf(row.encrypted_credentials) === keys.current.id',
    replace: "keyIdOf(row.encrypted_credentials) === ''",
    tests: [MIGRATE],
  },
];
