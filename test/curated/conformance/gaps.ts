/** Cases that are refused on DuckDB, each with the reason; a refusal says which word it is about. */
export const refusedHere: Readonly<Record<string, string>> = {
  'CAST float string': 'how BigQuery writes a FLOAT64 as text is not documented to the digit',
  FARM_FINGERPRINT: 'DuckDB has no FarmHash: keys are made with SHA256',
  INITCAP: 'DuckDB has no list of delimiters',
  NORMALIZE: 'DuckDB has one of the four forms only',
  'NUMERIC / number': 'DuckDB makes a FLOAT64 of it, and its type is not known where the text is written: SAFE_DIVIDE',
  'NUMERIC / number behind COALESCE': 'as NUMERIC / number',
  'NUMERIC + a literal with a point': 'DuckDB makes a FLOAT64 of both',
  'COALESCE of a NUMERIC and a literal with a point': 'DuckDB makes a FLOAT64 of both',
  'IF of a NUMERIC or a literal with a point': 'DuckDB makes a FLOAT64 of both',
  'CASE of a NUMERIC or a literal with a point': 'DuckDB makes a FLOAT64 of both',
  'SAFE_DIVIDE of a NUMERIC by a literal with a point': 'DuckDB makes a FLOAT64 of both',
  'SAFE_DIVIDE of a literal with a point by a NUMERIC': 'DuckDB makes a FLOAT64 of both',
  'GREATEST of a NUMERIC and a literal with a point': 'DuckDB makes a FLOAT64 of both',
  'a NUMERIC compared with a literal with a point': 'DuckDB makes a FLOAT64 of both',
  'an array of a NUMERIC and a literal with a point': 'DuckDB makes a FLOAT64 of both',
  'DATE - DATE': 'DuckDB gives a number, BigQuery an INTERVAL: DATE_DIFF',
  'DATE_TRUNC of a TIMESTAMP': 'TIMESTAMP_TRUNC does it',
  'FORMAT_DATE in the way of a country': 'only elements that mean the same in both',
  'ORDER BY an expression of an alias': 'DuckDB takes the name for a column there',
  'GROUP BY an alias behind a star': 'how many columns the star stands for is not known where the text is written',
  'STRING_AGG with LIMIT': 'DuckDB has no LIMIT in an aggregate',
};

/** Cases that give another value on DuckDB, each with the reason why it is not refused; one that is right after all is a failure. */
export const differsHere: Readonly<Record<string, string>> = {
  'TO_JSON_STRING of a row with a time':
    'DuckDB writes a time within JSON in another way; stg_ezfocus_call_reports needs the row as JSON, because reports have columns of their own, and takes the times out',
};
