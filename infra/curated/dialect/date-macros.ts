/**
 * BigQuery's functions of dates and times made of DuckDB's. Weeks begin on Monday in DuckDB: a date is shifted by the days
 * between Monday and the wanted day before it is truncated, and back. A list that begins with `!` says which types are taken:
 * checked-query.ts reads it in the plan and refuses others by these words. Of an hour that a zone has twice, BigQuery means the
 * first, DuckDB the second. DuckDB plans every branch of a macro wherever it is called: what needs no shift has short ones
 * (`plain_`), which date-calls.ts chooses by the part.
 */
export const dateMacros = String.raw`
cast_timestamp(x) AS CASE WHEN typeof(x) = 'VARCHAR' THEN CAST(system.main.regexp_extract(CAST(x AS VARCHAR), '^(\d{0,3}[1-9]|\d{0,2}[1-9]0|\d?[1-9]00|[1-9]000)-\d{1,2}-\d{1,2}([ Tt]([01]?\d|2[0-3]):\d{1,2}:\d{1,2}(\.\d{1,6})?)?( ?([+-]\d{1,2}(:\d{2})?|[Zz]|UTC))?$') AS TIMESTAMPTZ) ELSE CAST(x AS TIMESTAMPTZ) END
safe_cast_timestamp(x) AS CASE WHEN typeof(x) = 'VARCHAR' THEN TRY_CAST(system.main.regexp_extract(CAST(x AS VARCHAR), '^(\d{0,3}[1-9]|\d{0,2}[1-9]0|\d?[1-9]00|[1-9]000)-\d{1,2}-\d{1,2}([ Tt]([01]?\d|2[0-3]):\d{1,2}:\d{1,2}(\.\d{1,6})?)?( ?([+-]\d{1,2}(:\d{2})?|[Zz]|UTC))?$') AS TIMESTAMPTZ) ELSE TRY_CAST(x AS TIMESTAMPTZ) END
cast_datetime(x) AS CASE WHEN typeof(x) = 'VARCHAR' THEN CAST(system.main.regexp_extract(CAST(x AS VARCHAR), '^(\d{0,3}[1-9]|\d{0,2}[1-9]0|\d?[1-9]00|[1-9]000)-\d{1,2}-\d{1,2}([ Tt]([01]?\d|2[0-3]):\d{1,2}:\d{1,2}(\.\d{1,6})?)?$') AS TIMESTAMP) ELSE CAST(x AS TIMESTAMP) END
safe_cast_datetime(x) AS CASE WHEN typeof(x) = 'VARCHAR' THEN TRY_CAST(system.main.regexp_extract(CAST(x AS VARCHAR), '^(\d{0,3}[1-9]|\d{0,2}[1-9]0|\d?[1-9]00|[1-9]000)-\d{1,2}-\d{1,2}([ Tt]([01]?\d|2[0-3]):\d{1,2}:\d{1,2}(\.\d{1,6})?)?$') AS TIMESTAMP) ELSE TRY_CAST(x AS TIMESTAMP) END
a_date(x) AS CASE WHEN list_contains(['!a DATE is needed', 'DATE', '"NULL"'], typeof(x)) THEN CAST(x AS DATE) ELSE CAST('no DATE' AS DATE) END
a_time(x) AS CASE WHEN list_contains(['!a TIMESTAMP is needed', 'TIMESTAMP WITH TIME ZONE', '"NULL"'], typeof(x)) THEN CAST(x AS TIMESTAMPTZ) ELSE CAST('no TIMESTAMP' AS TIMESTAMPTZ) END
a_datetime(x) AS CASE WHEN list_contains(['!a DATETIME is needed', 'TIMESTAMP', 'DATE', '"NULL"'], typeof(x)) THEN CAST(x AS TIMESTAMP) ELSE CAST('no DATETIME' AS TIMESTAMP) END
a_day(d) AS CASE WHEN d NOT BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' THEN CAST('a day outside the years 1 to 9999' AS DATE) ELSE d END
a_moment(t) AS CASE WHEN t < TIMESTAMPTZ '0001-01-01 00:00:00+00' OR t >= TIMESTAMPTZ '10000-01-01 00:00:00+00' THEN CAST('a time outside the years 1 to 9999' AS TIMESTAMPTZ) ELSE t END
a_civil(t) AS CASE WHEN t < TIMESTAMP '0001-01-01' OR t >= TIMESTAMP '10000-01-01' THEN CAST('a time outside the years 1 to 9999' AS TIMESTAMP) ELSE t END
known_years(t) AS CASE WHEN t >= TIMESTAMP '0001-01-01' THEN t END
at_zone(x, tz) AS CASE WHEN ((x AT TIME ZONE tz) - INTERVAL 1 HOUR) AT TIME ZONE tz = x THEN (x AT TIME ZONE tz) - INTERVAL 1 HOUR ELSE x AT TIME ZONE tz END
unit(p) AS CASE WHEN p LIKE 'WEEK_%' OR p = 'ISOWEEK' THEN 'week' WHEN p = 'DAYOFWEEK' THEN 'dow' WHEN p = 'DAYOFYEAR' THEN 'doy' ELSE p END
shift(p) AS to_days(CASE p WHEN 'WEEK_SUNDAY' THEN 1 WHEN 'WEEK_TUESDAY' THEN -1 WHEN 'WEEK_WEDNESDAY' THEN -2 WHEN 'WEEK_THURSDAY' THEN -3 WHEN 'WEEK_FRIDAY' THEN -4 WHEN 'WEEK_SATURDAY' THEN 2 ELSE 0 END)
truncated(t, p) AS CASE WHEN p = 'ISOYEAR' THEN system.main.date_trunc('week', make_timestamp(CAST(date_part('isoyear', t) AS BIGINT), 1, 4, 0, 0, 0)) ELSE system.main.date_trunc(bigquery.unit(p), t + bigquery.shift(p)) - bigquery.shift(p) END
date_trunc(d, p) AS bigquery.a_day(CAST(bigquery.truncated(CAST(bigquery.a_date(d) AS TIMESTAMP), p) AS DATE))
plain_trunc(d, p) AS CAST(system.main.date_trunc(p, bigquery.a_date(d)) AS DATE)
short_trunc(t, p, tz) AS bigquery.a_time(t) - (bigquery.a_time(t) AT TIME ZONE tz - system.main.date_trunc(p, bigquery.a_time(t) AT TIME ZONE tz))
datetime_trunc(d, p) AS bigquery.truncated(bigquery.a_datetime(d), p)
timestamp_trunc(t, p) AS bigquery.truncated(bigquery.a_time(t) AT TIME ZONE 'UTC', p) AT TIME ZONE 'UTC', (t, p, tz) AS bigquery.at_zone(bigquery.truncated(bigquery.a_time(t) AT TIME ZONE tz, p), tz)
difference(a, b, p) AS CASE WHEN p LIKE 'WEEK_%' THEN (CAST(bigquery.truncated(a, p) AS DATE) - CAST(bigquery.truncated(b, p) AS DATE)) // 7 WHEN p = 'ISOYEAR' THEN CAST(date_part('isoyear', a) - date_part('isoyear', b) AS BIGINT) ELSE system.main.date_diff(p, b, a) END
date_diff(a, b, p) AS bigquery.difference(CAST(bigquery.a_date(a) AS TIMESTAMP), CAST(bigquery.a_date(b) AS TIMESTAMP), p)
plain_diff(a, b, p) AS system.main.date_diff(p, bigquery.a_date(b), bigquery.a_date(a))
datetime_diff(a, b, p) AS bigquery.difference(bigquery.a_datetime(a), bigquery.a_datetime(b), p)
timestamp_diff(a, b, p) AS system.main.date_sub(p, bigquery.a_time(b), bigquery.a_time(a))
date_add(d, i) AS bigquery.a_day(CAST(bigquery.a_date(d) + i AS DATE))
date_sub(d, i) AS bigquery.a_day(CAST(bigquery.a_date(d) - i AS DATE))
datetime_add(d, i) AS bigquery.a_civil(bigquery.a_datetime(d) + i)
datetime_sub(d, i) AS bigquery.a_civil(bigquery.a_datetime(d) - i)
timestamp_add(t, i) AS bigquery.a_moment(bigquery.a_time(t) + i)
timestamp_sub(t, i) AS bigquery.a_moment(bigquery.a_time(t) - i)
last_day(d, p) AS bigquery.a_day(CAST(bigquery.truncated(CAST(bigquery.a_date(d) AS TIMESTAMP), p) + CASE WHEN p LIKE 'WEEK_%' THEN INTERVAL 7 DAY WHEN p = 'MONTH' THEN INTERVAL 1 MONTH WHEN p = 'QUARTER' THEN INTERVAL 3 MONTH WHEN p = 'YEAR' THEN INTERVAL 1 YEAR END - INTERVAL 1 DAY AS DATE))
plain_last_day(d) AS system.main.last_day(bigquery.a_date(d))
to_date(x) AS CASE WHEN list_contains(['!a DATE, DATETIME or TIMESTAMP is needed', 'DATE', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE', '"NULL"'], typeof(x)) THEN CAST(x AS DATE) END, (t, tz) AS CAST(bigquery.a_time(t) AT TIME ZONE tz AS DATE), (y, m, d) AS bigquery.a_day(make_date(CAST(y AS BIGINT), CAST(m AS BIGINT), CAST(d AS BIGINT)))
to_timestamp(x) AS bigquery.cast_timestamp(x), (x, tz) AS bigquery.at_zone(bigquery.cast_datetime(x), tz)
to_datetime(x) AS bigquery.cast_datetime(x), (t, tz) AS bigquery.a_time(t) AT TIME ZONE tz
current_date() AS CAST(now() AT TIME ZONE 'UTC' AS DATE), (tz) AS CAST(now() AT TIME ZONE tz AS DATE)
current_datetime() AS now() AT TIME ZONE 'UTC', (tz) AS now() AT TIME ZONE tz
weeks(x, p) AS (CAST(bigquery.truncated(CAST(x AS TIMESTAMP), p) AS DATE) - CAST(bigquery.truncated(CAST(make_date(CAST(date_part('year', x) AS BIGINT), 1, 1) AS TIMESTAMP) + INTERVAL 6 DAY, p) AS DATE)) // 7 + 1
extract(p, x) AS CASE WHEN p LIKE 'WEEK_%' THEN bigquery.weeks(x, p) ELSE date_part(bigquery.unit(p), x) + CASE p WHEN 'DAYOFWEEK' THEN 1 ELSE 0 END END
time_extract(p, x) AS CASE WHEN list_contains(['!a TIMESTAMP or DATETIME is needed', 'TIMESTAMP WITH TIME ZONE', 'TIMESTAMP', '"NULL"'], typeof(x)) THEN date_part(p, x) % CASE p WHEN 'MILLISECOND' THEN 1000 WHEN 'MICROSECOND' THEN 1000000 ELSE 60 END END
plain_extract(p, x) AS date_part(p, x)
timestamp_seconds(n) AS bigquery.a_moment(make_timestamptz(CAST(n AS BIGINT) * 1000000))
timestamp_millis(n) AS bigquery.a_moment(make_timestamptz(CAST(n AS BIGINT) * 1000))
timestamp_micros(n) AS bigquery.a_moment(make_timestamptz(CAST(n AS BIGINT)))
cut_down(n, unit) AS CASE WHEN n < 0 THEN (n - unit + 1) // unit ELSE n // unit END
unix_seconds(t) AS bigquery.cut_down(epoch_us(bigquery.a_time(t)), 1000000)
unix_millis(t) AS bigquery.cut_down(epoch_us(bigquery.a_time(t)), 1000)
unix_micros(t) AS epoch_us(bigquery.a_time(t))
unix_date(d) AS bigquery.a_date(d) - DATE '1970-01-01'
date_from_unix_date(n) AS bigquery.a_day(DATE '1970-01-01' + CAST(n AS INTEGER))
parse_date(f, s) AS CAST(bigquery.a_civil(strptime(s, f)) AS DATE)
safe_parse_date(f, s) AS CAST(bigquery.known_years(try_strptime(s, f)) AS DATE)
parse_datetime(f, s) AS bigquery.a_civil(strptime(s, f))
safe_parse_datetime(f, s) AS bigquery.known_years(try_strptime(s, f))
parse_timestamp(f, s) AS bigquery.a_civil(strptime(s, f)) AT TIME ZONE 'UTC', (f, s, tz) AS bigquery.at_zone(bigquery.a_civil(strptime(s, f)), tz)
safe_parse_timestamp(f, s) AS bigquery.known_years(try_strptime(s, f)) AT TIME ZONE 'UTC', (f, s, tz) AS bigquery.at_zone(bigquery.known_years(try_strptime(s, f)), tz)
format_date(f, d) AS strftime(bigquery.a_date(d), f)
format_datetime(f, d) AS strftime(bigquery.a_datetime(d), f)
format_timestamp(f, t) AS strftime(bigquery.a_time(t) AT TIME ZONE 'UTC', f), (f, t, tz) AS strftime(bigquery.a_time(t) AT TIME ZONE tz, f)
quarter_of(x) AS CAST(date_part('quarter', x) AS VARCHAR)
generate_date_array(a, b) AS list_transform(generate_series(CAST(bigquery.a_date(a) AS TIMESTAMP), CAST(bigquery.a_date(b) AS TIMESTAMP), INTERVAL 1 DAY), lambda x: CAST(x AS DATE)), (a, b, i) AS CASE WHEN i = INTERVAL 0 DAY THEN [CAST('a step of 0: GENERATE_DATE_ARRAY' AS DATE)] WHEN date_part('day', a) > 28 AND date_part('month', i) + date_part('year', i) <> 0 THEN [CAST('months from a day after the 28th: GENERATE_DATE_ARRAY' AS DATE)] ELSE list_transform(generate_series(CAST(bigquery.a_date(a) AS TIMESTAMP), CAST(bigquery.a_date(b) AS TIMESTAMP), i), lambda x: CAST(x AS DATE)) END
`;
