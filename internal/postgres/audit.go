package postgres

import (
	"context"
	"encoding/json"
	"iter"
	"strings"
	"time"

	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/internal/postgres/internal/dbgen"
)

// Append adds an entry to the chain.
func (s *Store) Append(ctx context.Context, e audit.Entry) error {
	return s.tx(ctx, "append audit", func(q *dbgen.Queries) error { return appendEntry(ctx, q, e) })
}

// record appends what the actor of ctx did, within the change's transaction.
func record(ctx context.Context, q *dbgen.Queries, action, object string, before, after any) error {
	e := audit.Entry{Actor: audit.ActorFrom(ctx), Action: action, Object: object}
	for value, into := range map[*string]any{&e.Before: before, &e.After: after} {
		if into == nil {
			continue
		}
		b, err := json.Marshal(into)
		if err != nil {
			return err
		}
		*value = string(b)
	}
	return appendEntry(ctx, q, e)
}

// appendEntry links e to the head, which stays locked until the transaction
// ends: entries have one order.
func appendEntry(ctx context.Context, q *dbgen.Queries, e audit.Entry) error {
	head, err := q.LockAuditHead(ctx)
	if err != nil {
		return err
	}
	e.Seq = head.Seq + 1
	if e.Time.IsZero() {
		e.Time = time.Now()
	}
	e.Time = e.Time.UTC().Truncate(time.Microsecond) // as Postgres keeps it
	e = e.Seal(head.Hash)
	err = q.AppendAudit(ctx, dbgen.AppendAuditParams{Seq: e.Seq, At: e.Time, ActorID: e.Actor.ID, ActorName: e.Actor.Name, Address: e.Actor.Address,
		RequestID: e.Actor.RequestID, Action: e.Action, Object: e.Object, Before: e.Before, After: e.After, Prev: e.Prev, Hash: e.Hash})
	if err != nil {
		return err
	}
	return q.MoveAuditHead(ctx, dbgen.MoveAuditHeadParams{Seq: e.Seq, Hash: e.Hash})
}

func entryFromRow(r dbgen.AuditLog) audit.Entry {
	return audit.Entry{Seq: r.Seq, Time: r.At.UTC(), Actor: audit.Actor{ID: r.ActorID, Name: r.ActorName, Address: r.Address, RequestID: r.RequestID},
		Action: r.Action, Object: r.Object, Before: r.Before, After: r.After, Prev: r.Prev, Hash: r.Hash}
}

// Entries lists entries, newest first.
func (s *Store) Entries(ctx context.Context, f audit.Filter) ([]audit.Entry, int, error) {
	actor := "%" + strings.Join(patterns(f.Actor), "") + "%"
	total, err := s.q().CountAuditEntries(ctx, dbgen.CountAuditEntriesParams{Action: f.Action, Actor: actor})
	if err != nil {
		return nil, 0, translate("count audit", err)
	}
	rows, err := s.q().AuditEntries(ctx, dbgen.AuditEntriesParams{Action: f.Action, Actor: actor, MaxRows: int32(f.Limit), Skip: int32(f.Offset)})
	if err != nil {
		return nil, 0, translate("audit", err)
	}
	out := make([]audit.Entry, len(rows))
	for i, r := range rows {
		out[i] = entryFromRow(r)
	}
	return out, int(total), nil
}

// verifyPage is how many entries VerifyAudit reads at once.
const verifyPage = 500

// VerifyAudit checks the whole chain against its anchored head; a
// *audit.BrokenError names the first broken link.
func (s *Store) VerifyAudit(ctx context.Context) error {
	head, err := s.q().AuditHead(ctx)
	if err != nil {
		return translate("audit head", err)
	}
	return audit.Verify(s.chain(ctx), audit.Head{Seq: head.Seq, Hash: head.Hash})
}

// chain reads the entries in order, a page at a time.
func (s *Store) chain(ctx context.Context) iter.Seq2[audit.Entry, error] {
	return func(yield func(audit.Entry, error) bool) {
		after := int64(0)
		for {
			rows, err := s.q().AuditAfter(ctx, dbgen.AuditAfterParams{Seq: after, Limit: verifyPage})
			if err != nil {
				yield(audit.Entry{}, translate("audit chain", err))
				return
			}
			for _, r := range rows {
				if !yield(entryFromRow(r), nil) {
					return
				}
				after = r.Seq
			}
			if len(rows) < verifyPage {
				return
			}
		}
	}
}
