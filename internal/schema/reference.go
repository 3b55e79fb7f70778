package schema

import (
	"slices"
	"strings"
)

// reference is a column that may refer to a key.
type reference struct {
	table   *Table
	column  *Column
	words   []string
	of      []string // words of the table's name
	persons int      // what its table holds
}

// sole reports whether the column is its table's key.
func (r *reference) sole() bool {
	return len(r.table.PrimaryKey) == 1 && strings.EqualFold(r.table.PrimaryKey[0], r.column.Name)
}

// many reports whether the column's name is a plural: a count, no key.
func (r *reference) many() bool {
	last := r.words[len(r.words)-1]
	return !strings.HasSuffix(strings.ToLower(strings.TrimRight(r.column.Name, "_ ")), last)
}

// keyOf is the key that a column refers to; sure asks for names that can
// hardly mean anything else.
func (f *inference) keyOf(r *reference, sure bool) (ForeignKey, bool) {
	scores := f.scores(r)
	for level := likeTable; level > likeNothing; level-- {
		if sure && level < likeTable {
			break
		}
		var fit []ForeignKey
		for _, s := range scores {
			if s.score != level {
				continue
			}
			k := ForeignKey{r.table.Name, []string{r.column.Name}, s.of.table.Name, []string{s.of.column.Name}, true}
			// Columns that only share a name, with several keys, may mean any.
			if level == likeName || f.contains(k) {
				fit = append(fit, k)
			}
		}
		switch {
		case len(fit) == 1 && (level != likeName || f.contains(fit[0])):
			return fit[0], true
		case len(fit) > 1:
			return ForeignKey{}, false
		}
	}
	return ForeignKey{}, false
}

type scoredKey struct {
	of    *candidate
	score int
}

// scores are the keys that names let the column refer to, each once, with how
// strongly.
func (f *inference) scores(r *reference) []scoredKey {
	if len(r.words) == 0 {
		return nil
	}
	var out []scoredKey
	add := func(k *candidate, score int) {
		if score == likeNothing || k.column == r.column || k.column.Type != r.column.Type {
			return
		}
		for i := range out {
			if out[i].of == k {
				out[i].score = max(out[i].score, score)
				return
			}
		}
		out = append(out, scoredKey{k, score})
	}
	last := r.words[len(r.words)-1]
	if len(r.words) == 1 && generic[last] {
		for _, k := range f.byTable[last] {
			add(k, listed(r, k))
		}
		return out
	}
	for i := range r.words {
		for _, k := range f.byName[strings.Join(r.words[i:], "")] {
			add(k, likeness(r, k))
		}
	}
	for _, k := range f.byTable[last] {
		add(k, named(r, k))
		add(k, listed(r, k))
	}
	if slices.ContainsFunc(out, func(s scoredKey) bool { return s.score >= likeSuffix }) {
		return out // said in full: nothing to guess
	}
	f.guesses(r, add)
	if len(out) == 0 && f.keyless && len(r.words) == 1 && len(last) == 3 && last[1:] == "id" {
		for _, k := range f.byShort[shortName{"id", last[0]}] {
			if len(k.key) == 1 && len(k.of) == 1 && k.table != r.table {
				add(k, likeInitial)
			}
		}
	}
	return out
}

// guesses adds the keys whose table a column's name shortens or leaves out.
func (f *inference) guesses(r *reference, add func(k *candidate, score int)) {
	last := r.words[len(r.words)-1]
	if n := len(r.words) - 2; n >= 0 {
		for _, k := range f.byShort[shortName{last, r.words[n][0]}] {
			add(k, aliased(r, k))
		}
		for _, k := range f.byInitial[r.words[n]] {
			if last == k.key[len(k.key)-1] {
				add(k, aliased(r, k))
			}
		}
	}
	for _, k := range f.calendars {
		if last == k.key[len(k.key)-1] {
			add(k, dated(r, k))
		}
	}
	for k, score := range f.roles(r) {
		add(k, score)
	}
}

// likeness scores a column as a reference to a key whose name it has, wholly or
// at its end.
func likeness(r *reference, k *candidate) int {
	if k.table == r.table {
		if hasSuffix(r.words, k.key) && len(r.words) > len(k.key) && len(k.key) > 1 && sameWord(k.key[0], k.of[0]) && !r.sole() {
			return likeSuffix // renewed_from_policy_id of policies
		}
		return likeNothing
	}
	col, key, table := r.words, k.key, k.of
	same, sole := strings.Join(col, "") == strings.Join(key, ""), r.sole()
	switch {
	case same && hasPrefix(key, table):
		return likeTable
	case same && !sole && (!generic[key[len(key)-1]] || len(key) > 1):
		if len(table) > len(r.of) && hasPrefix(table, r.of) { // acct.sts_cd → acct_sts, not txn_sts
			return likeWord
		}
		return likeName
	case slices.Equal(col, slices.Concat(table, key)):
		return likeTable
	case sole:
		return likeNothing
	case len(key) == 1 && generic[key[0]] && hasSuffix(col, slices.Concat(table, key)):
		return likeSuffix
	case hasSuffix(col, key) && hasPrefix(key, table) && len(key) > 1:
		return likeSuffix
	case hasSuffix(col, key) && len(key) == 1 && len(key[0]) > 2 && !generic[key[0]]: // src_apid → airports.apid
		return likeSuffix
	}
	return likeNothing
}

