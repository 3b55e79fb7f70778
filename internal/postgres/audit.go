package postgres

import (
	"cmp"
	"context"
	"iter"
	"math"
	"time"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/internal/postgres/internal/dbgen"
)

// verifyBatch is how many entries VerifyAudit holds at once.
const verifyBatch = 1000

// Append adds e to the audit log; see audit.Log for what it fills.
func (s *Store) Append(ctx context.Context, e audit.Entry) error {
	return s.write(ctx, "append to the audit log", func(ctx context.Context, q *dbgen.Queries) error {
		return appendAudit(ctx, q, e)
	})
}

// appendAudit adds e within a transaction, as its last step: from here to the
// commit the locked head keeps every other writer waiting.
func appendAudit(ctx context.Context, q *dbgen.Queries, e audit.Entry) error {
	head, err := q.LockAuditHead(ctx)
	if err != nil {
		return err
	}
	e.Seq = head.Seq + 1
	if e.Time.IsZero() {
		e.Time = time.Now()
	}
	if e.Actor == (audit.Actor{}) {
		e.Actor = audit.ActorFrom(ctx)
	}
	e = e.Seal(head.Hash)
	err = q.AppendAudit(ctx, dbgen.AppendAuditParams{Seq: e.Seq, At: e.Time,
		ActorID: e.Actor.ID, ActorName: e.Actor.Name, Address: e.Actor.Address, RequestID: e.Actor.RequestID,
		Action: e.Action, Object: e.Object, Before: e.Before, After: e.After, Prev: e.Prev, Hash: e.Hash})
	if err != nil {
		return err
	}
	return q.MoveAuditHead(ctx, dbgen.MoveAuditHeadParams{Seq: e.Seq, Hash: e.Hash})
}

// Entries returns a page of the audit log, newest first, and, if f asks for it,
// how many match, counted to one more than ask.MostCounted.
func (s *Store) Entries(ctx context.Context, f audit.Filter) (page []audit.Entry, total int, err error) {
	actor := "%"
	if list := patterns(f.Actor); len(list) > 0 {
		actor = list[0]
	}
	err = s.read(ctx, "list the audit log", func(ctx context.Context, q *dbgen.Queries) error {
		rows, err := q.AuditEntries(ctx, dbgen.AuditEntriesParams{Action: storable(f.Action), Actor: actor,
			Before: cmp.Or(f.Before, math.MaxInt64), MaxRows: int32(f.Limit)})
		if err != nil {
			return err
		}
		for _, row := range rows {
			page = append(page, entryFromRow(row))
		}
		if !f.Count {
			return nil
		}
		n, err := q.CountAuditEntries(ctx, dbgen.CountAuditEntriesParams{Action: storable(f.Action), Actor: actor, Most: ask.MostCounted + 1})
		total = int(n)
		return err
	})
	return page, total, err
}

// VerifyAudit follows the whole chain to its recorded head, which it returns,
// so that the head can be kept elsewhere and compared. A chain that does not
// hold is an *audit.BrokenError.
func (s *Store) VerifyAudit(ctx context.Context) (audit.Head, error) {
	var head audit.Head
	err := s.snapshot(ctx, "verify the audit log", func(q *dbgen.Queries) error {
		row, err := q.AuditHead(ctx)
		if err != nil {
			return err
		}
		head = audit.Head{Seq: row.Seq, Hash: row.Hash}
		return audit.Verify(entries(ctx, q), head)
	})
	return head, err
}

// entries yields the whole log, oldest first.
func entries(ctx context.Context, q *dbgen.Queries) iter.Seq2[audit.Entry, error] {
	return func(yield func(audit.Entry, error) bool) {
		var last int64
		for {
			rows, err := q.AuditAfter(ctx, dbgen.AuditAfterParams{Seq: last, Limit: verifyBatch})
			if err != nil {
				yield(audit.Entry{}, err)
				return
			}
			for _, row := range rows {
				if !yield(entryFromRow(row), nil) {
					return
				}
				last = row.Seq
			}
			if len(rows) < verifyBatch {
				return
			}
		}
	}
}

func entryFromRow(r dbgen.AuditLog) audit.Entry {
	return audit.Entry{Seq: r.Seq, Time: r.At.UTC(),
		Actor:  audit.Actor{ID: r.ActorID, Name: r.ActorName, Address: r.Address, RequestID: r.RequestID},
		Action: r.Action, Object: r.Object, Before: r.Before, After: r.After, Prev: r.Prev, Hash: r.Hash}
}
