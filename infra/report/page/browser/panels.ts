import type { Tab } from '../cards/card.ts';
import { tabs } from '../tabs/index.ts';
import { byId } from './elements.ts';
import type { Panel } from './panel.ts';

/** The panels of the tabs, each made when it is first wanted. */
export interface Panels {
  /** The panel of a tab, made now where it is not there yet; undefined where there is no such tab. */
  readonly one: (id: string) => Panel | undefined;
  readonly made: () => readonly Panel[];
  /** All of them, made where they are not there yet. */
  readonly all: () => readonly Panel[];
}

/** Empties the report and puts each panel there, in the order of the tabs, when it is made. */
export function panelsOf(make: (tab: Tab) => Panel): Panels {
  const made = new Map<string, Panel>();
  const main = byId('report');
  main.replaceChildren();
  const madeInOrder = () => tabs.flatMap(({ id }) => made.get(id) ?? []);
  const one = (id: string): Panel | undefined => {
    const tab = tabs.find((candidate) => candidate.id === id);
    if (tab === undefined || made.has(id)) return made.get(id);
    const panel = make(tab);
    made.set(id, panel);
    const after = madeInOrder()[madeInOrder().indexOf(panel) + 1];
    main.insertBefore(panel.node, after?.node ?? null);
    return panel;
  };
  return { one, made: madeInOrder, all: () => tabs.flatMap(({ id }) => one(id) ?? []) };
}
