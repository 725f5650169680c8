/**
 * Cases in which the emulator does not give the documented value, each with the reason: its analyzer is Google's, its functions are
 * written anew in Go (0.8.1). A case that is listed and gives it is a failure, too.
 */
export const differsThere: Readonly<Record<string, string>> = {
  'CAST ts string': 'a TIMESTAMP is written in the zone America/Los_Angeles, not in UTC',
  'CAST of a TIMESTAMP with milliseconds': 'a TIMESTAMP is written in the zone America/Los_Angeles, not in UTC',
  'CAST of a DATE to TIMESTAMP': 'a DATE begins in the zone America/Los_Angeles, not in UTC',
  'COALESCE ts literal': 'a literal without a zone is read in America/Los_Angeles, not in UTC',
  'LIKE with both signs': '_ stands for nothing but itself there',
  'LIKE with a pattern of a column': 'a backslash makes nothing plain there',
  'SAFE.EXP beyond the greatest': 'what is beyond the greatest is infinite',
  'DIV of NUMERIC': 'it is -7',
  'NUMERIC * NUMERIC is rounded where it stands': 'a product keeps all its decimals',
  'CAST of NUMERIC * NUMERIC': 'a product keeps all its decimals, in a CAST to NUMERIC, too',
  'CAST of a DATE to DATETIME': 'it is the beginning of 1970',
  'IS NOT TRUE of NULL': 'it is NULL',
  'LOG of a base': 'the arguments are taken in the other order',
  'SAFE_ADD beyond the greatest': 'INT64 overflows without an error',
  'IEEE_DIVIDE of zeros is no number': 'NaN becomes NULL',
  'TRUNC to hundredths': 'TRUNC takes one argument only',
  'NOT IN with NULL': 'NULL in the list is passed over',
  'TIMESTAMP of an hour that is skipped': "Go's time.Date takes the offset after the gap",
  'WEEK 0 is before the first Sunday': 'WEEK is taken for ISOWEEK',
  'WEEK of a Sunday': 'WEEK is taken for ISOWEEK',
  'WEEK(MONDAY) of that Sunday': 'WEEK(MONDAY) is not known',
  'WEEK(MONDAY) of the day after': 'WEEK(MONDAY) is not known',
  'GROUP BY ALL': 'its analyzer has the feature switched off; BigQuery documents it',
  'SUM of NUMERIC in a window': 'it is 0',
  'TO_JSON_STRING of a row with a time': 'the quotes around a TIMESTAMP are left away',
  'FIRST_VALUE IGNORE NULLS': 'IGNORE NULLS is not applied',
};

/** Wrong queries that the emulator answers, each with the reason. */
export const acceptedThere: Readonly<Record<string, string>> = {
  'text || number': 'it casts the number; BigQuery documents STRING, BYTES and ARRAY',
  'CONCAT of text and number': 'it casts the number; BigQuery documents STRING and BYTES',
  'INT64 beyond the greatest': 'INT64 overflows without an error',
  'DATE of a text': 'it reads the text as a DATE; refused here, because the reference has no such signature',
  'POW beyond the greatest': 'it is infinite',
  'POW of zero below zero': 'it is infinite',
  'EXP beyond the greatest': 'it is infinite',
  'GENERATE_ARRAY with a step of 0': 'it gives an array; BigQuery documents an error',
  'REGEXP_EXTRACT with two groups': 'it takes the first; BigQuery documents an error',
  'a CAST of a number with a low line': 'it reads numbers as Go does',
  'a CAST of a text with a zone to DATETIME': 'it reads the zone',
  'a query that begins with FROM': 'its pipe syntax is switched on, which BigQuery has as well; refused here, so that models look alike',
  'two queries': 'it takes a script',
};

/** Cases that the emulator answers rightly in some runs only, each with what has been seen. */
export const variesThere: Readonly<Record<string, string>> = {
  'SAFE_DIVIDE rounds half away from zero': 'NUMERIC is divided with the digits of a FLOAT64 in most runs, exactly in some',
  'SAFE_DIVIDE of a NUMERIC keeps every digit': 'NUMERIC is divided with the digits of a FLOAT64 in most runs, exactly in some',
};
