import { defineStream } from '../../stream.ts';
import { pipeline } from './source.ts';

export const rejects = defineStream({
  source: pipeline,
  name: 'rejects',
  description: 'Records that failed their contract, with the reasons; at most 10,000 per raw object are kept, the run record counts all',
  columns: {
    source: { type: 'STRING', required: true, description: 'Source of the record' },
    stream: { type: 'STRING', required: true, description: 'Stream of the record' },
    field: { type: 'STRING', required: true, description: 'Field of the first reason' },
    rule: { type: 'STRING', required: true, description: 'Rule of the first reason' },
    reasons: { type: 'JSON', required: true, description: 'Every reason as "field: rule: what is expected"' },
    line: { type: 'INT64', description: 'The line of the file that the record begins on, from 1; CSV only' },
    record: { type: 'STRING', privacy: 'pii', empty: 'keep', description: 'The record as JSON text, cut at 64 KiB' },
  },
  unknown: 'none',
  write: { mode: 'replace', scope: 'generation' },
  table: { dataset: 'ops', name: 'rejects', cluster: ['source', 'stream', 'rule'] },
});
