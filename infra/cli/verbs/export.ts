import { resolve } from 'node:path';
import { compileModels } from '../../curated/compile.ts';
import { openCsvFile } from '../../export/csv-file.ts';
import { type ExportedView, exportViews, MANIFEST } from '../../export/export-views.ts';
import { bucketTarget, type ExportTarget, folderTarget } from '../../export/target.ts';
import { chosenViews } from '../../export/views.ts';
import { CommandError, UsageError } from '../cli-error.ts';
import { optional, repeated, text, word } from '../parameter.ts';
import { counted, byteSize } from '../progress.ts';
import { type Context, defineVerb } from '../verb.ts';

const METRICS = 'mtr_*';
const NAME_WIDTH = 32;

export const exportVerb = defineVerb({
  name: 'export',
  summary: 'Writes views for readers as files: CSV and Parquet',
  details:
    'Reads dataset analytics, where what tells of a person is hashed. Each file appears as a whole, replaces the one of its name, and is in manifest.json with\n' +
    'rows, columns, types, SHA-256 and as_of. With --cloud they are the objects exports/<date>/<view>.csv and .parquet of EXPORTS_BUCKET.\n' +
    'CSV is RFC 4180 in UTF-8; a text that a spreadsheet would take for a formula (first character = + - @ tab or line end) gets an apostrophe in front,\n' +
    'numbers stay as they are. Parquet keeps the types, amounts as DECIMAL(38, 9), moments in UTC, and texts as they are.',
  examples: [
    'npm run pipeline -- export --to /tmp/export',
    "npm run pipeline -- export --select 'mtr_*' --select dim_stores --format parquet --to /tmp/export",
  ],
  operands: {},
  options: {
    select: repeated('<name or pattern>', `Views, by the name of their mart or metric, * stands for any text (default ${METRICS})`, text),
    to: optional('<folder>', 'Where the files go; on the cloud it is the bucket', text),
    format: optional('<csv|parquet|both>', 'Default both', word('csv', 'parquet', 'both')),
  },
  state: 'existing',
  onCloud: true,
  async run(context, { select, to, format = 'both' }) {
    const choice = chosenViews(await compileModels(), select.length === 0 ? [METRICS] : select);
    if ('unknown' in choice) throw new UsageError(unknownView(choice));
    const { openParquetFile } = await import('../../local/parquet-file.ts');
    const writers = { ...(format === 'parquet' ? {} : { csv: openCsvFile }), ...(format === 'csv' ? {} : { parquet: openParquetFile }) };
    const target = await openTarget(context, to);
    try {
      const { warehouse, now } = await context.pipeline();
      const onView = (view: ExportedView, replaced: number) => context.err(viewLine(view, replaced));
      await exportViews({ warehouse, views: choice.views, writers, target, madeAt: now().toISOString(), onView });
    } finally {
      await target.close();
    }
    context.out(target.nameOf(MANIFEST));
    return 0;
  },
});

async function openTarget(context: Context, to: string | undefined): Promise<ExportTarget> {
  const isOnCloud = context.dir === '';
  if (isOnCloud && to !== undefined) throw new UsageError('--to is for this machine: with --cloud the files go to EXPORTS_BUCKET');
  if (!isOnCloud && to === undefined) throw new UsageError('--to <folder> is missing');
  const { exports: store, now } = await context.pipeline();
  if (to !== undefined) return await folderTarget(resolve(context.cwd, to), now());
  if (store === undefined) throw new CommandError('EXPORTS_BUCKET is not set: it is the bucket that exports go to');
  return await bucketTarget(store, now().toISOString().slice(0, 10));
}

function unknownView({ unknown, similar }: { readonly unknown: string; readonly similar: readonly string[] }): string {
  const hint = similar.length === 0 ? '"npm run models -- list" shows marts and metrics' : `did you mean ${similar.join(', ')}?`;
  return `--select ${JSON.stringify(unknown)} is no view of dataset analytics; ${hint}`;
}

function viewLine({ view, rows, files }: ExportedView, replaced: number): string {
  const sizes = files.map(({ name, bytes }) => `${name.slice(name.lastIndexOf('.') + 1)} ${byteSize(bytes)}`).join(', ');
  return `${view.padEnd(NAME_WIDTH)}  ${counted(rows, 'row')}, ${sizes}${replaced === 0 ? '' : `; replaces ${counted(replaced, 'file')}`}`;
}
