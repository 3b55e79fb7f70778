package legacy

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/querent/querent/internal/account"
	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/ontology"
)

// Installation is what an old installation knows that is worth keeping. IDs
// are made from the old ones, always the same. Questions and Feedback are read
// as they are ranged over, one of them at a time.
type Installation struct {
	Users     []account.User
	Terms     []ontology.Term
	Questions iter.Seq2[ask.Question, error]
	Feedback  iter.Seq2[ask.Feedback, error] // of each user and question, the latest first
	Missing   []string                       // what the old tables lack, for people
}

// Expected says which columns an old installation's tables may have. The first
// of a field's names that exists is taken; only fields marked * must be there.
func Expected() string {
	var b strings.Builder
	for _, t := range oldTables {
		fmt.Fprintf(&b, "%s\n", t.name)
		for _, f := range t.fields {
			mark := " "
			if f.required {
				mark = "*"
			}
			fmt.Fprintf(&b, "  %s %-12s %s\n", mark, f.name, strings.Join(f.columns, ", "))
		}
	}
	return b.String()
}

// oldTable is a table of an old installation; absent ones hold nothing.
type oldTable struct {
	name   string
	fields []field
	order  string // field to read by, latest first; empty for any order
}

// field is what we want to know, and the columns that may tell it.
type field struct {
	name     string
	columns  []string
	required bool
}

var oldTables = []oldTable{oldUsers, oldTerms, oldQueries, oldFeedback}

// record is a row of an old table: texts by field, empty for NULL or missing.
type record map[string]string

// Installation reads all of it in one snapshot and hands it to take.
func (o *Old) Installation(ctx context.Context, take func(*Installation) error) error {
	opts := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	return pgx.BeginTxFunc(ctx, o.conn, opts, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, session); err != nil {
			return fmt.Errorf("the old database: %w", err)
		}
		queries, missing, err := planAll(ctx, tx)
		if err != nil {
			return err
		}
		in := &Installation{Missing: missing,
			Questions: mapped(ctx, tx, queries[oldQueries.name], oldQueries, questionFrom),
			Feedback:  mapped(ctx, tx, queries[oldFeedback.name], oldFeedback, feedbackFrom)}
		if in.Users, err = collect(mapped(ctx, tx, queries[oldUsers.name], oldUsers, userFrom)); err != nil {
			return err
		}
		if in.Terms, err = collect(mapped(ctx, tx, queries[oldTerms.name], oldTerms, termFrom)); err != nil {
			return err
		}
		return take(in)
	})
}

// planAll makes the statement that reads each table, empty for an absent one.
// It fails for every required column that is missing, all at once.
func planAll(ctx context.Context, tx pgx.Tx) (queries map[string]string, missing []string, err error) {
	queries = map[string]string{}
	var fatal []string
	for _, t := range oldTables {
		kinds, err := columnKinds(ctx, tx, t.name)
		if err != nil {
			return nil, nil, err
		}
		if len(kinds) == 0 {
			missing = append(missing, "there is no table "+t.name)
			continue
		}
		query, lacks, must := t.plan(kinds)
		queries[t.name] = query
		missing, fatal = append(missing, lacks...), append(fatal, must...)
	}
	if queries[oldUsers.name] == "" {
		fatal = append(fatal, "there is no table users")
	}
	if len(fatal) > 0 {
		return nil, nil, fmt.Errorf("this is not an old installation's database: %s", strings.Join(fatal, "; "))
	}
	return queries, missing, nil
}

// columnKinds gives the category of each column's type, by name.
func columnKinds(ctx context.Context, tx pgx.Tx, table string) (map[string]string, error) {
	rows, err := tx.Query(ctx, `select a.attname::text, t.typcategory::text from pg_attribute a join pg_type t on t.oid = a.atttypid
		where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped`, table)
	if err != nil {
		return nil, err
	}
	kinds := map[string]string{}
	var name, kind string
	_, err = pgx.ForEachRow(rows, []any{&name, &kind}, func() error {
		kinds[name] = kind
		return nil
	})
	return kinds, err
}

// plan makes the statement that reads the table's fields as texts.
func (t oldTable) plan(kinds map[string]string) (query string, lacks, must []string) {
	values := make([]string, len(t.fields))
	order := ""
	for i, f := range t.fields {
		values[i] = "''"
		for _, c := range f.columns {
			kind, ok := kinds[c]
			if !ok {
				continue
			}
			values[i] = "coalesce(" + pgx.Identifier{c}.Sanitize() + "::text, '')"
			if kind == "A" {
				values[i] = "coalesce(to_json(" + pgx.Identifier{c}.Sanitize() + ")::text, '')"
			}
			if f.name == t.order {
				order = " order by " + pgx.Identifier{c}.Sanitize() + " desc nulls last"
			}
			break
		}
		if values[i] != "''" {
			continue
		}
		say := fmt.Sprintf("%s has no column for the %s (%s)", t.name, f.name, strings.Join(f.columns, ", "))
		if f.required {
			must = append(must, say)
		} else {
			lacks = append(lacks, say)
		}
	}
	return "select " + strings.Join(values, ", ") + " from " + pgx.Identifier{t.name}.Sanitize() + order, lacks, must
}

// mapped yields the table's rows as from makes them.
func mapped[T any](ctx context.Context, tx pgx.Tx, query string, t oldTable, from func(record) T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		if query == "" {
			return
		}
		rows, err := tx.Query(ctx, query)
		if err != nil {
			yield(none, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			r := record{}
			for i, raw := range rows.RawValues() {
				r[t.fields[i].name] = strings.TrimSpace(string(raw))
			}
			if !yield(from(r), nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(none, fmt.Errorf("the old table %s: %w", t.name, err))
		}
	}
}

func collect[T any](seq iter.Seq2[T, error]) (list []T, err error) {
	for v, err := range seq {
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}
