package target

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"

	"github.com/querent/querent/internal/schema"
)

// place is how the rows of a table are found.
type place struct {
	rowid     bool            // rows are numbered
	id        string          // the name that the number goes by
	low, high int64           // of the numbers
	density   float64         // rows for each number, as sampled; 0 unknown
	led       map[string]bool // columns that come first in an index over all rows, compared byte by byte
}

// guess is how many rows there are by the numbers' range; -1 unknown.
func (p *place) guess() int64 {
	if !p.rowid || p.density == 0 {
		return -1
	}
	return int64(math.Round((float64(p.high-p.low) + 1) * p.density))
}

// findPlaces looks up how each table's rows are found.
func (r *reader) findPlaces() error {
	r.places = map[string]*place{}
	numbered := map[string]bool{}
	if err := r.each("PRAGMA main.table_list", func(s *sqlite3.Stmt) { numbered[s.ColumnText(1)] = !s.ColumnBool(4) }); err != nil {
		return err
	}
	for i := range r.schema.Tables {
		t := &r.schema.Tables[i]
		p := &place{led: map[string]bool{}}
		r.places[t.Name] = p
		if t.View || t.Virtual {
			continue
		}
		for _, id := range []string{"rowid", "_rowid_", "oid"} {
			if numbered[t.Name] && t.Column(id) == nil {
				p.rowid, p.id = true, id
				break
			}
		}
		if len(t.PrimaryKey) > 0 && strings.EqualFold(t.Column(t.PrimaryKey[0]).Declared, "INTEGER") && len(t.PrimaryKey) == 1 {
			p.led[t.PrimaryKey[0]] = true
		}
		if err := r.findIndexes(t, p); err != nil {
			return err
		}
	}
	return nil
}

// findIndexes notes columns that lead an index, and those with a unique index
// of their own.
func (r *reader) findIndexes(t *schema.Table, p *place) error {
	type index struct {
		name   string
		unique bool
	}
	var indexes []index
	err := r.each("PRAGMA main.index_list("+schema.Quote(t.Name)+")", func(s *sqlite3.Stmt) {
		if partial := s.ColumnBool(4); !partial {
			indexes = append(indexes, index{s.ColumnText(1), s.ColumnBool(2)})
		}
	})
	for _, x := range indexes {
		var names []string
		binary := true
		err = r.each("PRAGMA main.index_xinfo("+schema.Quote(x.name)+")", func(s *sqlite3.Stmt) {
			if s.ColumnBool(5) {
				if len(names) == 0 {
					binary = s.ColumnText(4) == "BINARY"
				}
				names = append(names, s.ColumnText(2))
			}
		})
		if len(names) == 0 {
			continue
		}
		c := t.Column(names[0])
		if c == nil {
			continue
		}
		if x.unique && len(names) == 1 {
			c.Unique = true
		}
		if binary {
			p.led[c.Name] = true
		}
	}
	return err
}

// readStat reads what ANALYZE has left of the tables' sizes.
func (r *reader) readStat() {
	r.stat = map[string]int64{}
	_ = r.each("SELECT tbl, stat FROM sqlite_stat1", func(s *sqlite3.Stmt) {
		first, _, _ := strings.Cut(s.ColumnText(1), " ")
		if n, err := strconv.ParseInt(first, 10, 64); err == nil {
			r.stat[s.ColumnText(0)] = max(n, r.stat[s.ColumnText(0)])
		}
	})
}

// edges shows a sample the first and the last values of columns that an index
// leads to.
func (r *reader) edges(t *schema.Table, sc *tableScan) error {
	p := r.places[t.Name]
	for i := range t.Columns {
		name := t.Columns[i].Name
		if !p.led[name] {
			continue
		}
		for _, end := range []string{"min", "max"} {
			err := r.each("SELECT "+end+"("+schema.Quote(name)+") FROM "+sc.table, func(s *sqlite3.Stmt) { edge(sc.columns[i], s) })
			if err := r.tolerate(err); err != nil {
				return err
			}
		}
	}
	return nil
}

func edge(c *schema.Sample, s *sqlite3.Stmt) {
	switch s.ColumnType(0) {
	case sqlite3.INTEGER, sqlite3.FLOAT:
		c.NumberEdge(s.ColumnFloat(0))
	case sqlite3.TEXT:
		c.TextEdge(s.ColumnText(0))
	}
}

const (
	maxListed = 5000 // values that an index is asked for
	listTime  = 300 * time.Millisecond
)

// listValues lists all values of columns of a large table of which a sample
// has seen few, by jumping through an index from one to the next.
func (r *reader) listValues(t *schema.Table) error {
	p := r.places[t.Name]
	for i := range t.Columns {
		c := &t.Columns[i]
		if !p.led[c.Name] || len(c.Values) == 0 || c.Unique {
			continue
		}
		name, table := schema.Quote(c.Name), schema.Quote(t.Name)
		var values []string
		var err error
		r.within(time.Now().Add(listTime), func() {
			err = r.each("WITH RECURSIVE v(x) AS (SELECT min("+name+") FROM "+table+" UNION ALL SELECT (SELECT min("+name+") FROM "+table+
				" WHERE "+name+" > v.x) FROM v WHERE v.x IS NOT NULL LIMIT "+integer(maxListed+2)+") SELECT x FROM v WHERE x IS NOT NULL", func(s *sqlite3.Stmt) {
				values = append(values, s.ColumnText(0))
			})
		})
		if err := r.tolerate(err); err != nil {
			return err
		}
		if err == nil && len(values) <= maxListed {
			c.Extend(values, &r.space)
		}
	}
	return nil
}

func integer[N int | int64](n N) string { return strconv.FormatInt(int64(n), 10) }
