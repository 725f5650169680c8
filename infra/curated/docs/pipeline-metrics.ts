import { type Catalogue, count, ratio } from './metric.ts';

const EVERY = 'counted for each generation of a raw object: one that is processed again counts again';

/** Figures of the pipeline itself. */
export const pipelineMetrics: Catalogue = {
  mtr_pipeline_balance: {
    population: 'Generations of raw objects that came to an end or are on the way, by the day of their run time',
    caveats: [EVERY],
    figures: {
      objects: count('objects'),
      loaded_objects: count('objects'),
      refused_objects: count('objects'),
      failed_objects: count('objects'),
      open_objects: count('objects'),
      records: count('records'),
      clean_rows: count('rows'),
      rejects: count('records'),
      filtered: count('records'),
      unexplained_records: count('records', { caveat: '0, or a mistake of the pipeline' }),
      duplicates: count('rows'),
      loaded: count('rows', { caveat: 'at the time of the load; a newer object may have replaced them since' }),
      superseded: count('rows'),
      unexplained_rows: count('rows', { caveat: '0, or a mistake of the pipeline' }),
      reject_rate: ratio('rejects', 'records'),
    },
  },
  mtr_pipeline_rejects: {
    population: 'Records that broke their contract and are kept, at most 10,000 per raw object, by their first reason',
    caveats: [EVERY, 'the balance counts all of them'],
    figures: { rejects: count('records') },
  },
  mtr_pipeline_health: {
    population: 'Declared streams; rates and counts are of the last 30 days',
    caveats: ['a stream whose files are only dropped has no schedule, hence no slots and no success rate'],
    figures: {
      age_hours: count('hours'),
      scheduled_slots: count('moments'),
      loaded_slots: count('moments', { caveat: 'an object that a newer one superseded does not count' }),
      success_rate: ratio('loaded_slots', 'scheduled_slots'),
      objects: count('objects', { caveat: EVERY }),
      failed_objects: count('objects'),
      open_objects: count('objects'),
      duration_seconds_p50: count('seconds', { population: 'loaded objects' }),
      duration_seconds_p95: count('seconds', { population: 'loaded objects', caveat: 'of fewer than 20 objects it is close to the longest' }),
      lag_seconds_p50: count('seconds', { population: 'first loads of runs' }),
      lag_seconds_p95: count('seconds', { population: 'first loads of runs', caveat: 'of fewer than 20 objects it is close to the longest' }),
      last_rows: count('rows'),
      previous_rows: count('rows'),
      row_delta: count('rows', { caveat: 'of a stream that asks for changes only it says how much there was to do, not how the table grew' }),
      row_delta_ratio: ratio('row_delta', 'previous_rows'),
      records: count('records'),
      rejects: count('records'),
      reject_rate: ratio('rejects', 'records'),
    },
  },
};
