import { parseCleanName } from '../../shared/names.ts';
import type { Stream } from '../../shared/stream.ts';
import type { Warehouse } from '../../shared/warehouse/warehouse.ts';
import { expectedRows, ownersOf } from './chaos-model.ts';
import type { ChaosWorld } from './chaos-world.ts';
import { labStreams } from './streams.ts';

type Row = Readonly<Record<string, unknown>>;

/** What a reader of a table may never see, at no moment: two versions in one scope, or a row twice. */
export async function mixedVersions(warehouse: Warehouse, stream: Stream): Promise<string | undefined> {
  const { write, key, table } = stream;
  const scopes = write.mode === 'merge' ? key : write.scope === 'date' ? [write.column] : write.scope === 'table' ? [] : ['_raw_object'];
  const versions =
    "COUNT(DISTINCT _raw_object || '#' || CAST(_raw_generation AS STRING)) AS versions, COUNT(*) - COUNT(DISTINCT _raw_object || '#' || CAST(_row AS STRING)) AS copies";
  const groups = scopes.length === 0 ? '' : `GROUP BY ${scopes.join(', ')}`;
  const [row] = await select(warehouse, `SELECT MAX(versions), MAX(copies) FROM (SELECT ${versions} FROM ${table.dataset}.${table.name} ${groups})`);
  const [most, copies] = Object.values(row ?? {}).map(Number);
  return (most ?? 0) > 1 || (copies ?? 0) > 0 ? `${stream.id}: a reader sees ${most} versions in one scope and ${copies} copies of rows` : undefined;
}

/** Everything that must be true when no event is left; each line is a violation. */
export async function violations(world: ChaosWorld): Promise<readonly string[]> {
  const { warehouse } = world.parts;
  const there = new Set(
    (await select(warehouse, "SELECT IF(database_name = 'ops_stage', database_name, schema_name) || '.' || table_name AS name FROM duckdb_tables()")).map(
      (row) => String(row['name']),
    ),
  );
  if (!there.has('ops.loads')) return ['nothing was loaded'];
  return [
    ...world.events.filter(({ state }) => state === 'pending').map(({ subject }) => `event left: ${subject}`),
    ...[...there].filter((name) => name.startsWith('ops_stage.') && name !== 'ops_stage._jobs').map((name) => `orphan table: ${name}`),
    ...(await wrongTables(world, there)),
    ...(await wrongLedger(world)),
    ...(await wrongRuns(world)),
    ...(await wrongNotices(world)),
  ];
}

async function wrongTables({ parts, liveObjects, leftBytes }: ChaosWorld, there: ReadonlySet<string>): Promise<readonly string[]> {
  const [live, left] = [await liveObjects(), await leftBytes()];
  const wrong: string[] = [];
  for (const stream of labStreams) {
    const table = `${stream.table.dataset}.${stream.table.name}`;
    const actual = there.has(table) ? await select(parts.warehouse, `SELECT * EXCLUDE (load_timestamp, _extracted_at) FROM ${table}`) : [];
    const owners = new Set(actual.map((row) => String(row['_raw_object'])));
    const [wanted, got] = [expectedRows(stream, ownersOf(live, owners, left)), actual].map((rows) => rows.map(line).toSorted());
    if (JSON.stringify(wanted) !== JSON.stringify(got)) wrong.push(`${table}: expected ${wanted?.join(' ')}, found ${got?.join(' ')}`);
  }
  return wrong;
}

async function wrongLedger({ parts, troubles, liveObjects }: ChaosWorld): Promise<readonly string[]> {
  const ledger = await select(parts.warehouse, 'SELECT raw_object, raw_generation, outcome, conserved FROM ops.ledger');
  const wrong: string[] = [];
  for (const { raw_object: name, raw_generation: generation, outcome, conserved } of ledger) {
    if (conserved !== true) wrong.push(`not conserved: ${name}#${generation}`);
    const isBad = outcome === 'failed' || outcome === 'refused';
    if (isBad !== troubles.has(`${name}#${generation}`)) wrong.push(`${name}#${generation} ended as ${outcome}`);
  }
  const ended = new Set(ledger.filter(({ outcome }) => outcome !== 'transformed').map((row) => `${row['raw_object']}#${row['raw_generation']}`));
  wrong.push(
    ...(await liveObjects())
      .map(({ name, generation }) => `${name}#${generation}`)
      .filter((subject) => !ended.has(subject))
      .map((subject) => `no end: ${subject}`),
  );
  const loads = await select(
    parts.warehouse,
    `SELECT clean_object, COUNT(*) AS times, STRING_AGG(outcome, '+') AS outcomes FROM ops.loads GROUP BY clean_object`,
  );
  for (const { clean_object: name, times, outcomes } of loads) {
    if (times !== 1 || !/^(loaded|superseded|duplicate)$/.test(String(outcomes))) wrong.push(`ends of ${name}: ${outcomes}`);
  }
  return [...wrong, ...(await lostRows(parts.warehouse))];
}

