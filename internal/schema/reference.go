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
		if i := slices.IndexFunc(out, func(s scoredKey) bool { return s.of == k }); i >= 0 {
			out[i].score = max(out[i].score, score)
			return
		}
		out = append(out, scoredKey{k, score})
	}
	last := r.words[len(r.words)-1]
	for _, k := range f.byTable[last] {
		add(k, listed(r, k))
	}
	if len(r.words) == 1 && generic[last] {
		return out
	}
	for _, k := range f.byTable[last] {
		add(k, named(r, k))
	}
	for i := range r.words {
		for _, k := range f.byName[strings.Join(r.words[i:], "")] {
			add(k, likeness(r, k))
		}
	}
	if slices.ContainsFunc(out, func(s scoredKey) bool { return s.score >= likeSuffix }) {
		return out // said in full: nothing to guess
	}
	f.guesses(r, add)
	if len(out) == 0 {
		f.initials(r, add)
	}
	return out
}

// initials adds the key whose table a column names by a letter: nid.
func (f *inference) initials(r *reference, add func(k *candidate, score int)) {
	name := r.words[0]
	if !f.keyless || len(r.words) > 1 || len(name) != 3 || name[1:] != "id" {
		return
	}
	for _, k := range f.byShort[shortName{"id", name[0]}] {
		if len(k.key) == 1 && len(k.of) == 1 && k.table != r.table {
			add(k, likeInitial)
		}
	}
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
	sole := r.sole()
	switch {
	case k.table == r.table:
		return ownLikeness(r, k)
	case slices.Equal(r.words, slices.Concat(k.of, k.key)):
		return likeTable
	case strings.Join(r.words, "") == strings.Join(k.key, ""):
		return sameName(r, k, sole)
	case sole || !hasSuffix(r.words, k.key):
		return likeNothing
	case len(k.key) > 1 && hasPrefix(k.key, k.of):
		return likeSuffix
	case len(k.key) > 1:
		return likeNothing
	case !generic[k.key[0]] && len(k.key[0]) > 2: // src_apid → airports.apid
		return likeSuffix
	case generic[k.key[0]] && hasSuffix(r.words, slices.Concat(k.of, k.key)):
		return likeSuffix
	}
	return likeNothing
}

// ownLikeness scores a reference to the column's own table, which says its
// key's name after a role: renewed_from_policy_id of policies.
func ownLikeness(r *reference, k *candidate) int {
	if len(r.words) > len(k.key) && len(k.key) > 1 && hasSuffix(r.words, k.key) && sameWord(k.key[0], k.of[0]) && !r.sole() {
		return likeSuffix
	}
	return likeNothing
}

// sameName scores two columns of one name. It says something when it names the
// table; between keys of several tables, the table's own words decide.
func sameName(r *reference, k *candidate, sole bool) int {
	switch last := k.key[len(k.key)-1]; {
	case hasPrefix(k.key, k.of):
		return likeTable
	case sole || generic[last] && len(k.key) == 1:
		return likeNothing
	case len(k.of) > len(r.of) && hasPrefix(k.of, r.of): // acct.sts_cd → acct_sts, not txn_sts
		return likeWord
	}
	return likeName
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

// roles scores keys of persons, of places, and of the column's own table, by
// the role that the column names.
func (f *inference) roles(r *reference) map[*candidate]int {
	out := map[*candidate]int{}
	if r.sole() || r.column.Format != FormatNone {
		return out
	}
	if k := f.own[r.table.Name]; k != nil && r.role(k).self {
		out[k] = likeWord
		return out
	}
	for _, k := range f.persons {
		if is := r.role(k); is.anyone || is.work && k.persons == workers {
			out[k] = likeRole
		}
	}
	last := r.words[len(r.words)-1]
	before := r.words[max(0, len(r.words)-2)]
	for _, k := range f.places {
		if placeRoles[last] || placeRoles[before] && last == k.key[len(k.key)-1] {
			out[k] = likeRole
		}
	}
	return out
}

// role is what the column's name says before the name of a key.
func (r *reference) role(k *candidate) role {
	ws := r.words
	if n := len(ws) - 1; n > 0 && ws[n] == k.key[len(k.key)-1] {
		ws = ws[:n]
	} else if r.column.Type != Integer || n == 0 && vague[ws[0]] {
		return role{} // a word alone must be a number to be a key
	}
	if hasAny(ws, countWords) {
		return role{}
	}
	return roleOf(ws, r.persons)
}
