package target

import (
	"regexp"
	"strings"
)

// usingModule finds the module of a virtual table in the statement that made
// it.
var usingModule = regexp.MustCompile(`(?is)\bUSING\s+["'\[` + "`" + `]?(\w+)`)

// readableModules are the kinds of virtual tables that keep their rows in the
// file itself. Others may read elsewhere or make up rows, and are not offered.
var readableModules = set("fts5 fts4 fts3 rtree rtree_i32 geopoly")

func readableModule(ddl string) bool {
	m := usingModule.FindStringSubmatch(ddl)
	return m != nil && readableModules[strings.ToLower(m[1])]
}
