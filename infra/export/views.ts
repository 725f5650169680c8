import { ANALYTICS } from '../curated/analytics.ts';
import type { Graph, Model } from '../curated/graph.ts';

const WORD_LENGTH = 3;
const NAMES_TOLD = 5;

/** What a pattern means: views, or names that resemble it where it means none. */
export type Choice = { readonly views: readonly Model[] } | { readonly unknown: string; readonly similar: readonly string[] };

/** The views of dataset `analytics` that have a name of one of the patterns, as `mtr_*`, `v_dim_stores` or `fct_sales`; in order of their names. */
export function chosenViews({ models }: Graph, patterns: readonly string[]): Choice {
  const views = models.filter(({ target }) => target.dataset === ANALYTICS).toSorted((a, b) => (a.target.name < b.target.name ? -1 : 1));
  const chosen = new Set<Model>();
  for (const pattern of patterns) {
    const found = views.filter(({ target }) => isMeant(pattern, target.name));
    if (found.length === 0) return { unknown: pattern, similar: similarNames(pattern, views) };
    for (const view of found) chosen.add(view);
  }
  return { views: views.filter((view) => chosen.has(view)) };
}

function isMeant(pattern: string, view: string): boolean {
  const text = pattern.replaceAll(/[^*]+/g, (part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, String.raw`\$&`)).replaceAll('*', '.*');
  const wanted = new RegExp(`^(?:${text})$`, 'i');
  return wanted.test(view) || wanted.test(view.replace(/^v_/, ''));
}

/** Those that share most words with it. */
function similarNames(pattern: string, views: readonly Model[]): readonly string[] {
  const words = pattern
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length >= WORD_LENGTH);
  const shared = (name: string) => words.filter((word) => name.includes(word.replace(/s$/, ''))).length;
  const names = views.map(({ target }) => target.name.replace(/^v_/, ''));
  return names
    .filter((name) => shared(name) > 0)
    .toSorted((a, b) => shared(b) - shared(a))
    .slice(0, NAMES_TOLD);
}
