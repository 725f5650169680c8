import { dateMacros } from './date-macros.ts';
import { MACRO_SCHEMA } from './functions.ts';

/**
 * BigQuery's functions made of DuckDB's. What must fail is a cast that fails: `error()` counts as volatile, which TRY (SAFE.)
 * does not take and which stops the optimizer. A macro's type follows its arguments: `cast_to_type(value, example)` gives the
 * result the type of an example, `floor(x) + zero` is NUMERIC for a NUMERIC and FLOAT64 for every other number.
 */
const macros = String.raw`
is_numeric(x) AS typeof(x) LIKE 'DECIMAL%'
real_of(x) AS floor(x) + CAST(0 AS DECIMAL(38,9))
either(a, b) AS CASE WHEN TRUE THEN a ELSE b END
scaled(x) AS CAST(CAST(x AS DECIMAL(38,9)) * CAST(1000000000 AS DECIMAL(10,0)) AS HUGEINT)
numeric_of(n) AS CAST(n AS DECIMAL(38,0)) * CAST(0.000000001 AS DECIMAL(9,9))
quotient(n, d) AS (2 * n + sign(n) * abs(d)) // (2 * d)
numeric_divide(a, b) AS bigquery.numeric_of(bigquery.quotient(bigquery.scaled(a) * 1000000000, bigquery.scaled(b)))
divide_as(a, b, example) AS CASE WHEN bigquery.is_numeric(example) THEN cast_to_type(bigquery.numeric_divide(a, b), example) ELSE cast_to_type(a / b, example) END
safe_divide(a, b) AS bigquery.divide_as(a, nullif(b, 0), bigquery.real_of(bigquery.either(a, b)))
a_real(x) AS CASE WHEN list_contains(['!a literal with a point is FLOAT64 here: write it as a NUMERIC beside one', 'DOUBLE', 'BIGINT', 'INTEGER', 'HUGEINT', '"NULL"'], typeof(x)) THEN CAST(x AS DOUBLE) END
real_divide(a, b) AS bigquery.a_real(a) / nullif(bigquery.a_real(b), 0)
div(a, b) AS CASE WHEN b = 0 THEN CAST('division by zero: DIV' AS BIGINT) ELSE a // b END
mod(a, b) AS CASE WHEN b = 0 THEN CAST('division by zero: MOD' AS BIGINT) ELSE a % b END
finite(x) AS CASE WHEN NOT isfinite(x) THEN CAST('a number that is not finite' AS DOUBLE) ELSE x END
sign(x) AS cast_to_type(system.main.sign(x), x)
safe_add(a, b) AS TRY(a + b)
safe_subtract(a, b) AS TRY(a - b)
safe_multiply(a, b) AS TRY(a * b)
safe_negate(a) AS TRY(-a)
log(x) AS ln(x), (x, b) AS bigquery.finite(ln(x) / ln(b))
round(x) AS cast_to_type(system.main.round(x), bigquery.real_of(x)), (x, n) AS cast_to_type(system.main.round(x, n), bigquery.real_of(x))
trunc(x) AS cast_to_type(system.main.trunc(x), bigquery.real_of(x)), (x, n) AS cast_to_type(system.main.trunc(x, n), bigquery.real_of(x))
ceil(x) AS cast_to_type(system.main.ceil(x), bigquery.real_of(x))
floor(x) AS cast_to_type(system.main.floor(x), bigquery.real_of(x))
greatest(a, b) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE system.main.greatest(a, b) END, (a, b, c) AS CASE WHEN a IS NULL OR b IS NULL OR c IS NULL THEN NULL ELSE system.main.greatest(a, b, c) END, (a, b, c, d) AS CASE WHEN a IS NULL OR b IS NULL OR c IS NULL OR d IS NULL THEN NULL ELSE system.main.greatest(a, b, c, d) END, (a, b, c, d, e) AS CASE WHEN a IS NULL OR b IS NULL OR c IS NULL OR d IS NULL OR e IS NULL THEN NULL ELSE system.main.greatest(a, b, c, d, e) END
least(a, b) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE system.main.least(a, b) END, (a, b, c) AS CASE WHEN a IS NULL OR b IS NULL OR c IS NULL THEN NULL ELSE system.main.least(a, b, c) END, (a, b, c, d) AS CASE WHEN a IS NULL OR b IS NULL OR c IS NULL OR d IS NULL THEN NULL ELSE system.main.least(a, b, c, d) END, (a, b, c, d, e) AS CASE WHEN a IS NULL OR b IS NULL OR c IS NULL OR d IS NULL OR e IS NULL THEN NULL ELSE system.main.least(a, b, c, d, e) END
range_bucket(x, points) AS CASE WHEN x IS NULL OR points IS NULL THEN NULL ELSE len(list_filter(points, lambda point: point <= x)) END
first_place(s, p) AS CASE WHEN p > 0 THEN p WHEN p = 0 OR p < -length(s) THEN 1 ELSE p END
substr(s, p) AS system.main.substr(s, bigquery.first_place(s, p)), (s, p, n) AS system.main.substr(s, bigquery.first_place(s, p), CASE WHEN n < 0 THEN CAST('SUBSTR with a negative length' AS BIGINT) ELSE n END)
left(s, n) AS system.main.left(s, CASE WHEN n < 0 THEN CAST('LEFT with a negative length' AS BIGINT) ELSE n END)
right(s, n) AS system.main.right(s, CASE WHEN n < 0 THEN CAST('RIGHT with a negative length' AS BIGINT) ELSE n END)
ltrim(s) AS system.main.regexp_replace(s, '^[\s\p{Z}\x0B\x{85}]+', ''), (s, set) AS system.main.ltrim(s, set)
rtrim(s) AS system.main.regexp_replace(s, '[\s\p{Z}\x0B\x{85}]+$', ''), (s, set) AS system.main.rtrim(s, set)
trim(s) AS bigquery.ltrim(bigquery.rtrim(s)), (s, set) AS system.main.trim(s, set)
a_length(n) AS CASE WHEN n < 0 THEN CAST('a negative length' AS BIGINT) ELSE n END
lpad(s, n) AS system.main.lpad(s, CAST(bigquery.a_length(n) AS INTEGER), ' '), (s, n, fill) AS system.main.lpad(s, CAST(bigquery.a_length(n) AS INTEGER), fill)
rpad(s, n) AS system.main.rpad(s, CAST(bigquery.a_length(n) AS INTEGER), ' '), (s, n, fill) AS system.main.rpad(s, CAST(bigquery.a_length(n) AS INTEGER), fill)
repeat(s, n) AS system.main.repeat(s, bigquery.a_length(n))
split(s) AS string_split(s, ','), (s, d) AS string_split(s, d)
contains_substr(s, part) AS CASE WHEN strlen(s) = length(s) AND strlen(part) = length(part) THEN contains(system.main.lower(s), system.main.lower(part)) ELSE CAST('CONTAINS_SUBSTR of other letters than those of ASCII' AS BIGINT) > 0 END
upper(s) AS CASE WHEN strlen(s) = length(s) THEN system.main.upper(s) WHEN regexp_matches(s, '[ŉǰΐΰևẖ-ẚὐ-ὖᾀ-᾿ῂ-ῌῒ-ῗῢ-ῧῲ-ῼﬀ-ﬗ]') THEN CAST(CAST('UPPER of a letter that becomes several' AS BIGINT) AS VARCHAR) ELSE system.main.upper(replace(s, 'ß', 'SS')) END
lower(s) AS CASE WHEN strlen(s) = length(s) THEN system.main.lower(s) ELSE system.main.lower(system.main.regexp_replace(replace(s, 'İ', 'i̇'), '(\p{L}[\p{M}''’.:·]*)Σ([\p{M}''’.:·]*(?:[^\p{L}\p{M}''’.:·]|$))', '\1ς\2', 'g')) END
regexp_extract(s, r, n) AS CASE WHEN regexp_matches(s, r) THEN system.main.regexp_extract(s, r, n) END
regexp_extract_all(s, r, n) AS system.main.regexp_extract_all(s, r, n)
reverse(s) AS array_to_string(list_reverse(system.main.regexp_extract_all(s, '(?s).')), '')
regexp_replace(s, r, x) AS system.main.regexp_replace(s, r, x, 'g')
to_hex(b) AS lower(hex(b))
sha256(s) AS unhex(system.main.sha256(s))
sha1(s) AS unhex(system.main.sha1(s))
md5(s) AS unhex(system.main.md5(s))
array_concat(a, b) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE list_concat(a, b) END
generate_uuid() AS CAST(uuid() AS VARCHAR)
to_json_string(x) AS coalesce(CAST(to_json(x) AS VARCHAR), 'null')
json_value(j, p) AS CASE WHEN json_type(j, p) IN ('OBJECT', 'ARRAY') THEN NULL ELSE json_extract_string(j, p) END
json_query(j, p) AS CAST(json_extract(j, p) AS VARCHAR)
parse_json(s) AS CAST(s AS JSON)
generate_array(a, b) AS generate_series(CAST(a AS BIGINT), CAST(b AS BIGINT)), (a, b, step) AS generate_series(CAST(a AS BIGINT), CAST(b AS BIGINT), CAST(CASE WHEN step = 0 THEN CAST('a step of 0: GENERATE_ARRAY' AS BIGINT) ELSE step END AS BIGINT))
at(a, i) AS CASE WHEN a IS NULL OR i IS NULL THEN NULL WHEN i < 0 OR i >= len(a) THEN error('array index out of bounds') ELSE a[i + 1] END
safe_at(a, i) AS CASE WHEN i < 0 THEN NULL ELSE a[i + 1] END
cast_int64(x) AS CASE WHEN typeof(x) = 'VARCHAR' THEN CAST(system.main.regexp_extract(CAST(x AS VARCHAR), '^[+-]?(\d+|0[xX][0-9a-fA-F]+)$') AS BIGINT) WHEN typeof(x) = 'DOUBLE' THEN CAST(system.main.round(TRY_CAST(CAST(x AS VARCHAR) AS DOUBLE)) AS BIGINT) ELSE CAST(x AS BIGINT) END
safe_cast_int64(x) AS CASE WHEN typeof(x) = 'VARCHAR' THEN TRY_CAST(system.main.regexp_extract(CAST(x AS VARCHAR), '^[+-]?(\d+|0[xX][0-9a-fA-F]+)$') AS BIGINT) WHEN typeof(x) = 'DOUBLE' THEN TRY_CAST(system.main.round(TRY_CAST(CAST(x AS VARCHAR) AS DOUBLE)) AS BIGINT) ELSE TRY_CAST(x AS BIGINT) END
text_of_timestamp(t) AS strftime(t, CASE WHEN epoch_us(t) % 1000000 = 0 THEN '%Y-%m-%d %H:%M:%S+00' WHEN epoch_us(t) % 1000 = 0 THEN '%Y-%m-%d %H:%M:%S.%g+00' ELSE '%Y-%m-%d %H:%M:%S.%f+00' END)
cast_string(x) AS CASE WHEN bigquery.is_numeric(x) THEN system.main.regexp_replace(CAST(x AS VARCHAR), '\.?0+$', '') WHEN typeof(x) = 'TIMESTAMP WITH TIME ZONE' THEN bigquery.text_of_timestamp(TRY_CAST(CAST(x AS VARCHAR) AS TIMESTAMPTZ)) WHEN list_contains(['!a value with an exact text is needed (of a FLOAT64 use FORMAT, of a DATETIME FORMAT_DATETIME)', 'VARCHAR', 'BIGINT', 'INTEGER', 'SMALLINT', 'TINYINT', 'HUGEINT', 'BOOLEAN', 'DATE', 'TIMESTAMP WITH TIME ZONE', 'DECIMAL', 'JSON', '"NULL"'], typeof(x)) THEN CAST(x AS VARCHAR) ELSE CAST(CAST('no text' AS BIGINT) AS VARCHAR) END
safe_cast_string(x) AS bigquery.cast_string(x)
cast_bytes(x) AS CASE WHEN list_contains(['!a STRING is needed for BYTES', 'VARCHAR', 'BLOB', '"NULL"'], typeof(x)) THEN CASE typeof(x) WHEN 'BLOB' THEN CAST(x AS BLOB) ELSE encode(CAST(x AS VARCHAR)) END END
safe_cast_bytes(x) AS bigquery.cast_bytes(x)
cast_float64(x) AS CASE typeof(x) WHEN 'VARCHAR' THEN bigquery.finite(CAST(replace(CAST(x AS VARCHAR), '_', '?') AS DOUBLE)) WHEN 'BOOLEAN' THEN CAST('a BOOL is no FLOAT64' AS DOUBLE) ELSE CAST(x AS DOUBLE) END
safe_cast_float64(x) AS CASE typeof(x) WHEN 'VARCHAR' THEN bigquery.finite(TRY_CAST(replace(CAST(x AS VARCHAR), '_', '?') AS DOUBLE)) WHEN 'BOOLEAN' THEN CAST('a BOOL is no FLOAT64' AS DOUBLE) ELSE TRY_CAST(x AS DOUBLE) END
cast_numeric(x) AS CASE typeof(x) WHEN 'VARCHAR' THEN CAST(replace(CAST(x AS VARCHAR), '_', '?') AS DECIMAL(38,9)) WHEN 'BOOLEAN' THEN CAST('a BOOL is no NUMERIC' AS DECIMAL(38,9)) ELSE CAST(x AS DECIMAL(38,9)) END
safe_cast_numeric(x) AS CASE typeof(x) WHEN 'VARCHAR' THEN TRY_CAST(replace(CAST(x AS VARCHAR), '_', '?') AS DECIMAL(38,9)) WHEN 'BOOLEAN' THEN CAST('a BOOL is no NUMERIC' AS DECIMAL(38,9)) ELSE TRY_CAST(x AS DECIMAL(38,9)) END
cast_bool(x) AS CASE WHEN typeof(x) = 'VARCHAR' THEN CAST(system.main.regexp_extract(lower(CAST(x AS VARCHAR)), '^(true|false)$') AS BOOLEAN) ELSE CAST(x AS BOOLEAN) END
safe_cast_bool(x) AS CASE WHEN typeof(x) = 'VARCHAR' THEN TRY_CAST(system.main.regexp_extract(lower(CAST(x AS VARCHAR)), '^(true|false)$') AS BOOLEAN) ELSE TRY_CAST(x AS BOOLEAN) END
cast_date(x) AS CASE WHEN typeof(x) = 'VARCHAR' THEN CAST(system.main.regexp_extract(CAST(x AS VARCHAR), '^(\d{0,3}[1-9]|\d{0,2}[1-9]0|\d?[1-9]00|[1-9]000)-\d{1,2}-\d{1,2}$') AS DATE) ELSE CAST(x AS DATE) END
safe_cast_date(x) AS CASE WHEN typeof(x) = 'VARCHAR' THEN TRY_CAST(system.main.regexp_extract(CAST(x AS VARCHAR), '^(\d{0,3}[1-9]|\d{0,2}[1-9]0|\d?[1-9]00|[1-9]000)-\d{1,2}-\d{1,2}$') AS DATE) ELSE TRY_CAST(x AS DATE) END
`;

/** Statements that make the macros; they live in the catalog, because views that use them do. */
export const macroStatements: readonly string[] = [
  `CREATE SCHEMA IF NOT EXISTS ${MACRO_SCHEMA}`,
  ...[...dateMacros.trim().split('\n'), ...macros.trim().split('\n')].map((macro) => `CREATE OR REPLACE MACRO ${MACRO_SCHEMA}.${macro}`),
];

/** What the macros say where BigQuery fails: the texts that they cast to something else. */
export const macroFailures: readonly string[] = [...`${dateMacros}${macros}`.matchAll(/CAST\('([A-Za-z][^']*)' AS (?!VARCHAR|BLOB)/g)].map(
  ([, words = '']) => words,
);
