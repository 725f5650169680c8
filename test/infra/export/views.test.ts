import { beforeAll, describe, expect, test } from '@jest/globals';
import { compileModels } from '../../../infra/curated/compile.ts';
import type { Graph } from '../../../infra/curated/graph.ts';
import { chosenViews } from '../../../infra/export/views.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await compileModels();
});

const names = (...patterns: readonly string[]) => {
  const choice = chosenViews(graph, patterns);
  return 'views' in choice ? choice.views.map(({ target }) => target.name) : choice;
};

describe('chosen views', () => {
  test('are those of a pattern, by the name of the view or of what it shows', () => {
    expect(names('dim_stores')).toEqual(['v_dim_stores']);
    expect(names('v_dim_stores', 'DIM_STORES')).toEqual(['v_dim_stores']);
    const metrics = graph.models.filter(({ target }) => target.dataset === 'metrics').map(({ target }) => `v_${target.name}`);
    expect(names('mtr_*')).toEqual(metrics.toSorted());
  });

  test.each(['mtr.*', 'dim_stores|x', '(', 'staging.stg_ezfocus_accounts', 'stg_ezfocus_accounts'])('are none for %j', (pattern) => {
    expect(names(pattern)).toMatchObject({ unknown: pattern });
  });

  test('that are not there lead to names that resemble them', () => {
    expect(names('mtr_order')).toMatchObject({ similar: expect.arrayContaining(['mtr_order_days']) });
    expect(names('stores')).toMatchObject({ similar: ['dim_stores', 'fct_store_inventory'] });
    expect(names('zzz')).toEqual({ unknown: 'zzz', similar: [] });
  });
});
