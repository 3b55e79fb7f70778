package postgres

import (
	"testing"

	"github.com/google/uuid"

	"github.com/querent/querent/internal/ask"
)

// What earlier versions stored reads as what it is called now.
func TestStoredOutcomesAreRenamed(t *testing.T) {
	if server == nil {
		t.Skip("no Postgres binaries on this machine")
	}
	execute(t, server.DSN(), "create schema renamed")
	dsn := server.DSN() + "&search_path=renamed"
	provider, closeDB, err := migrations(dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer closeDB()
	if _, err := provider.UpTo(t.Context(), 4); err != nil {
		t.Fatal(err)
	}
	user, first, second := uuid.NewString(), uuid.NewString(), uuid.NewString()
	execute(t, dsn, "insert into users (id, name, name_key, role, password_hash) values ('"+user+"', 'ann', 'ann', 'analyst', 'x')")
	for _, q := range [][2]string{{first, "null"}, {second, "'" + first + "'"}} {
		execute(t, dsn, "insert into queries (id, user_id, parent_id, text, status, tier, generator, created_at, finished_at, search) values ('"+
			q[0]+"', '"+user+"', "+q[1]+", 'x', 'answered', 'guess', 'semparse', now(), now(), 'x')")
	}
	if _, err := Migrate(t.Context(), dsn); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for id, followed := range map[string]bool{first: false, second: true} {
		if q, err := s.Question(t.Context(), id); err != nil || q.Tier != ask.Unsure || q.FollowedUp != followed || q.Chosen || q.Picked != 0 {
			t.Errorf("%+v, %v", q, err)
		}
	}
}
