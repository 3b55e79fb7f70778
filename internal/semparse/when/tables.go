package when

// The tables are compiled once the classes that they speak of are known.
func init() {
	classes = allClasses()
	pointRules = [][]rule{absolute, calendarNames, relative, parts, fiscals, clockPoints}
	findingRules = [][]rule{shifts, recurring, spans, grains, durations}
	for _, tables := range [][][]rule{pointRules, findingRules} {
		for _, table := range tables {
			for i := range table {
				table[i].elements = compile(table[i].pattern)
				table[i].first = firstWords(table[i].elements)
			}
		}
	}
}
