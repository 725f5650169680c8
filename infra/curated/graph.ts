/** A table, view or assertion in its dataset. */
export interface Target {
  readonly dataset: string;
  readonly name: string;
}

export interface ModelColumn {
  readonly name: string;
  readonly description: string;
  /** `key` and `pii` mean something to the runner. */
  readonly tags: readonly string[];
}

interface Action {
  readonly target: Target;
  readonly tags: readonly string[];
  /** What it reads, and what else must be done before. */
  readonly after: readonly Target[];
  readonly file: string;
}

/** A table or view that is built. */
export interface Model extends Action {
  readonly kind: 'view' | 'table' | 'incremental';
  readonly description: string;
  readonly columns: readonly ModelColumn[];
  readonly query: string;
  /** Of an incremental table that is there: what is merged. */
  readonly incrementalQuery: string;
  readonly before: readonly string[];
  readonly incrementalBefore: readonly string[];
  readonly uniqueKey: readonly string[];
  readonly partitionBy: string;
  readonly clusterBy: readonly string[];
  readonly updatePartitionFilter: string;
}

/** A query whose rows are failures. */
export interface Assertion extends Action {
  readonly query: string;
  /** The model that it is about: the one that declares it, or the first that it reads. */
  readonly about: Target | undefined;
}

/** A declared table that others fill. */
export interface SourceTable {
  readonly target: Target;
  readonly columns: readonly ModelColumn[];
}

/** A model's query over given rows, and the rows that it must make of them. */
export interface UnitTest {
  readonly name: string;
  readonly query: string;
  readonly expected: string;
  readonly file: string;
}

/** A compiled Dataform project. */
export interface Graph {
  /** The project that is named in the queries. */
  readonly project: string;
  /** The variables of workflow_settings.yaml. */
  readonly vars: Readonly<Record<string, string>>;
  readonly models: readonly Model[];
  readonly assertions: readonly Assertion[];
  readonly sources: readonly SourceTable[];
  readonly unitTests: readonly UnitTest[];
  readonly errors: readonly string[];
}

/** Reads what @dataform/core compiled; throws where it has a kind of action that nothing here can run. */
export function readGraph(compiled: unknown): Graph {
  const graph = membersOf(compiled);
  const config = membersOf(graph['projectConfig']);
  const [operation] = listOf(graph['operations']);
  if (operation !== undefined) throw new Error(`${textOf(membersOf(operation)['fileName'])}: operations cannot be run locally: make it a table or view`);
  return {
    project: textOf(config['defaultDatabase']),
    vars: Object.fromEntries(Object.entries(membersOf(config['vars'])).map(([name, value]) => [name, textOf(value)])),
    models: enabled(graph['tables']).map(readModel),
    assertions: enabled(graph['assertions']).map(readAssertion),
    sources: listOf(graph['declarations']).map(readSource),
    unitTests: listOf(graph['tests']).map(readUnitTest),
    errors: listOf(membersOf(graph['graphErrors'])['compilationErrors']).map(readError),
  };
}

/** One text for a target, `dataset.name`. */
export function idOf({ dataset, name }: Target): string {
  return `${dataset}.${name}`;
}

function enabled(value: unknown): readonly Record<string, unknown>[] {
  return listOf(value)
    .map(membersOf)
    .filter((action) => action['disabled'] !== true);
}

function readAction(action: Record<string, unknown>): Action {
  return {
    target: readTarget(action['target']),
    tags: textsOf(action['tags']),
    after: listOf(action['dependencyTargets']).map(readTarget),
    file: textOf(action['fileName']),
  };
}

function readModel(action: Record<string, unknown>): Model {
  const { type } = action;
  if (type !== 'view' && type !== 'table' && type !== 'incremental') throw new Error(`${textOf(action['fileName'])}: a model of type ${String(type)}`);
  const warehouse = membersOf(action['bigquery']);
  const descriptor = membersOf(action['actionDescriptor']);
  if (listOf(action['postOps']).length + listOf(action['incrementalPostOps']).length > 0) throw new Error(`${textOf(action['fileName'])}: post_operations`);
  return {
    ...readAction(action),
    kind: type,
    description: textOf(descriptor['description']),
    columns: readColumns(descriptor),
    query: textOf(action['query']),
    incrementalQuery: textOf(action['incrementalQuery']),
    before: textsOf(action['preOps']),
    incrementalBefore: textsOf(action['incrementalPreOps']),
    uniqueKey: textsOf(action['uniqueKey']),
    partitionBy: textOf(warehouse['partitionBy']),
    clusterBy: textsOf(warehouse['clusterBy']),
    updatePartitionFilter: textOf(warehouse['updatePartitionFilter']),
  };
}

function readAssertion(value: Record<string, unknown>): Assertion {
  const action = readAction(value);
  const about = value['parentAction'] === undefined ? action.after[0] : readTarget(value['parentAction']);
  return { ...action, query: textOf(value['query']), about };
}

function readSource(value: unknown): SourceTable {
  const source = membersOf(value);
  return { target: readTarget(source['target']), columns: readColumns(membersOf(source['actionDescriptor'])) };
}

function readColumns(descriptor: Record<string, unknown>): readonly ModelColumn[] {
  return listOf(descriptor['columns'])
    .map(membersOf)
    .map((column) => ({ name: textsOf(column['path']).join('.'), description: textOf(column['description']), tags: textsOf(column['tags']) }));
}

function readUnitTest(value: unknown): UnitTest {
  const test = membersOf(value);
  return { name: textOf(test['name']), query: textOf(test['testQuery']), expected: textOf(test['expectedOutputQuery']), file: textOf(test['fileName']) };
}

function readError(value: unknown): string {
  const { fileName, message } = membersOf(value);
  return `${textOf(fileName)}: ${textOf(message)}`;
}

function readTarget(value: unknown): Target {
  const { schema, name } = membersOf(value);
  return { dataset: textOf(schema), name: textOf(name) };
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textsOf(value: unknown): readonly string[] {
  return listOf(value).map(textOf);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
