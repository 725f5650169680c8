import { defineStream } from '../../stream.ts';
import { pipeline } from './source.ts';

export const runs = defineStream({
  source: pipeline,
  name: 'runs',
  description: 'One row for every end of a transform: what became of a generation of a raw object',
  columns: {
    source: { type: 'STRING', required: true, description: 'Source of the raw object' },
    stream: { type: 'STRING', required: true, description: 'Stream of the raw object' },
    outcome: { type: 'STRING', required: true, description: 'success, refused (by a gate) or failed (unreadable, or too old to retry)' },
    rule: { type: 'STRING', description: 'The gate or rule that ended it' },
    message: { type: 'STRING', description: 'Why it ended, for a person' },
    accept: { type: 'STRING', description: 'Gates that a person let this object through' },
    records: { type: 'INT64', required: true, description: 'Records in the raw object' },
    rows: { type: 'INT64', required: true, description: 'Rows in the clean object' },
    rejects: { type: 'INT64', required: true, description: 'Records rejected' },
    filtered: { type: 'INT64', required: true, description: 'Records that the stream does not want' },
    rejects_stored: { type: 'INT64', required: true, description: 'Rejects kept with their text' },
    reject_rules: { type: 'JSON', description: 'Rejects by "field: rule"' },
    warnings: { type: 'JSON', description: 'Warnings by "field: rule"' },
    drift: { type: 'JSON', description: 'Fields that the contract does not name, with the number of records that have them' },
    raw_size: { type: 'INT64', required: true, description: 'Stored bytes of the raw object' },
    raw_crc32c: { type: 'STRING', required: true, description: 'CRC32C of the stored bytes, hexadecimal' },
    raw_created: { type: 'TIMESTAMP', required: true, description: 'When this generation of the raw object was finalized' },
    code_version: { type: 'STRING', required: true, description: 'Version of the code that ran' },
    contract_hash: { type: 'STRING', required: true, description: 'Names the state of the stream declaration' },
  },
  unknown: 'none',
  write: { mode: 'replace', scope: 'generation' },
  table: { dataset: 'ops', name: 'runs', cluster: ['source', 'stream'] },
});
