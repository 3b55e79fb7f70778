package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/querent/querent/internal/account"
	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/internal/demo"
	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/settings"
	"github.com/querent/querent/internal/training"
)

// server is the package's one Postgres; nil where there are no binaries.
var server interface{ DSN() string }

func TestMain(m *testing.M) { os.Exit(withServer(m)) }

func withServer(m *testing.M) int {
	dir, err := os.MkdirTemp("/var/tmp", "querent-pg")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { // another uid must get in
		panic(err)
	}
	pg, err := demo.Postgres(context.Background(), dir+"/data", io.Discard)
	switch {
	case err == nil:
		defer pg.Stop()
		server = pg
	case os.Getenv("CI") == "true":
		fmt.Println("no Postgres:", err)
		return 1
	}
	return m.Run()
}

// fresh gives a migrated schema of the test's own.
func fresh(t *testing.T) (*Store, string) {
	t.Helper()
	if server == nil {
		t.Skip("no Postgres binaries on this machine")
	}
	name := "t" + strings.ToLower(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, t.Name()))
	execute(t, server.DSN(), "create schema "+name)
	dsn := server.DSN() + "&search_path=" + name
	if _, err := Migrate(t.Context(), dsn); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s, dsn
}

func execute(t *testing.T, dsn, sql string) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	if _, err := c.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func member(t *testing.T, s *Store, name string, role account.Role) *account.User {
	t.Helper()
	u := &account.User{Name: name, Role: role, PasswordHash: "x"}
	if err := s.CreateUser(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	return u
}

func TestMigrateTwiceAtOnce(t *testing.T) {
	_, dsn := fresh(t)
	errs := make(chan error, 2)
	for range 2 {
		go func() { _, err := Migrate(t.Context(), dsn); errs <- err }()
	}
	for range 2 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	execute(t, dsn, "insert into goose_db_version (version_id, is_applied) values (9999, true)")
	if _, err := Migrate(t.Context(), dsn); err == nil || !strings.Contains(err.Error(), "newer") {
		t.Errorf("a newer schema: %v", err)
	}
}

// Number 41 of the security checklist.
func TestUsers(t *testing.T) {
	s, _ := fresh(t)
	ada := member(t, s, "Ada", account.Admin)
	if err := s.CreateUser(t.Context(), &account.User{Name: "ADA", Role: account.Analyst, PasswordHash: "x"}); !errors.Is(err, account.ErrTaken) {
		t.Errorf("a taken name: %v", err)
	}
	if u, err := s.UserByName(t.Context(), "aDa"); err != nil || u.ID != ada.ID {
		t.Errorf("by name: %v, %v", u, err)
	}
	for _, id := range []string{"no-uuid", "00000000-0000-0000-0000-000000000000"} {
		if _, err := s.User(t.Context(), id); !errors.Is(err, account.ErrNotFound) {
			t.Errorf("User(%s): %v", id, err)
		}
	}
	demoted := *ada
	demoted.Role, demoted.Epoch = account.Analyst, ada.Epoch+1
	if err := s.UpdateUser(t.Context(), &demoted); !errors.Is(err, account.ErrLastAdmin) {
		t.Errorf("the last administrator: %v", err)
	}
	stale := *ada
	if err := s.UpdateUser(t.Context(), &stale); !errors.Is(err, account.ErrChanged) {
		t.Errorf("an old epoch: %v", err)
	}
}

// Number 41 of the security checklist.
func TestTwoAdminsCannotDemoteEachOther(t *testing.T) {
	s, _ := fresh(t)
	a, b := member(t, s, "a", account.Admin), member(t, s, "b", account.Admin)
	errs := make(chan error, 2)
	for _, u := range []account.User{*a, *b} {
		go func() {
			u.Role, u.Epoch = account.Analyst, u.Epoch+1
			errs <- s.UpdateUser(t.Context(), &u)
		}()
	}
	failed := 0
	for range 2 {
		if err := <-errs; errors.Is(err, account.ErrLastAdmin) {
			failed++
		} else if err != nil {
			t.Error(err)
		}
	}
	if failed != 1 {
		t.Errorf("%d of two demotions were refused, want 1", failed)
	}
}

func question(t *testing.T, s *Store, u *account.User, text string) *ask.Question {
	t.Helper()
	q := &ask.Question{UserID: u.ID, Text: text, Status: ask.Running}
	if err := s.CreateQuestion(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	return q
}

func finished(t *testing.T, s *Store, q *ask.Question) {
	t.Helper()
	q.Status, q.Tier, q.SQL, q.Confidence, q.RowCount, q.Finished = ask.Answered, ask.Compiled, "SELECT 100%", 0.9, 3, time.Now()
	q.Reading = []ask.Phrase{{Text: "x", Target: "y"}}
	q.Steps = []ask.Step{{Name: "check", State: "done", Took: time.Millisecond}}
	if err := s.FinishQuestion(t.Context(), q); err != nil {
		t.Fatal(err)
	}
}

func TestQuestions(t *testing.T) {
	s, _ := fresh(t)
	ann, bob := member(t, s, "ann", account.Analyst), member(t, s, "bob", account.Analyst)
	q := question(t, s, ann, "How many Orders?")
	question(t, s, bob, "other")
	finished(t, s, q)
	if err := s.FinishQuestion(t.Context(), q); ask.CodeOf(err) != ask.Conflict {
		t.Errorf("finished twice: %v", err)
	}
	if err := s.CreateQuestion(t.Context(), q); ask.CodeOf(err) != ask.Conflict {
		t.Errorf("created twice: %v", err)
	}
	got, err := s.Question(t.Context(), q.ID)
	if err != nil || got.UserName != "ann" || got.Status != ask.Answered || len(got.Reading) != 1 || got.Steps[0].Took != time.Millisecond || got.RowCount != 3 {
		t.Errorf("read back %+v, %v", got, err)
	}
	for search, want := range map[string]int{"orders": 1, "ORDERS many": 1, "100%": 1, "%": 1, "orders nothing": 0, "": 1} {
		list, total, err := s.Questions(t.Context(), ask.Filter{UserID: ann.ID, Search: search, Limit: 10, Count: true})
		if err != nil || total != want || len(list) != want {
			t.Errorf("search %q: %d of %d, %v", search, len(list), total, err)
		}
	}
	if n, err := s.InterruptStale(t.Context(), time.Now().Add(time.Minute)); err != nil || n != 1 {
		t.Errorf("interrupted %d, %v", n, err)
	}
}

// Tokens are summed by person and by day.
func TestModelUse(t *testing.T) {
	s, _ := fresh(t)
	ann, bob := member(t, s, "ann", account.Analyst), member(t, s, "bob", account.Analyst)
	start := time.Now().Add(-time.Minute)
	for _, asked := range []struct {
		by     *account.User
		tokens ask.Usage
	}{{ann, ask.Usage{In: 100, Out: 20}}, {ann, ask.Usage{In: 10, Out: 1}}, {bob, ask.Usage{In: 500}}, {bob, ask.Usage{}}} {
		q := question(t, s, asked.by, "orders")
		q.Status, q.Usage = ask.Declined, asked.tokens
		if err := s.FinishQuestion(t.Context(), q); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Question(t.Context(), q.ID); err != nil || got.Usage != asked.tokens {
			t.Errorf("kept %+v, %v", got, err)
		}
	}
	for _, want := range []struct {
		by    string
		since time.Time
		n     int64
	}{{ann.ID, start, 131}, {bob.ID, start, 500}, {"", start, 631}, {"", time.Now().Add(time.Hour), 0}} {
		if n, err := s.TokensSince(t.Context(), want.by, want.since); err != nil || n != want.n {
			t.Errorf("%d tokens of %q, %v", n, want.by, err)
		}
	}
	use, err := s.ModelUse(t.Context(), start)
	if want := []ask.ModelUse{{User: "bob", Questions: 1, Usage: ask.Usage{In: 500}}, {User: "ann", Questions: 2, Usage: ask.Usage{In: 110, Out: 21}}}; err != nil || !slices.Equal(use, want) {
		t.Errorf("%+v, %v", use, err)
	}
}

func TestAReadingIsKeptWhole(t *testing.T) {
	s, _ := fresh(t)
	q := question(t, s, member(t, s, "ann", account.Analyst), "loyal customers of March")
	q.Status, q.Tier, q.Sentence, q.LeftOut, q.FollowedUp = ask.Asked, "", "Customers", []string{"loyal"}, true
	q.Logical = []byte(`{"entity": "customers"}`)
	q.Chips = []ask.Chip{{Kind: "time", Text: "March", Instead: []ask.Choice{{Sentence: "any March", SQL: "SELECT 3"}}}}
	q.Choices = []ask.Choice{{Sentence: "who **bought**", SQL: "SELECT 1", Logical: []byte(`{"a": 1}`)}, {Sentence: "who **signed up**", SQL: "SELECT 2"}}
	q.Nearest = []ask.Nearest{{Word: "loyal", Terms: []string{"segment"}}}
	if err := s.FinishQuestion(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	if err := s.PickChoice(t.Context(), q.ID, 2); err != nil {
		t.Fatal(err)
	}
	got, err := s.Question(t.Context(), q.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got.Status != ask.Asked || got.Sentence != "Customers" || !slices.Equal(got.LeftOut, q.LeftOut) || !got.FollowedUp || got.Picked != 2 ||
		string(got.Logical) != string(q.Logical) || !reflect.DeepEqual(got.Chips, q.Chips) || !reflect.DeepEqual(got.Choices, q.Choices) || !reflect.DeepEqual(got.Nearest, q.Nearest) {
		t.Errorf("kept %+v\nof %+v", got, q)
	}
	answered := question(t, s, member(t, s, "bob", account.Analyst), "orders")
	finished(t, s, answered)
	if err := s.PickChoice(t.Context(), answered.ID, 1); ask.CodeOf(err) != ask.NotFound {
		t.Errorf("picked of an answer: %v", err)
	}
}

func TestWhatPeopleCouldNotGet(t *testing.T) {
	s, _ := fresh(t)
	ann, bob := member(t, s, "ann", account.Analyst), member(t, s, "bob", account.Analyst)
	end := func(u *account.User, text string, status ask.Status) *ask.Question {
		q := question(t, s, u, text)
		q.Status = status
		if status == ask.Answered {
			q.Tier, q.SQL = ask.Compiled, "SELECT 1"
		}
		if err := s.FinishQuestion(t.Context(), q); err != nil {
			t.Fatal(err)
		}
		return q
	}
	say := func(u *account.User, q *ask.Question, v ask.Verdict, comment string) {
		if err := s.SaveFeedback(t.Context(), &ask.Feedback{QuestionID: q.ID, UserID: u.ID, Verdict: v, Comment: comment}); err != nil {
			t.Fatal(err)
		}
	}
	want := func(texts ...string) []ask.Miss {
		t.Helper()
		list, total, err := s.Missed(t.Context(), 10, 0)
		var got []string
		for _, m := range list {
			got = append(got, m.Latest.Text)
		}
		if err != nil || total != len(texts) || !slices.Equal(got, texts) {
			t.Errorf("%q of %d, %v; want %q", got, total, err, texts)
		}
		return list
	}
	end(ann, "the mood", ask.Declined)
	end(ann, "all orders", ask.Answered)
	asked := end(ann, "customers of March", ask.Asked)
	want("the mood")
	if err := s.PickChoice(t.Context(), asked.ID, ask.NoneOfThese); err != nil {
		t.Fatal(err)
	}
	say(ann, asked, ask.Missed, "who paid in March")
	say(bob, end(bob, " The mood", ask.Declined), ask.Missed, "of the team")
	wrong := end(bob, "revenue", ask.Answered)
	say(bob, wrong, ask.Wrong, "with tax")
	list := want("revenue", " The mood", "customers of March")
	if m := list[1]; m.Times != 2 || m.People != 2 || !slices.Equal(m.Comments, []string{"of the team"}) {
		t.Errorf("grouped %+v", m)
	}
	end(ann, "the mood", ask.Answered)
	want("revenue", "customers of March")
}

func TestAChosenReadingIsProposedAsSuch(t *testing.T) {
	s, _ := fresh(t)
	ann := member(t, s, "ann", account.Analyst)
	q := &ask.Question{UserID: ann.ID, Text: "customers of March", Chosen: true}
	if err := s.CreateQuestion(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	finished(t, s, q)
	if err := s.SaveFeedback(t.Context(), &ask.Feedback{QuestionID: q.ID, UserID: ann.ID, Verdict: ask.Right}); err != nil {
		t.Fatal(err)
	}
	if list, _, err := s.Pairs(t.Context(), training.PairFilter{}); err != nil || len(list) != 1 || list[0].Origin != training.FromChosen {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestFeedbackKeepsTheProposalInStep(t *testing.T) {
	s, _ := fresh(t)
	ann := member(t, s, "ann", account.Analyst)
	q := question(t, s, ann, "how many orders")
	finished(t, s, q)
	say := func(v ask.Verdict, sql string) []training.Pair {
		t.Helper()
		if err := s.SaveFeedback(t.Context(), &ask.Feedback{QuestionID: q.ID, Question: "whole", UserID: ann.ID, Verdict: v, SQL: sql}); err != nil {
			t.Fatal(err)
		}
		list, _, err := s.Pairs(t.Context(), training.PairFilter{State: training.Proposed})
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	if got := say(ask.Right, ""); len(got) != 1 || got[0].SQL != q.SQL || got[0].Question != "whole" {
		t.Errorf("right proposes %+v", got)
	}
	if got := say(ask.Corrected, "SELECT 2"); len(got) != 1 || got[0].SQL != "SELECT 2" {
		t.Errorf("corrected proposes %+v", got)
	}
	if got := say(ask.Wrong, ""); len(got) != 0 {
		t.Errorf("wrong leaves %+v", got)
	}
	if back, err := s.Question(t.Context(), q.ID); err != nil || back.Feedback == nil || back.Feedback.Verdict != ask.Wrong {
		t.Errorf("feedback on reading: %+v, %v", back.Feedback, err)
	}
}

func TestApprovalWritesOutboxAndAuditTogether(t *testing.T) {
	s, dsn := fresh(t)
	ctx := audit.WithActor(t.Context(), audit.Actor{Name: "ada"})
	p := &training.Pair{Question: "How many?", SQL: "SELECT 1", State: training.Approved, Origin: training.FromAdmin}
	if err := s.SavePair(ctx, p); err != nil {
		t.Fatal(err)
	}
	items, err := s.Outbox(ctx, 10)
	if err != nil || len(items) != 1 || items[0].DocID != p.ID || items[0].Collection != ask.SampleQueries {
		t.Errorf("outbox %+v, %v", items, err)
	}
	if log, _, err := s.Entries(ctx, audit.Filter{Action: audit.PairApprove, Limit: 5}); err != nil || len(log) != 1 || log[0].Actor.Name != "ada" {
		t.Errorf("audit %+v, %v", log, err)
	}
	execute(t, dsn, "alter table audit_logs add constraint full_disk check (seq < 2)")
	if err := s.SavePair(ctx, &training.Pair{Question: "And?", SQL: "SELECT 2", State: training.Approved, Origin: training.FromAdmin}); err == nil {
		t.Error("a change went through without its audit entry")
	}
	if _, n, _ := s.Pairs(ctx, training.PairFilter{Count: true}); len(n.All) != 1 || n.All[training.Approved] != 1 {
		t.Errorf("pairs after a rollback: %+v", n)
	}
}

func TestTermsMoveTheVersion(t *testing.T) {
	s, _ := fresh(t)
	before, err := s.Ontology(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	term := &ontology.Term{Name: "Revenue", Kind: ontology.Metric, Table: "orders", SQL: "sum(total)"}
	if err := s.SaveTerms(t.Context(), term); err != nil {
		t.Fatal(err)
	}
	after, err := s.Ontology(t.Context())
	if err != nil || after.Version <= before.Version || len(after.Terms) != 1 {
		t.Errorf("ontology %+v, %v", after, err)
	}
	if err := s.SaveTerms(t.Context(), &ontology.Term{Name: "REVENUE", Kind: ontology.Metric, Table: "t"}); ask.CodeOf(err) != ask.Conflict {
		t.Errorf("a taken name: %v", err)
	}
	other := &ontology.Term{Name: "Cost", Kind: ontology.Metric, Table: "orders", SQL: "sum(cost)"}
	if err := s.SaveTerms(t.Context(), other, &ontology.Term{Name: "revenue", Kind: ontology.Metric, Table: "t"}); err == nil || other.ID != "" {
		t.Errorf("two terms, one of them bad: %v, %+v", err, other)
	}
	if o, err := s.Ontology(t.Context()); err != nil || len(o.Terms) != 1 || o.Version != after.Version {
		t.Errorf("half of it was saved: %+v, %v", o, err)
	}
	if err := s.DeleteTerm(t.Context(), term.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteTerm(t.Context(), term.ID); ask.CodeOf(err) != ask.NotFound {
		t.Errorf("deleted twice: %v", err)
	}
}

func TestSettingsSaveUnlessOvertaken(t *testing.T) {
	s, _ := fresh(t)
	ctx := audit.WithActor(t.Context(), audit.Actor{Name: "ada"})
	if err := s.SaveSettings(ctx, map[string]string{"row_limit": "5", "time_limit": ""}, 0); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveSettings(ctx, map[string]string{"row_limit": "6"}, 0); ask.CodeOf(err) != ask.Conflict {
		t.Errorf("an overtaken save: %v", err)
	}
	texts, version, err := s.Settings(ctx)
	if err != nil || version != 1 || texts["row_limit"] != "5" || len(texts) != 1 {
		t.Errorf("read back %v at version %d, %v", texts, version, err)
	}
	last, err := settings.LastChange(ctx, s)
	if err != nil || last.By != "ada" || last.Before["row_limit"] != "" || last.After["row_limit"] != "5" {
		t.Errorf("last change %+v, %v", last, err)
	}
	if _, err := s.VerifyAudit(ctx); err != nil {
		t.Error(err)
	}
}

// Numbers 42, 43 of the security checklist.
func TestAuditChainShowsTampering(t *testing.T) {
	s, dsn := fresh(t)
	for i := range 5 {
		if err := s.Append(t.Context(), audit.Entry{Action: audit.SignInOK, Object: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.VerifyAudit(t.Context()); err != nil {
		t.Fatalf("an honest log: %v", err)
	}
	forgeries := []string{"delete from audit_logs where seq = 5", "update audit_logs set object = 'x' where seq = 5", "truncate audit_logs", "delete from audit_head", "truncate audit_head"}
	for _, sql := range forgeries {
		if _, err := s.pool.Exec(t.Context(), sql); err == nil || !strings.Contains(err.Error(), "42501") {
			t.Errorf("%s: %v, want permission denied", sql, err)
		}
	}
	execute(t, dsn, "grant update, delete, truncate on audit_logs, audit_head to current_user")
	for _, sql := range forgeries {
		if _, err := s.pool.Exec(t.Context(), sql); err == nil {
			t.Errorf("%s: with the right to, no trigger stops it", sql)
		}
	}
	execute(t, dsn, "alter table audit_logs disable trigger all; grant update, delete on audit_logs to current_user; update audit_logs set object = 'forged' where seq = 3")
	var broken *audit.BrokenError
	if _, err := s.VerifyAudit(t.Context()); !errors.As(err, &broken) || broken.Seq != 3 {
		t.Errorf("a forged row: %v", err)
	}
	execute(t, dsn, "update audit_logs set object = '2' where seq = 3; delete from audit_logs where seq = 5")
	if _, err := s.VerifyAudit(t.Context()); !errors.As(err, &broken) {
		t.Errorf("a cut tail: %v", err)
	}
}

func TestUnreachableServerIsUnavailable(t *testing.T) {
	s, err := Open(t.Context(), "postgres://nobody:secret@127.0.0.1:1/none")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	_, err = s.Question(t.Context(), "00000000-0000-0000-0000-000000000000")
	if ask.CodeOf(err) != ask.Unavailable || strings.Contains(ask.MessageOf(err), "127.0.0.1") {
		t.Errorf("got %v", err)
	}
}

func TestTrainedAndValidate(t *testing.T) {
	s, dsn := fresh(t)
	if last, err := s.Trained(t.Context()); err != nil || last != (training.Trained{}) {
		t.Errorf("before the first: %+v, %v", last, err)
	}
	for _, fingerprint := range []string{"one", "two"} {
		if err := s.SaveTrained(t.Context(), fingerprint); err != nil {
			t.Fatal(err)
		}
		if last, err := s.Trained(t.Context()); err != nil || last.Fingerprint != fingerprint || time.Since(last.At) > time.Minute {
			t.Errorf("after %s: %+v, %v", fingerprint, last, err)
		}
	}
	if err := s.Validate(t.Context()); err != nil {
		t.Error(err)
	}
	execute(t, dsn, "drop table training_state, outbox")
	if err := s.Validate(t.Context()); err == nil || !strings.Contains(err.Error(), "outbox, training_state") {
		t.Errorf("two tables are missing: %v", err)
	}
}
