package postgres

import (
	"context"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/postgres/internal/dbgen"
	"github.com/querent/querent/internal/training"
)

// Ontology is every term by name, stale ones included, with the version they
// stand at.
func (s *Store) Ontology(ctx context.Context) (*ontology.Ontology, error) {
	o := &ontology.Ontology{}
	err := s.read(ctx, "read the ontology", func(ctx context.Context, q *dbgen.Queries) error {
		rows, err := q.Ontology(ctx)
		for _, row := range rows {
			o.Version = row.Version
			if row.ID != "" {
				o.Terms = append(o.Terms, termFromRow(dbgen.BusinessOntology{ID: row.ID, Name: row.Name, Synonyms: row.Synonyms, Kind: row.Kind,
					TableName: row.TableName, ColumnName: row.ColumnName, Sql: row.Sql, Description: row.Description, Stale: row.Stale}))
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return o, nil
}

// Versions grow with every change of terms and of approved pairs.
func (s *Store) Versions(ctx context.Context) (v training.Versions, err error) {
	err = s.read(ctx, "read the versions", func(ctx context.Context, q *dbgen.Queries) error {
		row, err := q.Versions(ctx)
		v = training.Versions(row)
		return err
	})
	return v, err
}

// SaveTerms inserts each term whose ID is empty, filling it, and updates the
// others, clearing Stale; with their outbox items, their audit entries and the
// ontology's new version, all of it or nothing. A name that another term has
// is a Conflict.
func (s *Store) SaveTerms(ctx context.Context, terms ...*ontology.Term) error {
	for _, t := range terms {
		if t.ID != "" && !valid(t.ID) {
			return errNotFound
		}
	}
	saved := make([]ontology.Term, len(terms))
	err := s.write(ctx, "save terms", func(ctx context.Context, q *dbgen.Queries) error {
		var entries []audit.Entry
		for i, t := range terms {
			before, row, err := putTerm(ctx, q, t)
			if err != nil {
				return err
			}
			saved[i] = termFromRow(row)
			entries = append(entries, audit.Entry{Action: audit.TermSave, Object: "term:" + row.ID, Before: before, After: toJSON(saved[i])})
			if err := enqueue(ctx, q, ask.BusinessTerms, row.ID); err != nil {
				return err
			}
		}
		return termsChanged(ctx, q, entries...)
	})
	if ask.CodeOf(err) == ask.Conflict {
		return &ask.Error{Code: ask.Conflict, Message: "Another term has this name.", Err: err}
	}
	for i := range saved {
		if err == nil {
			*terms[i] = saved[i]
		}
	}
	return err
}

// putTerm writes t's row; before is JSON of what stood there.
func putTerm(ctx context.Context, q *dbgen.Queries, t *ontology.Term) (before string, row dbgen.BusinessOntology, err error) {
	name, synonyms := storable(t.Name), make([]string, len(t.Synonyms))
	for i, synonym := range t.Synonyms {
		synonyms[i] = storable(synonym)
	}
	create := dbgen.CreateTermParams{Name: name, NameKey: fold(name), Synonyms: synonyms, Kind: string(t.Kind),
		TableName: storable(t.Table), ColumnName: storable(t.Column), Sql: storable(t.SQL), Description: storable(t.Description)}
	if t.ID == "" {
		row, err = q.CreateTerm(ctx, create)
		return "", row, err
	}
	old, err := q.LockTerm(ctx, t.ID)
	if err != nil {
		return "", row, err
	}
	row, err = q.UpdateTerm(ctx, dbgen.UpdateTermParams{ID: t.ID, Name: create.Name, NameKey: create.NameKey,
		Synonyms: create.Synonyms, Kind: create.Kind, TableName: create.TableName, ColumnName: create.ColumnName,
		Sql: create.Sql, Description: create.Description})
	return toJSON(termFromRow(old)), row, err
}

// DeleteTerm removes a term, with what SaveTerms also writes.
func (s *Store) DeleteTerm(ctx context.Context, id string) error {
	if !valid(id) {
		return errNotFound
	}
	return s.write(ctx, "delete term", func(ctx context.Context, q *dbgen.Queries) error {
		old, err := q.LockTerm(ctx, id)
		if err != nil {
			return err
		}
		if err := q.DeleteTerm(ctx, id); err != nil {
			return err
		}
		e := audit.Entry{Action: audit.TermDelete, Object: "term:" + id, Before: toJSON(termFromRow(old))}
		if err := enqueue(ctx, q, ask.BusinessTerms, id); err != nil {
			return err
		}
		return termsChanged(ctx, q, e)
	})
}

// termsChanged writes what an edit of terms brings with it, as a transaction's
// last step.
func termsChanged(ctx context.Context, q *dbgen.Queries, entries ...audit.Entry) error {
	if err := q.BumpOntologyVersion(ctx); err != nil {
		return err
	}
	for _, e := range entries {
		if err := appendAudit(ctx, q, e); err != nil {
			return err
		}
	}
	return nil
}

// MarkTermStale sets Stale, or clears it when why is empty. The ontology's
// version changes only if the term did.
func (s *Store) MarkTermStale(ctx context.Context, id, why string) error {
	if !valid(id) {
		return errNotFound
	}
	why = storable(why)
	return s.write(ctx, "mark term stale", func(ctx context.Context, q *dbgen.Queries) error {
		old, err := q.LockTerm(ctx, id)
		if err != nil || old.Stale == why {
			return err
		}
		if err := q.MarkTermStale(ctx, dbgen.MarkTermStaleParams{ID: id, Stale: why}); err != nil {
			return err
		}
		return q.BumpOntologyVersion(ctx)
	})
}

func termFromRow(r dbgen.BusinessOntology) ontology.Term {
	t := ontology.Term{ID: r.ID, Name: r.Name, Synonyms: r.Synonyms, Kind: ontology.Kind(r.Kind), Table: r.TableName,
		Column: r.ColumnName, SQL: r.Sql, Description: r.Description, Stale: r.Stale}
	if len(t.Synonyms) == 0 {
		t.Synonyms = nil
	}
	return t
}
