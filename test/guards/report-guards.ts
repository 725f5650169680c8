import type { Guard } from './guard.ts';

/** Those of the report's data and of exports. */
export const reportGuards: readonly Guard[] = [
  {
    name: 'exports: a text that is a formula gets an apostrophe',
    file: 'infra/export/csv.ts',
    find: "FORMULA.test(value) ? `'${value}` : String(value)",
    replace: 'FORMULA.test(value) ? value : String(value)',
    tests: ['test/infra/export/export-views'],
  },
  {
    name: 'exports: a number that begins with a minus stays a number',
    file: 'infra/export/csv.ts',
    find: '!PLAIN.has(type) && FORMULA',
    replace: 'FORMULA',
    tests: ['test/infra/export/export-views'],
  },
  {
    name: 'exports: nobody sees a file before it is whole',
    file: 'infra/export/target.ts',
    find: "const workDir = await mkdtemp(join(dir, '.export-'));",
    replace: 'const workDir = dir;',
    tests: ['test/infra/export/export-views'],
  },
  {
    name: 'exports: what fails leaves nothing behind',
    file: 'infra/export/target.ts',
    find: '    close: () => rm(workDir, { recursive: true, force: true }),\n  };\n}\n\n/** The objects',
    replace: '    close: async () => undefined,\n  };\n}\n\n/** The objects',
    tests: ['test/infra/export/export-views'],
  },
  {
    name: 'exports: Parquet keeps amounts exact',
    file: 'infra/local/parquet-file.ts',
    find: "NUMERIC: 'DECIMAL(38, 9)'",
    replace: "NUMERIC: 'DOUBLE'",
    tests: ['test/infra/export/export-views'],
  },
  {
    name: 'exports: an unknown view is told, with those that resemble it',
    file: 'infra/export/views.ts',
    find: 'if (found.length === 0) return',
    replace: 'if (found.length < 0) return',
    tests: ['test/infra/export/views'],
  },
  {
    name: 'report: all others are one member of a key, not gone',
    file: 'infra/report/table-sql.ts',
    find: '`LEFT JOIN (${largest})',
    replace: '`JOIN (${largest})',
    tests: ['test/infra/report/read'],
  },
  {
    name: 'report: a table that is too large is added up',
    file: 'infra/report/read.ts',
    find: 'await shrink(warehouse, tables, budget);',
    replace: '',
    tests: ['test/infra/report/read'],
  },
  {
    name: 'report: amounts are exact to the cent when they are added up',
    file: 'infra/report/pack.ts',
    find: 'const DECIMALS = 6;',
    replace: 'const DECIMALS = 0;',
    tests: ['test/infra/report/pack'],
  },
  {
    name: 'report: an old page stays where a new one cannot be made',
    file: 'infra/cli/report-page.ts',
    find: '  const data = await readReport(',
    replace: "  await writeFileAtomic(file, '').catch(() => undefined);\n  const data = await readReport(",
    tests: ['test/infra/cli/report.test'],
  },
  {
    name: 'report: what a stand-in answered is sample data',
    file: 'infra/cli/samples.ts',
    find: "if (['run', 'backfill'].includes(parseRawName(name)?.kind ?? '')) return true;",
    replace: 'void name;',
    tests: ['test/infra/cli/samples'],
  },
  {
    name: 'a page of rows that is not complete is waited for',
    file: 'shared/warehouse/bigquery-jobs.ts',
    find: 'for (let isOver = false; !isOver; ) {',
    replace: 'for (let isOver = false; !isOver; isOver = pageToken === undefined) {',
    tests: ['test/shared/warehouse/bigquery-rows'],
  },
];
