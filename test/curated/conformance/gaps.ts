/** Cases that are refused on DuckDB, each with the reason; a refusal says which word it is about. */
export const refusedHere: Readonly<Record<string, string>> = {
  'CAST float string': 'how BigQuery writes a FLOAT64 as text is not documented to the digit',
  FARM_FINGERPRINT: 'DuckDB has no FarmHash: keys are made with SHA256',
  INITCAP: 'DuckDB has no list of delimiters',
  NORMALIZE: 'DuckDB has one of the four forms only',
};
