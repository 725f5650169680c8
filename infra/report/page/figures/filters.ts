import { isDay } from './days.ts';
import { type DimensionId, dimension, dimensionIds, memberText } from './dimensions.ts';

/** What the reader has chosen; nothing chosen is everything. */
export interface Filters {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly words: Readonly<Partial<Record<DimensionId, readonly string[]>>>;
}

export const NO_FILTERS: Filters = { words: {} };

/** The dimensions that are filtered. */
export function filteredDimensions({ words }: Filters): readonly DimensionId[] {
  return dimensionIds.filter((id) => (words[id]?.length ?? 0) > 0);
}

/** Whether days are left out. */
export function hasDates({ from, to }: Filters): boolean {
  return from !== undefined || to !== undefined;
}

export function isFiltered(filters: Filters): boolean {
  return hasDates(filters) || filteredDimensions(filters).length > 0;
}

/** The filters with a member more, or one less where it was chosen already. */
export function toggled(filters: Filters, id: DimensionId, word: string): Filters {
  const chosen = filters.words[id] ?? [];
  return chosenOf(filters, id, chosen.includes(word) ? chosen.filter((other) => other !== word) : [...chosen, word]);
}

/** The filters with these members of a dimension; all of them where the list is empty. */
export function chosenOf(filters: Filters, id: DimensionId, words: readonly string[]): Filters {
  return { ...filters, words: { ...filters.words, [id]: words } };
}

/** Those filters that a tab knows; the others have no effect there. */
export function filtersOf(filters: Filters, known: readonly DimensionId[], knowsDates: boolean): Filters {
  const words = Object.fromEntries(known.map((id) => [id, filters.words[id] ?? []]));
  return knowsDates ? { from: filters.from, to: filters.to, words } : { words };
}

/** What is filtered, in words. */
export function filterText(filters: Filters): string {
  const { from, to } = filters;
  const dates = from === undefined && to === undefined ? [] : [`days ${from ?? 'from the first'} to ${to ?? 'the last'}`];
  const members = filteredDimensions(filters).map(
    (id) => `${dimension(id).label}: ${(filters.words[id] ?? []).map((word) => memberText(id, word)).join(', ')}`,
  );
  return isFiltered(filters) ? `Filtered by ${[...dates, ...members].join('; ')}.` : 'Not filtered.';
}

/** A tab and the filters as the part of the address behind `#`. */
export function hashOf(tab: string, filters: Filters): string {
  const parameters = new URLSearchParams();
  if (filters.from !== undefined) parameters.set('from', filters.from);
  if (filters.to !== undefined) parameters.set('to', filters.to);
  for (const id of filteredDimensions(filters)) for (const word of filters.words[id] ?? []) parameters.append(id, word);
  const text = parameters.toString();
  return text === '' ? `#${tab}` : `#${tab}?${text}`;
}

/** What `hashOf` wrote; whatever else stands in the address is left out. */
export function parseHash(hash: string): { readonly tab: string; readonly filters: Filters } {
  const [tab = '', text = ''] = hash.replace(/^#/, '').split('?', 2);
  const parameters = new URLSearchParams(text);
  const day = (name: string) => {
    const value = parameters.get(name);
    return value !== null && isDay(value) ? value : undefined;
  };
  const words = dimensionIds.flatMap((id) => (parameters.has(id) ? [[id, [...new Set(parameters.getAll(id))]] as const] : []));
  return { tab, filters: { from: day('from'), to: day('to'), words: Object.fromEntries(words) } };
}
