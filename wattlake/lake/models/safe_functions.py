"""The functions that a reader's query may call; all others are refused.

Functions that DuckDB gains tomorrow are refused, too. None of the allowed ones reads a file, a setting, a variable, the
environment, the catalog or another query's text. The lake's own macros may be called, too: they call none but these.
"""

from wattlake.lake.models.macros import macros

_NUMBERS = """
abs acos acosh asin asinh atan atan2 atanh bit_count cbrt ceil ceiling cos cosh cot degrees even exp factorial fdiv
floor fmod gamma gcd greatest isfinite isinf isnan lcm least ln log log10 log2 mod pi pow power radians round
round_even sign sin sinh sqrt tan tanh trunc xor add subtract multiply divide
"""
_TEXT = """
array_to_string ascii bin chr concat concat_ws contains damerau_levenshtein ends_with format hex jaccard
jaro_winkler_similarity lcase left length levenshtein like_escape lower lpad ltrim md5 not_like_escape ord position
prefix printf regexp_escape regexp_extract regexp_extract_all regexp_full_match regexp_matches regexp_replace
regexp_split_to_array replace reverse right rpad rtrim sha256 split split_part starts_with str_split string_split
string_to_array strip_accents strlen strpos substr substring suffix translate trim ucase upper
ilike_escape not_ilike_escape formatreadablesize format_bytes
"""
_TIME = """
age century date_add date_diff date_part date_sub date_trunc datediff datepart datesub datetrunc day dayname
dayofmonth dayofweek dayofyear days_in_month decade epoch epoch_ms epoch_us era hour isodow isoyear julian last_day
make_date make_time make_timestamp microsecond millisecond minute month monthname quarter second strftime strptime
time_bucket timezone to_days to_hours to_microseconds to_milliseconds to_minutes to_months to_seconds to_timestamp
to_weeks to_years try_strptime week weekday weekofyear year yearweek now today current_date get_current_timestamp
"""
_LISTS = """
array_agg array_append array_contains array_distinct array_extract array_length array_prepend array_slice array_sort
array_transform array_filter cardinality element_at flatten generate_series len list_append list_apply list_avg
list_concat list_contains list_count list_distinct list_extract list_filter list_first list_has list_has_all
list_has_any list_last list_max list_median list_min list_pack list_position list_prepend list_reduce list_reverse
list_slice list_sort list_sum list_transform list_unique list_value list_zip map map_contains map_extract map_keys
map_values range row struct_extract struct_extract_at struct_insert struct_pack unnest
"""
_JSON = "json_array_length json_contains json_exists json_extract json_extract_string json_keys json_type json_valid"
_OTHER = "coalesce constant_or_null error hash if ifnull nullif typeof"
_AGGREGATES = """
any_value approx_count_distinct approx_quantile approx_top_k arbitrary arg_max arg_max_null arg_min arg_min_null argmax
argmin avg bit_and bit_or bit_xor bool_and bool_or corr count count_if count_star countif covar_pop covar_samp entropy
favg first fsum geomean group_concat histogram kahan_sum kurtosis last list listagg mad max max_by mean median min
min_by mode product quantile quantile_cont quantile_disc regr_avgx regr_avgy regr_count regr_intercept regr_r2
regr_slope regr_sxx regr_sxy regr_syy sem skewness stddev stddev_pop stddev_samp string_agg sum var_pop var_samp
variance wavg weighted_avg
"""
_WINDOWS = """
cume_dist dense_rank fill first_value lag last_value lead nth_value ntile percent_rank rank rank_dense row_number
"""
_OPERATORS = "~~ !~~ ~~* !~~* ~~~ ^ ** | & << >> ~ % * / // + - || ^@ @> <@ -> ->> && @ !__postfix"

ALLOWED_FUNCTIONS = frozenset(macros()) | frozenset(
    " ".join([_NUMBERS, _TEXT, _TIME, _LISTS, _JSON, _OTHER, _AGGREGATES, _WINDOWS, _OPERATORS]).split()
)
ALLOWED_TABLE_FUNCTIONS = frozenset({"range", "generate_series", "unnest"})
