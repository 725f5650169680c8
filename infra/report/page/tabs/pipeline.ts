import type { Tab } from '../cards/card.ts';
import { byMember, overTime } from '../cards/charts.ts';
import { pipeline as figures } from '../figures/measures.ts';
import { modelTests } from '../cards/model-tests.ts';
import { tableBy, tableOf } from '../cards/tables.ts';

const EVERY = 'Generations of raw objects, by the day on which the source was asked (UTC)';

export const pipeline: Tab = {
  id: 'pipeline',
  title: 'Pipeline health',
  about: 'Whether every stream is fresh, every record accounted for, and every test of the models passed.',
  tables: ['mtr_pipeline_balance', 'mtr_pipeline_health', 'mtr_pipeline_rejects'],
  filters: ['source'],
  hasDates: true,
  kpis: [
    { measure: figures.loadedObjects },
    { measure: figures.refused },
    { measure: figures.failed },
    { measure: figures.records },
    { measure: figures.rejects, note: 'records that broke the contract' },
    { measure: figures.rejectRate, note: 'rejects / records' },
    { measure: figures.unexplainedRecords, note: '0, or a mistake of the pipeline' },
    { measure: figures.unexplainedRows, note: '0, or a mistake of the pipeline' },
  ],
  cards: [
    tableOf({
      id: 'freshness',
      title: 'Freshness and durations by stream',
      subtitle: 'Declared streams; counts, rates and seconds are of the last 30 days before the data was read',
      table: 'mtr_pipeline_health',
      sort: (table) => (a, b) => Number(table.cell(a, 'is_fresh') !== false) - Number(table.cell(b, 'is_fresh') !== false),
      columns: [
        { column: 'source', label: 'Source', as: 'text' },
        { column: 'stream', label: 'Stream', as: 'text' },
        { column: 'is_fresh', label: 'Fresh', as: 'flag', flags: ['fresh', 'late'], absent: 'nothing due' },
        { column: 'last_run_time', label: 'Last loaded', as: 'moment' },
        { column: 'next_due_at', label: 'Next due', as: 'moment' },
        { column: 'success_rate', label: 'Success', unit: 'percent' },
        { column: 'duration_seconds_p50', label: 'Duration, median', unit: 'seconds' },
        { column: 'duration_seconds_p95', label: 'Duration, P95', unit: 'seconds' },
        { column: 'last_rows', label: 'Rows of the last', unit: 'count' },
        { column: 'reject_rate', label: 'Reject rate', unit: 'rate' },
        { column: 'failed_objects', label: 'Failed', unit: 'count' },
        { column: 'completeness', label: 'Completeness', as: 'text' },
      ],
    }),
    overTime({ id: 'records-by-day', title: 'Records by day', subtitle: EVERY, measures: [figures.records], by: 'day' }),
    byMember({ id: 'records-by-source', title: 'Records by source', subtitle: EVERY, measures: [figures.records], by: 'source', isWhole: true }),
    byMember({
      id: 'rejects-by-rule',
      title: 'Rejects by rule',
      subtitle: 'Records that broke the contract, by the first rule that they broke',
      measures: [figures.rejected],
      by: 'rule',
      isWhole: true,
      width: 'third',
    }),
    byMember({
      id: 'rejects-by-field',
      title: 'Rejects by field',
      subtitle: 'By the field of the first reason',
      measures: [figures.rejected],
      by: 'field',
      isWhole: true,
      width: 'third',
    }),
    byMember({
      id: 'rejects-by-stream',
      title: 'Rejects by stream',
      subtitle: EVERY,
      measures: [figures.rejects],
      by: 'stream',
      isWhole: true,
      isWithoutZero: true,
      width: 'third',
    }),
    tableBy({
      id: 'conservation',
      title: 'Every record accounted for',
      subtitle: 'records = clean rows + rejects + filtered; clean rows = duplicates + loaded + superseded',
      by: 'stream',
      measures: [
        ...[figures.objects, figures.records, figures.cleanRows, figures.rejects, figures.filtered, figures.unexplainedRecords],
        ...[figures.duplicates, figures.loaded, figures.superseded, figures.unexplainedRows],
      ],
    }),
    modelTests({ id: 'model-tests', title: 'Tests of the models', subtitle: 'What became of each test when it last ran; rows that break it', width: 'full' }),
  ],
};
