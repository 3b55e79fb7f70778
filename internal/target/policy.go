package target

import (
	"fmt"
	"strings"

	"github.com/ncruces/go-sqlite3"
)

// functions are those that an analyst's SQL may call. Left out are all that
// read files or the connection's state, make large values from nothing
// (zeroblob, randomblob), or run for long inside one step (regexp, decimal_*,
// json_patch, base64).
var functions = set(`
	abs ceil ceiling floor round sign mod pow power sqrt exp ln log log10 log2 pi trunc
	acos asin atan atan2 cos sin tan degrees radians random
	char concat concat_ws format glob hex instr length like lower ltrim octet_length printf quote
	replace rtrim soundex substr substring trim unhex unicode upper unistr
	coalesce ifnull iif if nullif max min likelihood likely unlikely typeof
	avg count group_concat string_agg sum total
	date time datetime julianday unixepoch strftime timediff current_date current_time current_timestamp
	row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value
	json json_array json_array_length json_extract json_object json_type json_valid json_quote
	json_group_array json_group_object -> ->>
`)

// plainFunctions take no longer for a long text than for a short one, or
// hardly, so that they may meet one.
var plainFunctions = set(`count sum total avg min max length octet_length typeof coalesce ifnull nullif iif if substr substring
	date time datetime julianday unixepoch strftime round abs row_number rank dense_rank ntile lag lead first_value last_value`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// authorize lets a statement read tables and views and call listed functions.
// CTEs and sub-selects show no schema; table-valued functions would look the
// same, which is why statements are compiled without virtual tables.
func authorize(action sqlite3.AuthorizerActionCode, name3rd, name4th, schemaName, _ string) sqlite3.AuthorizerReturnCode {
	switch action {
	case sqlite3.AUTH_SELECT, sqlite3.AUTH_RECURSIVE:
		return sqlite3.AUTH_OK
	case sqlite3.AUTH_FUNCTION:
		if functions[strings.ToLower(name4th)] {
			return sqlite3.AUTH_OK
		}
	case sqlite3.AUTH_READ:
		// In temp are only the views that show full-text tables.
		if (schemaName == "" || schemaName == "main" || schemaName == "temp") && !internalTable(name3rd) {
			return sqlite3.AUTH_OK
		}
	}
	return sqlite3.AUTH_DENY
}

// internalTable reports whether SQLite keeps the table for itself. The schema
// table stays closed too: the schema browser shows what it holds, and
// sqlite_stat tables hold sampled values.
func internalTable(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "sqlite_") || strings.HasPrefix(name, "pragma_")
}

// limits are the connection's. A length of 200 kB bounds what one step can
// cost, but see plainFunctions; the rest keep parser and stack within what SQLite's wasm build bears.
var limits = map[sqlite3.LimitCategory]int{
	sqlite3.LIMIT_LENGTH:              200_000,
	sqlite3.LIMIT_SQL_LENGTH:          maxSQL,
	sqlite3.LIMIT_COLUMN:              100,
	sqlite3.LIMIT_EXPR_DEPTH:          50,
	sqlite3.LIMIT_COMPOUND_SELECT:     10,
	sqlite3.LIMIT_VDBE_OP:             25_000,
	sqlite3.LIMIT_FUNCTION_ARG:        16,
	sqlite3.LIMIT_ATTACHED:            0,
	sqlite3.LIMIT_LIKE_PATTERN_LENGTH: 100,
	sqlite3.LIMIT_VARIABLE_NUMBER:     16,
	sqlite3.LIMIT_TRIGGER_DEPTH:       1,
}

// switches are the connection's configuration.
var switches = map[sqlite3.DBConfig]bool{
	sqlite3.DBCONFIG_DEFENSIVE:      true,
	sqlite3.DBCONFIG_TRUSTED_SCHEMA: false,
	sqlite3.DBCONFIG_ENABLE_TRIGGER: false,
	sqlite3.DBCONFIG_DQS_DML:        false,
	sqlite3.DBCONFIG_DQS_DDL:        false,
}

// configure sets the switches and replaces the functions that can't be
// bounded.
func configure(c *sqlite3.Conn) error {
	for op, on := range switches {
		if _, err := c.Config(op, on); err != nil {
			return fmt.Errorf("config %d: %w", op, err)
		}
	}
	// What is sorted goes to a file in parts of this size: few, so that they are
	// merged in one go.
	if err := c.Exec("PRAGMA cache_size = -12000"); err != nil {
		return err
	}
	return replaceTrims(c)
}

// limit puts a connection under the limits.
func limit(c *sqlite3.Conn) {
	for id, value := range limits {
		c.Limit(id, value)
	}
}
