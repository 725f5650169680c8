import type { Chain } from '../support/chain.ts';
import { labStreams } from './streams.ts';

/** What a folder holds, part by part, as lines that can be compared. */
export type State = Readonly<Record<string, readonly string[]>>;

/** Made from the µs clock, so they have 16 digits. */
const GENERATION = /\b\d{16}\b/g;
const CHANGING = 'load_timestamp';

/** Everything that must be the same whatever has happened on the way; without generations where the event makes raw objects. */
export async function stateOf(chain: Chain, withGenerations: boolean): Promise<State> {
  const plain = (lines: readonly string[]) => (withGenerations ? lines : lines.map((line) => line.replaceAll(GENERATION, '<generation>'))).toSorted();
  const there = new Set(
    (await chain.rows(`SELECT schema_name || '.' || table_name AS name FROM duckdb_tables() WHERE database_name <> 'ops_stage'`)).map((row) => row['name']),
  );
  const state: Record<string, readonly string[]> = {};
  for (const table of ['ops.rejects', 'ops.runs', ...labStreams.map((stream) => `${stream.table.dataset}.${stream.table.name}`)]) {
    if (there.has(table)) state[table] = plain(await lines(chain, `SELECT * EXCLUDE (${CHANGING}) FROM ${table}`));
  }
  if (there.has('ops.loads')) {
    state['ledger'] = plain(await lines(chain, 'SELECT raw_object, outcome, conserved, COUNT(*) AS times FROM ops.ledger GROUP BY ALL'));
    state['loads'] = plain(
      await lines(chain, 'SELECT clean_object, outcome, rows, duplicates, loaded, superseded, COUNT(*) AS times FROM ops.loads GROUP BY ALL'),
    );
  }
  state['stage tables'] = await lines(chain, "SELECT table_name FROM duckdb_tables() WHERE database_name = 'ops_stage' AND table_name <> '_jobs'");
  state['raw objects'] = plain((await chain.objects(chain.raw)).map(({ name, size, crc32c }) => `${name} ${size}-${crc32c}`));
  state['clean objects'] = plain(await cleanTexts(chain));
  state['notices'] = (await chain.notices.list())
    .map(({ function: name, object, rule, state: when, class: kind }) => [name, object, rule, when, kind].join(' ').replaceAll(GENERATION, '<generation>'))
    .toSorted();
  return state;
}

/** What two states differ in, in words. */
export function differences(expected: State, actual: State): readonly string[] {
  const parts = new Set([...Object.keys(expected), ...Object.keys(actual)]);
  return [...parts].flatMap((part) => {
    const [wanted, got] = [expected[part] ?? ['(not there)'], actual[part] ?? ['(not there)']];
    if (JSON.stringify(wanted) === JSON.stringify(got)) return [];
    const [lost, added] = [without(wanted, got), without(got, wanted)];
    return [`${part}: lost ${JSON.stringify(lost)}, added ${JSON.stringify(added)}`];
  });
}

async function lines(chain: Chain, sql: string): Promise<string[]> {
  return (await chain.rows(sql)).map((row) => JSON.stringify(row));
}

async function cleanTexts(chain: Chain): Promise<string[]> {
  const texts: string[] = [];
  for (const { name } of await chain.objects(chain.clean)) texts.push(`${name} ${JSON.stringify(await chain.lines(name))}`);
  return texts;
}

/** The lines of one list that the other lacks, counting how often each is there. */
function without(from: readonly string[], other: readonly string[]): readonly string[] {
  const rest = [...other];
  return from.filter((line) => {
    const place = rest.indexOf(line);
    if (place >= 0) rest.splice(place, 1);
    return place < 0;
  });
}
