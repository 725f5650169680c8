/** Who may import whom. Every rule has a failing example in test/house/examples/imports. */

const PRODUCT = '^(functions|shared|infra)/';
// Started by name, so nothing has to import them.
const ENTRIES = [
  '^infra/curated/compile-child\\.ts$',
  '^functions/index\\.ts$',
  '^infra/build\\.ts$',
  '^infra/deploy/main\\.ts$',
  // The bundle of the report's page begins here.
  '^infra/report/page/browser/main\\.ts$',
  '^infra/(postgres|cli)/main\\.ts$',
  '\\.d\\.ts$',
];

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
const npm = (name) => `(^|/)node_modules/${name}(/|$)|^${name}(/|$)`;
const onlyIn = (name, packages, home) => rule(name, `only ${home} imports it`, { path: PRODUCT, pathNot: home }, { path: npm(packages) });

module.exports = {
  forbidden: [
    rule('no-function-to-function', 'functions meet only in objects', { path: '^functions/([^/]+)/' }, { path: '^functions/', pathNot: '^functions/$1/' }),
    rule('no-function-to-infra', 'what is deployed does not know what deploys it', { path: '^functions/' }, { path: '^infra/' }),
    rule('no-shared-to-function-or-infra', 'shared is below both', { path: '^shared/' }, { path: '^(functions|infra)/' }),
    rule('no-product-to-test', 'tests are not delivered', { path: PRODUCT }, { path: '^(test|\\.lint)/' }),
    rule(
      'stream-files-only-declare',
      'a stream is data: it may use stream.ts, source.ts, rules.ts, shop.ts, the vocabulary and its own source folder',
      { path: '^shared/streams/([^/]+)/' },
      { pathNot: ['^shared/(stream|source|streams/(rules|shop)|vocabulary/[^/]+)\\.ts$', '^shared/streams/$1/'] },
    ),
    // Type imports count: two files that need each other's types cannot be read alone, and moving the type down costs nothing.
    rule('no-cycles', 'move what both need into the lower file', {}, { circular: true }),
    rule('no-unresolvable', 'there is no such file or package', {}, { couldNotResolve: true }),
    rule('no-undeclared-package', 'package.json does not name it', {}, { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] }),
    rule(
      'no-dev-package-in-product',
      'devDependencies are not delivered; their types may be imported',
      { path: '^(functions|shared)/' },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    ),
    onlyIn('storage-in-its-adapter', '@google-cloud/storage', '^shared/object-store/gcs[^/]*\\.ts$'),
    onlyIn('bigquery-in-its-adapter', '@google-cloud/bigquery', '^shared/warehouse/bigquery[^/]*\\.ts$'),
    onlyIn('pubsub-in-its-adapter', '@google-cloud/pubsub', '^shared/notices/pubsub[^/]*\\.ts$'),
    onlyIn('framework-at-the-entry', '@google-cloud/functions-framework', '^(functions/index\\.ts$|infra/local/)'),
    onlyIn('duckdb-in-local', '@duckdb/[^/]+', '^infra/local/'),
    onlyIn('auth-in-its-adapter', 'google-auth-library', '^shared/secrets/kms\\.ts$'),
    onlyIn('pg-in-its-adapter', 'pg', '^(shared/database/postgres\\.ts$|infra/postgres/)'),
    onlyIn('migrations-in-postgres', 'node-pg-migrate', '^infra/postgres/'),
    onlyIn('pglite-in-local', '@electric-sql/[^/]+', '^infra/local/'),
    onlyIn('got-in-http', 'got', '^shared/http([^/]*\\.ts$|/)'),
    {
      name: 'no-dead-file',
      comment: 'only tests import it, or nothing does',
      severity: 'error',
      from: { path: PRODUCT },
      module: { path: '^(functions|shared)/', pathNot: ENTRIES, numberOfDependentsLessThan: 1 },
    },
    {
      name: 'no-dead-tool',
      comment: 'neither the product nor a test imports it',
      severity: 'error',
      from: {},
      module: { path: '^infra/', pathNot: ENTRIES, numberOfDependentsLessThan: 1 },
    },
  ],
  options: {
    // TypeScript 7 has no API for the default parser; what stands in for it cannot tell a type import, or sees no .ts file at all.
    parser: 'swc',
    exclude: { path: '^(test/house/examples|infra/dataform)/|/fixtures/' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'], mainFields: ['module', 'main', 'types'] },
  },
};
