import type { Catalog } from '../../shared/catalog.ts';
import type { Ending } from './endings.ts';
import { counted } from './progress.ts';
import { printable } from './table.ts';
import type { Context } from './verb.ts';

/** What a failure that is tried again leads to. */
export const TRIED_AGAIN = 'It is tried again by the next command that delivers, or by npm run dev.';
export const WHY_SUPERSEDED = 'Superseded: a newer object is loaded. Order is the time in the name, then the generation; drop --date dates a file.';

const GOOD = new Set(['loaded', 'duplicate', 'superseded']);

/** Whether this end needs nobody; not where there is none. */
export function isGood(ending: Ending | undefined): boolean {
  return ending !== undefined && GOOD.has(ending.outcome);
}

/** Says what became of each generation, then once what to do about it; false where something was not loaded. */
export function reportEndings(context: Context, catalog: Catalog, endings: readonly Ending[]): boolean {
  for (const ending of endings) {
    const write = isGood(ending) ? context.out : context.err;
    write(printable(`${ending.outcome}: ${ending.name}: ${isGood(ending) ? counts(catalog, ending) : (ending.message ?? 'nothing is known of it')}`));
  }
  for (const hint of new Set(endings.flatMap((ending) => hints(context, ending)))) context.err(`  ${hint}`);
  return endings.every(isGood);
}

function counts(catalog: Catalog, { entry }: Ending): string {
  if (entry === undefined) return '';
  const { source, stream, records, rejects, filtered, duplicates, superseded, loaded } = entry;
  const table = catalog.find(source, stream)?.table;
  const others = [
    rejects === 0 ? '' : counted(rejects, 'reject'),
    filtered === 0 ? '' : `${filtered} filtered`,
    duplicates === 0 ? '' : counted(duplicates, 'duplicate'),
    superseded === 0 ? '' : `${superseded} superseded`,
  ].filter((part) => part !== '');
  const place = table === undefined ? '' : ` in ${table.dataset}.${table.name}`;
  return `${counted(records, 'record')}, ${counted(loaded, 'row')}${place}${others.length === 0 ? '' : ` (${others.join(', ')})`}`;
}

function hints({ command }: Context, ending: Ending): string[] {
  const { outcome, entry, rerun } = ending;
  const lines: string[] = [];
  if (entry !== undefined && entry.rejects > 0) lines.push(`The rejects: ${command(`rejects --stream ${entry.source}/${entry.stream}`)}`);
  if (outcome === 'superseded') lines.push(WHY_SUPERSEDED);
  if (outcome === 'waiting') lines.push(TRIED_AGAIN);
  if (outcome === 'open') lines.push(`Objects without an end: ${command('reconcile')}`);
  if (rerun !== undefined && !isGood(ending)) lines.push(`${outcome === 'refused' ? 'Let it through' : 'Run it again'}: ${rerun}`);
  return lines;
}
