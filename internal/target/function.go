package target

import "strings"

// functions are what a query may call: those an analysis needs, none that
// tells of the machine, reaches files or matches with backtracking.
var functions = setOf(`
	abs acos asin atan atan2 avg ceil ceiling char coalesce concat concat_ws cos count
	cume_dist current_date current_time current_timestamp date datetime degrees dense_rank exp
	first_value floor format glob group_concat hex iif if ifnull instr julianday json json_array
	json_array_length json_extract json_group_array json_group_object json_object
	json_quote json_type json_valid -> ->> lag last_value lead length like ln log log10 log2 lower
	ltrim max median min mod nth_value ntile nullif octet_length percent_rank percentile
	percentile_cont percentile_disc pi pow power printf quote radians random rank replace round
	row_number rtrim sign sin sqrt stddev_pop stddev_samp strftime string_agg substr substring sum
	tan time timediff total trim trunc typeof unhex unicode unixepoch upper var_pop var_samp
	zeroblob likely unlikely`)

func setOf(names string) map[string]bool {
	set := map[string]bool{}
	for _, name := range strings.Fields(names) {
		set[name] = true
	}
	return set
}
