import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { OWN_DATASETS } from '../../../shared/contract-problem.ts';
import { type Scaffold, scaffold, writeScaffold } from '../../scaffold/new-stream.ts';
import { readSample } from '../../scaffold/sample.ts';
import { checkSample, type SampleReport } from '../../scaffold/sample-check.ts';
import { UsageError } from '../cli-error.ts';
import { streamNamed } from '../deployed.ts';
import { flag, optional, required, text } from '../parameter.ts';
import { counted } from '../progress.ts';
import { printable, table } from '../table.ts';
import { type Context, defineVerb } from '../verb.ts';

/** The tree that this code is part of. */
const ROOT = join(import.meta.dirname, '../../..');
const NAME = /^([a-z][a-z0-9_]{0,62})\/([a-z][a-z0-9_]{0,62})$/;

export const newStream = defineVerb({
  name: 'new-stream',
  summary: 'Declares a stream from a sample of its records, or checks one',
  details:
    'Writes the declaration, a fixture and the entry in the list, and source.ts where the source is new. Everything is proposed from\n' +
    'the records and to be reviewed. --check holds another sample against a stream that is there, and says what to change.',
  examples: [
    'npm run new-stream -- shop/customers --sample customers.json',
    'npm run new-stream -- shop/orders --sample orders.json --source-url https://shop.example.com/v1/orders --dry-run',
    'npm run new-stream -- shop/customers --check tomorrow.json',
  ],
  operands: { stream: required('<source>/<stream>', 'Its name: lower-case letters, digits and _', nameOf) },
  options: {
    sample: optional('<file>', 'Records as the source gives them: .json, .ndjson or .csv, also with .gz', text),
    'source-url': optional('<url>', 'Where they are asked for; without it, files are dropped', address),
    'dry-run': flag('Shows what would be written, and writes nothing'),
    check: optional('<file>', 'Another sample, for a stream that is there', text),
  },
  state: 'none',
  onCloud: false,
  async check({ sample, check, 'source-url': url, 'dry-run': dryRun }, { cwd }) {
    if ((sample === undefined) === (check === undefined)) throw new UsageError('--sample or --check is needed, and not both');
    if (check !== undefined && (url !== undefined || dryRun)) throw new UsageError('--source-url and --dry-run go with --sample');
    const path = resolve(cwd, sample ?? check ?? '');
    if ((await stat(path).catch(() => undefined))?.isFile() !== true) throw new UsageError(`there is no file ${path}`);
  },
  async run(context, { stream, sample, check, 'source-url': url, 'dry-run': dryRun }) {
    if (check !== undefined) return await runCheck(context, `${stream.source}/${stream.stream}`, resolve(context.cwd, check));
    const made = await scaffold(ROOT, { ...stream, sample: resolve(context.cwd, sample ?? ''), url });
    if (!dryRun) await writeScaffold(ROOT, made);
    report(context, made, dryRun);
    return 0;
  },
});

async function runCheck(context: Context, id: string, path: string): Promise<number> {
  const stream = named(id);
  const { findings, records, rows, rejects }: SampleReport = checkSample(stream, await readSample(path, stream));
  if (findings.length > 0) {
    const cells = findings.map(({ severity, column, rule, records: count, advice }) => [severity, column, rule, count, advice]);
    context.out(table(['', 'column', 'rule', 'records', 'what to do, if the sample is right'], cells, Number.POSITIVE_INFINITY));
  }
  context.out(`${counted(records, 'record')}: ${counted(rows, 'row')}, ${counted(rejects, 'reject')}${findings.length === 0 ? '; the declaration fits' : ''}`);
  return findings.some(({ severity }) => severity === 'breaks' || severity === 'gate') ? 1 : 0;
}

function report({ out, err }: Context, { files, proposal, remarks }: Scaffold, dryRun: boolean): void {
  for (const { path, text: content, exists } of files) {
    out(`${dryRun ? 'would ' : ''}${exists ? 'change' : 'write'} ${path}`);
    if (dryRun) out(printableLines(content));
  }
  err(`key: ${proposal.key.columns.join(', ') || 'none'} (${proposal.key.reason})`);
  err(`cursor: ${proposal.cursor.columns.join(', ') || 'none'} (${proposal.cursor.reason})`);
  for (const [column, reason] of Object.entries(proposal.reasons)) err(`${column}: ${reason}`);
  for (const remark of remarks) err(printable(remark));
  if (!dryRun) err('Review what was written, then: npm run infra:vars && npm run models -- sources && npm run check');
}

function printableLines(content: string): string {
  return content
    .split('\n')
    .map((line) => printable(line))
    .join('\n');
}

function named(id: string) {
  try {
    return streamNamed(id);
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`"${id}" ${error.message}`) : error;
  }
}

/** Names of the grammar, and the datasets that are no source's. */
const KEPT = new Set(['pipeline', 'pending', 'gcloud', ...OWN_DATASETS]);

function nameOf(value: string): { readonly source: string; readonly stream: string } {
  const [, source, stream] = NAME.exec(value) ?? [];
  if (source === undefined || stream === undefined) throw new UsageError('is no <source>/<stream> of lower-case letters, digits and _');
  if (KEPT.has(source)) throw new UsageError('has a source that the pipeline keeps for itself');
  return { source, stream };
}

function address(value: string): URL {
  const url = URL.parse(value);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw new UsageError('is no http(s) address without credentials');
  return url;
}
