package ontology

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/sqltoken"
)

// The longest name and SQL of a term, in bytes.
const (
	maxName = 100
	maxSQL  = 2000
)

// Validate finds everything that keeps the ontology from holding against a
// schema. check compiles a SELECT without running it, as the target does, and
// returns why it can't. Problem.Term says which term each one is about.
func (o *Ontology) Validate(s *schema.Schema, check func(sql string) error) Problems {
	problems := o.Duplicates()
	for _, t := range o.Terms {
		for _, message := range t.Validate(s, check) {
			problems = append(problems, Problem{Term: t.Name, Message: message})
		}
	}
	return problems
}

// Validate finds everything that is wrong with one term.
func (t *Term) Validate(s *schema.Schema, check func(sql string) error) []string {
	if wrong := t.Form(); len(wrong) > 0 {
		return wrong
	}
	table := s.Table(t.Table)
	if table == nil {
		return []string{fmt.Sprintf("there is no table %q%s", t.Table, didYouMean(t.Table, tableNames(s)))}
	}
	if t.Kind != Synonym {
		return t.compile(table, check)
	}
	if t.Column != "" && table.Column(t.Column) == nil {
		return []string{fmt.Sprintf("table %q has no column %q%s", table.Name, t.Column, didYouMean(t.Column, columnNames(table)))}
	}
	return nil
}

// Form finds what is wrong with a term by itself, without a schema.
func (t *Term) Form() []string {
	var wrong []string
	need := func(ok bool, format string, args ...any) {
		if !ok {
			wrong = append(wrong, fmt.Sprintf(format, args...))
		}
	}
	need(t.Name != "", "it needs a name")
	for _, name := range append([]string{t.Name}, t.Synonyms...) {
		need(len(name) <= maxName, "the name %.20q… is longer than %d bytes", name, maxName)
		need(name == "" || strings.ContainsFunc(name, unicode.IsLetter), "the name %q has no letter", name)
	}
	need(!slices.Contains(t.Synonyms, ""), "a synonym is empty")
	need(t.Table != "", "it needs a table")
	if !slices.Contains(Kinds, t.Kind) {
		return append(wrong, fmt.Sprintf("its kind must be %s, %s, %s or %s, not %q", Synonym, Expression, Metric, Filter, t.Kind))
	}
	if t.Kind == Synonym {
		need(t.SQL == "", "a synonym has no sql")
		return wrong
	}
	need(t.Column == "", "only a synonym has a column")
	need(t.SQL != "", "a %s needs sql", t.Kind)
	need(len(t.SQL) <= maxSQL, "its sql is longer than %d bytes", maxSQL)
	if why := unsafe(t.SQL); why != "" {
		wrong = append(wrong, "its sql "+why)
	}
	return wrong
}

// compile tries the term's SQL in the statement that it is meant for, and, to
// tell an aggregate from a per-row expression, in one where it is not allowed.
func (t *Term) compile(table *schema.Table, check func(sql string) error) []string {
	from := schema.Quote(table.Name)
	if t.Kind == Filter {
		if err := check(fmt.Sprintf("SELECT 1 FROM %s WHERE (%s)", from, t.SQL)); err != nil {
			return []string{"its condition does not compile: " + err.Error()}
		}
		return nil
	}
	if err := check(fmt.Sprintf("SELECT (%s) FROM %s", t.SQL, from)); err != nil {
		return []string{"its sql does not compile: " + err.Error()}
	}
	// SQLite allows no aggregate in WHERE.
	perRow := check(fmt.Sprintf("SELECT 1 FROM %s WHERE (%s) IS NULL", from, t.SQL)) == nil
	switch {
	case t.Kind == Metric && perRow:
		return []string{"a metric must aggregate, as sum(…) or count(…) does; for a value per row use the kind expression"}
	case t.Kind == Expression && !perRow:
		return []string{"an expression must have a value per row; for an aggregate use the kind metric"}
	}
	return nil
}

// unsafe says why SQL could change the statement around it; empty when it is a
// closed expression.
func unsafe(sql string) string {
	depth := 0
	for t := range sqltoken.All(sql) {
		switch {
		case t.Kind == sqltoken.Illegal:
			return "has an " + (&sqltoken.Error{Token: t}).Error()
		case t.Kind == sqltoken.Comment:
			return "holds a comment"
		case t.Kind == sqltoken.Parameter:
			return "holds a parameter"
		case t.Is(";"):
			return "holds a semicolon"
		case t.Is("("):
			depth++
		case t.Is(")"):
			if depth--; depth < 0 {
				return "closes a parenthesis that it did not open"
			}
		}
	}
	if depth > 0 {
		return "leaves a parenthesis open"
	}
	return ""
}

// Duplicates finds names and synonyms that more than one term claims; the later
// term gets the blame.
func (o *Ontology) Duplicates() Problems {
	var problems Problems
	owner := map[string]string{}
	for _, t := range o.Terms {
		own := map[string]bool{}
		for _, name := range append([]string{t.Name}, t.Synonyms...) {
			key := strings.Join(strings.Fields(strings.ToLower(name)), " ")
			if key == "" {
				continue // see Form
			}
			first, taken := owner[key]
			switch {
			case own[key]:
				problems = append(problems, Problem{Term: t.Name, Message: fmt.Sprintf("it has the name %q twice", name)})
			case taken:
				problems = append(problems, Problem{Term: t.Name, Message: fmt.Sprintf("the name %q belongs to the term %q already", name, first)})
			default:
				owner[key] = t.Name
			}
			own[key] = true
		}
	}
	return problems
}

func tableNames(s *schema.Schema) []string {
	var names []string
	for _, t := range s.Tables {
		names = append(names, t.Name)
	}
	return names
}

func columnNames(t *schema.Table) []string {
	var names []string
	for _, c := range t.Columns {
		names = append(names, c.Name)
	}
	return names
}

// didYouMean names the nearest of known, when one is near.
func didYouMean(name string, known []string) string {
	best, least := "", max(1, len(name)/2)+1
	for _, k := range known {
		if d := distance(strings.ToLower(name), strings.ToLower(k)); d < least {
			best, least = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// distance is Levenshtein's, in bytes.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diagonal
			if a[i-1] != b[j-1] {
				cost++
			}
			diagonal = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
