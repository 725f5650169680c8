import type { Guard } from './guard.ts';

const CONFORMANCE = ['test/curated/conformance'];
const RUN = ['test/curated/run'];

/** Those of the curated layer: what keeps SQL exact, and what keeps bad rows from going on. */
export const curatedGuards: readonly Guard[] = [
  {
    name: 'curated: a cast that nobody asked for is refused',
    file: 'infra/curated/dialect/checked-query.ts',
    find: "if (node['expression_class'] === 'BOUND_CAST' && !grouped.has(node)) checkCast(castOf(node, bytes));",
    replace: '',
    tests: CONFORMANCE,
  },
  {
    name: 'curated: a function of DuckDB is refused',
    file: 'infra/curated/dialect/calls.ts',
    find: 'functionNamed(name) ?? refuse(`the function ${name}`)',
    replace: 'functionNamed(name) ?? { duck: name, min: 0, max: 9 }',
    tests: CONFORMANCE,
  },
  {
    name: 'curated: a name of the select list is not seen in it',
    file: 'infra/curated/dialect/render.ts',
    find: '  checkAliases(ordered);\n',
    replace: '',
    tests: CONFORMANCE,
  },
  {
    name: 'curated: NULL is the least value, whatever a connection says',
    file: 'infra/curated/dialect/render.ts',
    find: 'const ordered = orderNulls(tokens);',
    replace: 'const ordered = [...tokens, ...orderNulls([])];',
    tests: CONFORMANCE,
  },
  {
    name: 'curated: a / b where b may be 0 is refused',
    file: 'infra/curated/dialect/render.ts',
    find: "if (text === '/' && !isSafeDivisor(cursor))",
    replace: "if (text === '/' && !isSafeDivisor(cursor) && text === '')",
    tests: CONFORMANCE,
  },
  {
    name: 'curated: two rows of one key are not merged',
    file: 'infra/curated/build.ts',
    find: 'if (Number(rows[0]?.[0]) > 0)',
    replace: 'if (Number(rows[0]?.[0]) < 0)',
    tests: RUN,
  },
  {
    name: 'curated: other columns are not merged',
    file: 'infra/curated/build.ts',
    find: 'if (columns.join() !== there.join())',
    replace: 'if (columns.length === 0 && there.length > 0)',
    tests: RUN,
  },
  {
    name: 'curated: what depends on a failure is skipped',
    file: 'infra/curated/run.ts',
    find: 'if (cause !== undefined) return',
    replace: "if (cause === '') return",
    tests: RUN,
  },
  {
    name: 'curated: a failed critical test fails the run',
    file: 'infra/curated/run.ts',
    find: "(critical || kind === 'unit test')",
    replace: "kind === 'unit test'",
    tests: RUN,
  },
  {
    name: 'curated: an example has nothing that is marked pii',
    file: 'infra/curated/checks.ts',
    find: 'if (pii.has(name)) return false;',
    replace: 'if (pii.has(name)) return true;',
    tests: RUN,
  },
  {
    name: 'curated: an example has no other data than keys',
    file: 'infra/curated/checks.ts',
    find: '(!own.has(name) && PLAIN_TYPES.has(type))',
    replace: '(own.size >= 0 && PLAIN_TYPES.has(type))',
    tests: RUN,
  },
  {
    name: 'curated: tables have the types of BigQuery',
    file: 'infra/curated/relation.ts',
    find: 'if (columns.every(({ type }) => warehouseType(type) === undefined)) return duckSql;',
    replace: 'if (columns.length > 0) return duckSql;',
    tests: RUN,
  },
  {
    name: 'curated: tables that were never loaded are there, empty',
    file: 'infra/curated/prepare.ts',
    find: 'if (there === undefined) await warehouse.createTable(table);',
    replace: 'if (there === undefined) continue;',
    tests: ['test/curated/models'],
  },
  {
    name: 'dialect: COALESCE does not hide a NUMERIC',
    file: 'infra/curated/dialect/checked-query.ts',
    find: "node['child']['type'] === 'OPERATOR_COALESCE' && !hasPlace(node, bytes)",
    replace: 'false',
    tests: ['test/curated/conformance.test'],
  },
  {
    name: 'pglite: a database is there when it is whole',
    file: 'infra/local/pglite-template.ts',
    find: '  await rm(unfinished, { recursive: true, force: true });\n',
    replace: '',
    tests: ['test/infra/local/pglite-template'],
  },
  {
    name: 'lanes: what failed first is thrown',
    file: 'infra/curated/lanes.ts',
    find: '    throw end?.reason ?? error;\n',
    replace: '    throw error;\n',
    tests: ['test/curated/lanes'],
  },
  {
    name: 'lanes: no checkpoint beside them',
    file: 'infra/curated/run.ts',
    find: "; SET checkpoint_threshold = '${NEVER}'`",
    replace: '`',
    tests: ['test/curated/checkpoint'],
  },
  {
    name: 'duckdb: what was fatal is told',
    file: 'infra/local/duckdb-failure.ts',
    find: '  const fatal = fatalWords(text);\n',
    replace: '  const fatal: string | undefined = undefined;\n',
    tests: ['test/infra/local/duckdb-failure'],
  },
];
