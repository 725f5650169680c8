// Written by `npm run models -- sources` from shared/streams; a test compares them.

declare({
  schema: 'ops',
  name: 'rejects',
  description: 'Records that failed their contract, with the reasons; at most 10,000 per raw object are kept, the run record counts all',
  columns: {
    source: 'Source of the record',
    stream: 'Stream of the record',
    field: 'Field of the first reason',
    rule: 'Rule of the first reason',
    reasons: 'Every reason as "field: rule: what is expected"',
    line: 'The line of the file that the record begins on, from 1; CSV only',
    record: { description: 'The record as JSON text, cut at 64 KiB', tags: ['pii'] },
    _raw_object: 'Raw object that the row comes from',
    _raw_generation: 'Generation of the raw object',
    _row: 'Ordinal of the record in the raw object, from 1',
    _extracted_at: 'Run time: when the raw object was asked for',
    load_timestamp: 'Data load timestamp',
  },
});

declare({
  schema: 'ops',
  name: 'runs',
  description: 'One row for every end of a transform: what became of a generation of a raw object',
  columns: {
    source: 'Source of the raw object',
    stream: 'Stream of the raw object',
    outcome: 'success, refused (by a gate) or failed (unreadable, or too old to retry)',
    rule: 'The gate or rule that ended it',
    message: 'Why it ended, for a person',
    accept: 'Gates that a person let this object through',
    records: 'Records in the raw object',
    rows: 'Rows in the clean object',
    rejects: 'Records rejected',
    filtered: 'Records that the stream does not want',
    rejects_stored: 'Rejects kept with their text',
    reject_rules: 'Rejects by "field: rule"',
    warnings: 'Warnings by "field: rule"',
    drift: 'Fields that the contract does not name, with the number of records that have them',
    raw_size: 'Stored bytes of the raw object',
    raw_crc32c: 'CRC32C of the stored bytes, hexadecimal',
    raw_created: 'When this generation of the raw object was finalized',
    code_version: 'Version of the code that ran',
    contract_hash: 'Names the state of the stream declaration',
    _raw_object: 'Raw object that the row comes from',
    _raw_generation: 'Generation of the raw object',
    _row: 'Ordinal of the record in the raw object, from 1',
    _extracted_at: 'Run time: when the raw object was asked for',
    load_timestamp: 'Data load timestamp',
  },
});

declare({
  schema: 'ops',
  name: 'loads',
  description: 'One row for every end of a load: what became of a clean object',
  columns: {
    source: 'Source of the clean object',
    stream: 'Stream of the clean object',
    raw_object: 'Raw object that the clean object comes from',
    raw_generation: 'Generation of the raw object',
    run_time: 'Run time of the raw object',
    clean_object: 'Clean object that was loaded',
    outcome: 'loaded, duplicate, superseded, refused or failed; emptied: its rows were taken away afterwards',
    rule: 'The gate or rule that ended it',
    message: 'Why it ended, for a person',
    accept: 'Gates that a person let this object through',
    rows: 'Rows in the clean object',
    duplicates: 'Rows whose key came again later in the object',
    loaded: 'Rows that are in the table',
    superseded: 'Rows that a newer object had replaced already',
    ms: 'Duration of the load in milliseconds',
    code_version: 'Version of the code that ran',
    loaded_at: 'When the load ended',
  },
});

declare({
  schema: 'ops',
  name: 'ledger',
  description: 'The ledger: one row for every generation of a raw object that came to an end',
});
