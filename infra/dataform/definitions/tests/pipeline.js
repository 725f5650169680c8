const balance = ['source', 'stream', 'run_day'];
const health = ['source', 'stream'];

expect.uniqueKey('mtr_pipeline_balance', balance);
// Whatever a source delivers, a record or a row that is nowhere is a mistake of the pipeline.
expect.holds('mtr_pipeline_balance', 'conserved', 'is_balanced AND unexplained_records = 0 AND unexplained_rows = 0', { key: balance, critical: true });
expect.between('mtr_pipeline_balance', 'reject_rate', 0, 1, { key: balance, nullable: true });
expect.acceptedValues('mtr_pipeline_balance', 'completeness', ['final', 'provisional', 'partial']);

expect.uniqueKey('mtr_pipeline_health', health);
expect.between('mtr_pipeline_health', 'success_rate', 0, 1, { key: health, nullable: true });
expect.acceptedValues('mtr_pipeline_health', 'completeness', ['final', 'partial']);
expect.holds('mtr_pipeline_health', 'fresh', 'is_fresh IS NULL OR is_fresh', { key: health });

const reason = ['source', 'stream', 'run_day', 'field', 'rule'];
expect.uniqueKey('mtr_pipeline_rejects', reason);
expect.holds('mtr_pipeline_rejects', 'counts_records', 'rejects > 0', { key: reason });
