import type { Tab } from '../cards/card.ts';
import { type DimensionId, dimension } from '../figures/dimensions.ts';
import { chosenOf, type Filters, filtersOf, isFiltered, NO_FILTERS, toggled } from '../figures/filters.ts';
import { daysOf, type Option, optionsOf } from '../figures/options.ts';
import type { Report } from '../figures/report.ts';
import { button, element } from './elements.ts';

/** Where filters are kept. */
export interface FilterState {
  readonly get: () => Filters;
  readonly set: (filters: Filters) => void;
}

export interface FilterBar {
  readonly node: HTMLElement;
  /** Shows what is chosen now. */
  readonly update: () => void;
}

const SEARCH_FROM = 12;

/** The filters that a tab knows. */
export function filterBar(tab: Tab, report: Report, state: FilterState): FilterBar {
  const days = tab.hasDates ? daysOf(tab, report) : undefined;
  const dates = days === undefined ? [] : [dateField('From', 'from', days, state, tab.id), dateField('To', 'to', days, state, tab.id)];
  const menus = tab.filters.map((id) => menu(tab.id, id, optionsOf(id, tab, report), state));
  const reset = button({ class: 'plain reset' }, 'Reset filters', () => state.set(NO_FILTERS));
  const elsewhere = element('p', { class: 'note' });
  const node = element(
    'div',
    { class: 'filters', role: 'group', 'aria-label': 'Filters' },
    ...dates.map(({ node }) => node),
    ...menus.map(({ node }) => node),
    reset,
    elsewhere,
  );
  const update = () => {
    for (const part of [...dates, ...menus]) part.update();
    const all = state.get();
    reset.disabled = !isFiltered(all);
    elsewhere.textContent = isFiltered(all) && !isFiltered(filtersOf(all, tab.filters, tab.hasDates)) ? 'Filters of other tabs have no effect here.' : '';
  };
  update();
  return { node, update };
}

function dateField(label: string, name: 'from' | 'to', days: { first: string; last: string }, state: FilterState, tab: string): FilterBar {
  const input = element('input', { type: 'date', id: `${tab}-${name}`, min: days.first, max: days.last });
  input.addEventListener('change', () => state.set({ ...state.get(), [name]: input.value === '' ? undefined : input.value }));
  const update = () => {
    input.value = state.get()[name] ?? '';
  };
  return { node: element('label', { class: 'date', for: input.id }, element('span', {}, label), input), update };
}

function menu(tab: string, id: DimensionId, options: readonly Option[], state: FilterState): FilterBar {
  const { label } = dimension(id);
  const told = element('span', { class: 'chosen' });
  const boxes = options.map(({ word, text }) => {
    const box = element('input', { type: 'checkbox', value: word });
    box.addEventListener('change', () => state.set(toggled(state.get(), id, word)));
    return { box, word, text, node: element('label', { class: 'option' }, box, element('span', {}, text)) };
  });
  const clear = button({ class: 'plain' }, 'Show all', () => state.set(chosenOf(state.get(), id, [])));
  const list = element('div', { class: 'options', role: 'group', 'aria-label': label }, ...boxes.map(({ node }) => node));
  const body = element('div', { class: 'menu' }, options.length >= SEARCH_FROM ? searchField(label, boxes) : null, list, clear);
  const node = element('details', { class: 'filter', 'data-filter': id }, element('summary', {}, element('span', { class: 'dimension' }, label), told), body);
  closeFromOutside(node);
  keepInSight(node, body);
  const update = () => {
    const chosen = state.get().words[id] ?? [];
    for (const { box, word } of boxes) box.checked = chosen.includes(word);
    const first = boxes.find(({ word }) => word === chosen[0])?.text ?? chosen[0];
    told.textContent = chosen.length === 0 ? 'all' : chosen.length === 1 ? (first ?? '') : `${chosen.length} chosen`;
    node.classList.toggle('active', chosen.length > 0);
    clear.disabled = chosen.length === 0;
  };
  node.id = `${tab}-${id}`;
  return { node, update };
}

function searchField(label: string, boxes: readonly { text: string; node: HTMLElement }[]): HTMLInputElement {
  const input = element('input', { type: 'search', 'aria-label': `Find ${label.toLowerCase()}`, placeholder: 'Find' });
  input.addEventListener('input', () => {
    const wanted = input.value.trim().toLowerCase();
    for (const { text, node } of boxes) node.hidden = !text.toLowerCase().includes(wanted);
  });
  return input;
}

/** Pixels between a menu and the edge of the window. */
const EDGE = 8;

/** A menu that would stand beyond the right edge opens further to the left. */
function keepInSight(node: HTMLDetailsElement, body: HTMLElement): void {
  node.addEventListener('toggle', () => {
    body.style.left = '';
    if (!node.open) return;
    const { left, right } = body.getBoundingClientRect();
    const beyond = right + EDGE - document.documentElement.clientWidth;
    if (beyond > 0) body.style.left = `${-Math.min(beyond, left - EDGE)}px`;
  });
}

/** A menu closes with Escape, and when the focus or the pointer goes elsewhere. */
function closeFromOutside(node: HTMLDetailsElement): void {
  node.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !node.open) return;
    node.open = false;
    node.querySelector('summary')?.focus();
  });
  document.addEventListener('pointerdown', (event) => {
    if (!node.contains(event.target as Node)) node.open = false;
  });
  node.addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget !== null && !node.contains(relatedTarget as Node)) node.open = false;
  });
}