/** No more rows of an object are in its table than its load has counted. */
async function lostRows(warehouse: Warehouse): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const stream of labStreams) {
    const table = `${stream.table.dataset}.${stream.table.name}`;
    if ((await warehouse.columns({ dataset: stream.table.dataset, table: stream.table.name })) === undefined) continue;
    const rows = await select(
      warehouse,
      `SELECT t._raw_object AS name, COUNT(*) AS rows, MAX(l.loaded) AS loaded FROM ${table} AS t
       JOIN ops.loads AS l ON l.raw_object = t._raw_object AND l.raw_generation = t._raw_generation AND l.source <> 'pipeline' GROUP BY ALL`,
    );
    wrong.push(
      ...rows.filter((row) => Number(row['rows']) > Number(row['loaded'])).map((row) => `${row['name']}: ${row['rows']} rows, ${row['loaded']} counted`),
    );
  }
  return wrong;
}

/** Each generation that was transformed has one run record and its rejects once. */
async function wrongRuns({ parts, troubles, liveObjects }: ChaosWorld): Promise<readonly string[]> {
  const rows = await select(
    parts.warehouse,
    `SELECT r._raw_object || '#' || CAST(r._raw_generation AS STRING) AS subject, COUNT(*) AS records, MAX(r.rejects_stored) AS stored,
       (SELECT COUNT(*) FROM ops.rejects AS x WHERE x._raw_object = r._raw_object AND x._raw_generation = r._raw_generation) AS rejects
     FROM ops.runs AS r GROUP BY r._raw_object, r._raw_generation`,
  );
  const recorded = new Set(rows.map((row) => String(row['subject'])));
  const live = (await liveObjects()).map(({ name, generation }) => `${name}#${generation}`);
  const liveTroubles = await Promise.all(
    [...troubles].map(async ([subject, { name, generation }]) => ((await parts.raw.stat(name))?.generation === generation ? subject : '')),
  );
  return [
    ...[...live, ...liveTroubles].filter((subject) => subject !== '' && !recorded.has(subject)).map((subject) => `no run record: ${subject}`),
    ...rows.filter((row) => row['records'] !== 1 || row['stored'] !== row['rejects']).map((row) => `run records or rejects: ${JSON.stringify(row)}`),
  ];
}

/** One notice for each trouble that is live, none twice, none about anything else. */
async function wrongNotices({ parts, troubles }: ChaosWorld): Promise<readonly string[]> {
  const told = (await parts.notices.list()).map(({ object, generation, rule, function: name }) => ({
    subject: `${object}#${generation}`,
    what: `${name} ${rule}`,
  }));
  const wrong = told.filter(({ subject }, index) => !troubles.has(subject) || told.findIndex((other) => other.subject === subject) !== index);
  const missing: string[] = [];
  for (const [subject, { name, generation }] of troubles) {
    const isLive = (await parts.raw.stat(name))?.generation === generation;
    if (isLive && !told.some((notice) => notice.subject === subject)) missing.push(`no notice: ${subject}`);
  }
  return [...missing, ...wrong.map(({ subject, what }) => `notice: ${what}: ${subject}`)];
}

/** The stream whose table a load of this object fills; undefined for the built-in ones. */
export function loadedStream(name: string): Stream | undefined {
  const clean = parseCleanName(name);
  return labStreams.find(({ id }) => clean !== undefined && id === `${clean.source}/${clean.stream}`);
}

/** A row as text, without nulls, its columns in order of name. */
function line(row: Row): string {
  const members = Object.entries(row).filter(([, value]) => value !== null);
  return JSON.stringify(
    Object.fromEntries(
      members.map(([name, value]): [string, unknown] => [name, name === '_raw_generation' ? String(value) : value]).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ),
  );
}

async function select(warehouse: Warehouse, sql: string): Promise<readonly Row[]> {
  const { columns, rows } = await warehouse.query(sql);
  return rows.map((row) => Object.fromEntries(columns.map((column, index) => [column.name, row[index]])));
}
