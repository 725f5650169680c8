import type { Tab } from '../cards/card.ts';
import { button, element } from './elements.ts';

export interface TabList {
  readonly node: HTMLElement;
  readonly mark: (id: string) => void;
}

/** The tabs, to be walked through with the arrow keys, Home and End (WAI-ARIA tabs). */
export function tabList(tabs: readonly Tab[], open: (id: string) => void): TabList {
  const buttons = tabs.map(({ id, title }) =>
    button({ role: 'tab', id: `tab-${id}`, 'aria-controls': `panel-${id}`, 'aria-selected': 'false', tabindex: '-1' }, title, () => open(id)),
  );
  const node = element('div', { role: 'tablist', 'aria-label': 'Tabs of the report', class: 'tabs' }, ...buttons);
  node.addEventListener('keydown', (event) => {
    const place = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const next = nextPlace(event.key, place, buttons.length);
    const tab = next === undefined ? undefined : tabs[next];
    if (next === undefined || tab === undefined) return;
    event.preventDefault();
    buttons[next]?.focus();
    open(tab.id);
  });
  const mark = (id: string) => {
    for (const [place, made] of buttons.entries()) {
      const isOpen = tabs[place]?.id === id;
      made.setAttribute('aria-selected', String(isOpen));
      made.tabIndex = isOpen ? 0 : -1;
      if (isOpen) node.scrollLeft = Math.max(0, made.offsetLeft - node.offsetLeft - 48);
    }
  };
  return { node, mark };
}

function nextPlace(key: string, place: number, count: number): number | undefined {
  if (place < 0) return undefined;
  if (key === 'ArrowRight') return (place + 1) % count;
  if (key === 'ArrowLeft') return (place + count - 1) % count;
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : undefined;
}
