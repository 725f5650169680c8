import { PermanentError } from '../../shared/errors.ts';
import { type Assertion, type Graph, idOf, type Model, type Target } from './graph.ts';

export type Action = Model | Assertion;

/** Which actions are meant; all of them where it does not say. */
export interface Selection {
  /** `name` with its tests, `name+` with what depends on it, `+name` with what it depends on. */
  readonly names?: readonly string[];
  /** Actions that have at least one of them. */
  readonly tags?: readonly string[];
}

const SELECTOR = /^(\+?)([\w.]+?)(\+?)$/;

export function isModel(action: Action): action is Model {
  return 'kind' in action;
}

/** Every model and assertion, each after what it depends on; throws a PermanentError where they go in a circle. */
export function inOrder({ models, assertions }: Graph): readonly Action[] {
  const actions = new Map<string, Action>([...models, ...assertions].map((action) => [idOf(action.target), action]));
  const done = new Map<string, Action>();
  const visit = (id: string, path: readonly string[]): void => {
    const action = actions.get(id);
    if (action === undefined || done.has(id)) return;
    if (path.includes(id)) throw new PermanentError('models', `the models go in a circle: ${[...path.slice(path.indexOf(id)), id].join(' → ')}`);
    for (const before of action.after) visit(idOf(before), [...path, id]);
    done.set(id, action);
  };
  for (const id of actions.keys()) visit(id, []);
  return [...done.values()];
}

/** Those of the ordered actions that are meant, in their order; throws a PermanentError for a name or a tag that nothing has. */
export function selected(actions: readonly Action[], { names = [], tags = [] }: Selection): readonly Action[] {
  if (names.length === 0 && tags.length === 0) return actions;
  const known = new Set(actions.flatMap((action) => action.tags));
  const unknown = tags.find((tag) => !known.has(tag));
  if (unknown !== undefined) throw new PermanentError('models', `there is no tag ${JSON.stringify(unknown)}; there are ${[...known].sort().join(', ')}`);
  const ids = new Set(names.flatMap((name) => selectedBy(actions, name)));
  return actions.filter(
    (action) => (names.length === 0 || ids.has(idOf(action.target))) && (tags.length === 0 || action.tags.some((tag) => tags.includes(tag))),
  );
}

function selectedBy(actions: readonly Action[], selector: string): readonly string[] {
  const [, before = '', name = '', after = ''] = SELECTOR.exec(selector) ?? [];
  const meant = actions.filter(({ target }) => target.name === name || idOf(target) === name);
  if (meant.length === 0) throw new PermanentError('models', `there is no model ${JSON.stringify(selector)}: "models list" shows them`);
  const ids = new Set(meant.map(({ target }) => idOf(target)));
  const wanted = [ids, ...(before === '' ? [] : [ancestors(actions, ids)]), ...(after === '' ? [] : [descendants(actions, ids)])];
  const all = new Set(wanted.flatMap((set) => [...set]));
  return [...all, ...actions.filter((action) => !isModel(action) && isAbout(action, all)).map(({ target }) => idOf(target))];
}

function isAbout({ about }: Assertion, ids: ReadonlySet<string>): boolean {
  return about !== undefined && ids.has(idOf(about));
}

function ancestors(actions: readonly Action[], ids: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set(ids);
  for (const action of actions.toReversed()) if (found.has(idOf(action.target))) for (const before of action.after) found.add(idOf(before));
  return found;
}

function descendants(actions: readonly Action[], ids: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set(ids);
  for (const action of actions) if (action.after.some((before: Target) => found.has(idOf(before)))) found.add(idOf(action.target));
  return found;
}