// aliased scores a column that ends as the key does, before which it has the
// table's name in short.
func aliased(r *reference, k *candidate) int {
	n := len(r.words) - 1
	if n < 1 || r.sole() || k.table == r.table || !generic[k.key[len(k.key)-1]] {
		return likeNothing
	}
	// The key says the table's name, or nothing: dept_id is no department_no.
	if len(k.key) > 1 && !sameWord(k.key[len(k.key)-2], k.of[len(k.of)-1]) {
		return likeNothing
	}
	role := r.words[:n]
	switch {
	case len(k.of) > 1 && role[n-1] == initials(k.of):
		return likeWord
	case endsAlike(role, k.of), endsAlike(role, k.short):
		return likeWord
	case len(k.of) > len(r.of) && hasPrefix(k.of, r.of) && endsAlike(role, k.of[len(r.of):]): // metadata_id of statistics → statistics_meta
		return likeWord
	}
	return likeNothing
}

// endsAlike reports whether words end in those of a name, written out or
// shortened.
func endsAlike(ws, name []string) bool {
	n := len(ws) - len(name)
	if n < 0 || len(name) == 0 {
		return false
	}
	for i := range name {
		if !sameWord(ws[n+i], name[i]) {
			return false
		}
	}
	return true
}

// named scores a column that ends in the table's name: station, from_station.
func named(r *reference, k *candidate) int {
	if r.sole() || r.many() || len(k.table.PrimaryKey) != 1 || !hasSuffix(r.words, k.of) || k.table == r.table && len(r.words) == len(k.of) {
		return likeNothing
	}
	if r.column.Type != Integer && !generic[k.key[len(k.key)-1]] {
		return likeNothing
	}
	switch {
	case len(r.words) == len(k.of) && r.column.Type == Integer:
		return likeTable
	case len(r.words) > len(k.of) && r.column.Type == Integer && !hasAny(r.words, countWords):
		return likeWord
	}
	return likeNothing
}

// listed scores a column that with its table's name is the name of the table
// of its codes: status of orders → order_status. A number may be named for
// the last word of a table's name alone: item → menu_items.
func listed(r *reference, k *candidate) int {
	if r.sole() || len(k.table.PrimaryKey) != 1 || k.table == r.table {
		return likeNothing
	}
	switch {
	case len(k.key) == 1 && generic[k.key[0]] && slices.Equal(k.of, slices.Concat(r.of, r.words)):
		return likeTable
	case len(r.words) == 1 && r.column.Type == Integer && !r.many() && hasSuffix(k.of, r.words) && !countWords[r.words[0]] && !generic[r.words[0]]:
		return likeWord
	}
	return likeNothing
}

// dated scores a number that is a day as a reference to a calendar by such
// numbers.
func dated(r *reference, k *candidate) int {
	if r.column.Format != YMDNumber || k.column.Format != YMDNumber || len(k.table.PrimaryKey) != 1 || k.table == r.table {
		return likeNothing
	}
	return likeWord
}

// roles scores keys of persons, and of the column's own table, by the role
// that the column names.
func (f *inference) roles(r *reference) map[*candidate]int {
	out := map[*candidate]int{}
	if r.sole() || r.column.Format != FormatNone {
		return out
	}
	fits := func(k *candidate) (work, anyone, self bool) {
		role := r.words
		if n := len(role) - 1; n > 0 && role[n] == k.key[len(k.key)-1] {
			role = role[:n]
		} else if r.column.Type != Integer || n == 0 && vague[role[0]] {
			return false, false, false // a word alone must be a number to be a key
		}
		if hasAny(role, countWords) {
			return false, false, false
		}
		return roleOf(role, r.persons)
	}
	if k := f.own[r.table.Name]; k != nil {
		if _, _, self := fits(k); self {
			out[k] = likeWord
			return out
		}
	}
	for _, k := range f.persons {
		if work, anyone, _ := fits(k); anyone || work && k.persons == workers {
			out[k] = likeRole
		}
	}
	if last := r.words[len(r.words)-1]; placeRoles[last] || len(r.words) > 1 && placeRoles[r.words[len(r.words)-2]] {
		for _, k := range f.places {
			if last == k.key[len(k.key)-1] || placeRoles[last] {
				out[k] = likeRole
			}
		}
	}
	return out
}
