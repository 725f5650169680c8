/** A function with the least and the greatest number of arguments that BigQuery takes. */
export interface KnownFunction {
  readonly duck: string;
  readonly min: number;
  readonly max: number;
  /** Only with OVER. */
  readonly window?: 'needed' | 'ordered';
}

/** Functions that DuckDB has with the same meaning; its name only where it differs. */
const SAME = `
abs 1 | sqrt 1 | pow 2 | power=pow 2 | exp 1 | ln 1 | log10 1
length 1 | char_length=length 1 | character_length=length 1 | byte_length=strlen 1 | octet_length=strlen 1
replace 3 | starts_with 2 | ends_with 2 | strpos 2 | coalesce 1-9 | ifnull 2 | nullif 2 | if 3 | is_nan=isnan 1 | is_inf=isinf 1
count 1 | sum 1 | min 1 | max 1 | any_value 1 | logical_and=bool_and 1 | logical_or=bool_or 1 | max_by=arg_max_null 2 | min_by=arg_min_null 2
stddev 1 | stddev_samp 1 | stddev_pop 1 | variance 1 | var_samp 1 | var_pop 1 | corr 2 | covar_samp 2 | covar_pop 2
bit_and 1 | bit_or 1 | bit_xor 1 | array_length=len 1 | array_reverse=list_reverse 1 | array_to_string 2
regexp_contains=regexp_matches 2 | from_hex=unhex 1 | to_base64 1 | from_base64 1 | format=printf 1-9 | current_timestamp=now 0
`;

/** Functions made of DuckDB's in the schema of macros. */
const MACROS = `
sign 1 | safe_divide 2 | div 2 | mod 2 | safe_add 2 | safe_subtract 2 | safe_multiply 2 | safe_negate 1 | log 1-2
round 1-2 | trunc 1-2 | ceil 1 | ceiling=ceil 1 | floor 1 | greatest 2-5 | least 2-5 | range_bucket 2
substr 2-3 | substring=substr 2-3 | left 2 | right 2 | trim 1-2 | ltrim 1-2 | rtrim 1-2 | lpad 2-3 | rpad 2-3 | split 1-2 | contains_substr 2
lower 1 | upper 1 | array_concat 2 | repeat 2 | reverse 1 | regexp_replace 3 | to_hex 1 | sha256 1 | sha1 1 | md5 1 | generate_uuid 0
to_json_string 1 | json_value 2 | json_query 2 | json_extract_scalar=json_value 2 | json_extract=json_query 2 | parse_json 1
generate_array 2-3 | generate_date_array 2-3 | date_add 2 | date_sub 2 | timestamp_add 2 | timestamp_sub 2 | datetime_add 2 | datetime_sub 2
date=to_date 1-3 | timestamp=to_timestamp 1-2 | datetime=to_datetime 1-2 | current_date 0-1 | current_datetime 0-1
timestamp_seconds 1 | timestamp_millis 1 | timestamp_micros 1 | unix_seconds 1 | unix_millis 1 | unix_micros 1 | unix_date 1 | date_from_unix_date 1
`;

/** Functions that stand before OVER only. */
const WINDOW = `
row_number 0 | first_value 1 | last_value 1 | nth_value 2 | percentile_cont=quantile_cont 2 | percentile_disc=quantile_disc 2
`;
/** These want an ORDER BY in OVER. */
const ORDERED = `
rank 0 | dense_rank 0 | percent_rank 0 | cume_dist 0 | ntile 1 | lag 1-3 | lead 1-3
`;

/** The schema of the macros. */
export const MACRO_SCHEMA = 'bigquery';

const KNOWN: ReadonlyMap<string, KnownFunction> = new Map([
  ...read(SAME),
  ...read(MACROS).map(([name, known]): [string, KnownFunction] => [name, { ...known, duck: `${MACRO_SCHEMA}.${known.duck}` }]),
  ...read(WINDOW).map(([name, known]): [string, KnownFunction] => [name, { ...known, window: 'needed' }]),
  ...read(ORDERED).map(([name, known]): [string, KnownFunction] => [name, { ...known, window: 'ordered' }]),
]);

/** What is known of a function; undefined where nothing is. */
export function functionNamed(name: string): KnownFunction | undefined {
  return KNOWN.get(name);
}

/** Reads `name[=duck] least[-greatest]`, bars or line ends between. */
function read(list: string): [string, KnownFunction][] {
  return list
    .trim()
    .split(/[|\n]/)
    .map((entry): [string, KnownFunction] => {
      const [names = '', counts = ''] = entry.trim().split(' ');
      const [name = '', duck = name] = names.split('=');
      const [min, max = min] = counts.split('-').map(Number);
      return [name.toUpperCase(), { duck, min: min ?? 0, max: max ?? 0 }];
    });
}
