package eval

import (
	"context"
	"sync"

	"github.com/querent/querent/internal/schema"
)

// shelves hold a set's databases while it runs: each is opened when first
// wanted, once per question under way, and closed after its last question.
type shelves struct {
	set Set
	dir string // for what is built and kept
	mu  sync.Mutex
	by  map[string]*shelf
}

type shelf struct {
	ready  sync.Once
	path   string
	schema *schema.Schema
	kept   *goldStore
	err    error

	free []*Database // under shelves.mu, as the next
	due  int         // chains that will still want it
}

func newShelves(set Set, dir string) *shelves {
	return &shelves{set: set, dir: dir, by: map[string]*shelf{}}
}

func (s *shelves) at(name string) *shelf {
	if s.by[name] == nil {
		s.by[name] = &shelf{}
	}
	return s.by[name]
}

// expect announces a chain.
func (s *shelves) expect(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at(name).due++
}

func (s *shelves) take(ctx context.Context, name string) (*Database, error) {
	s.mu.Lock()
	sh := s.at(name)
	if n := len(sh.free); n > 0 {
		db := sh.free[n-1]
		sh.free = sh.free[:n-1]
		s.mu.Unlock()
		return db, nil
	}
	s.mu.Unlock()
	sh.ready.Do(func() {
		if sh.path, sh.err = s.set.Databases[name].file(ctx, s.dir, s.set.Now); sh.err == nil {
			sh.schema, sh.err = readSchema(sh.path)
			sh.kept = openGold(s.dir, sh.path, s.set.Now)
		}
	})
	if sh.err != nil {
		return nil, sh.err
	}
	db, err := openDatabase(sh.path, sh.schema)
	if err != nil {
		return nil, err
	}
	db.now, db.kept = s.set.Now, sh.kept
	return db, nil
}

func (s *shelves) put(name string, db *Database) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sh := s.at(name)
	sh.free = append(sh.free, db)
	if sh.due--; sh.due == 0 {
		sh.close()
	}
}

func (sh *shelf) close() {
	for _, db := range sh.free {
		db.Close()
	}
	sh.free = nil
	if sh.kept != nil {
		sh.kept.save()
	}
}

func (s *shelves) close() {
	for _, sh := range s.by {
		sh.close()
	}
}
