package legacy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/querent/querent/internal/schema"
)

// table is one table of the old database and what becomes of it.
type table struct {
	oid          uint32
	schema, name string
	estimate     int64 // rows, as the server's statistics have it
	columns      []column
	primaryKey   []string
	indexes      []index
	foreignKeys  []foreignKey
	notes        []string // what is not carried, or not as one may expect
}

type column struct {
	name    string
	kind    kind
	notNull bool
}

type index struct {
	name    string
	unique  bool
	columns []string
	falling []bool // per column: in descending order
}

type foreignKey struct {
	columns    []string
	ref        uint32 // oid of the table referred to
	refName    string
	refColumns []string
}

func (t *table) note(format string, args ...any) {
	t.notes = append(t.notes, fmt.Sprintf(format, args...))
}

func (t *table) qualified() string { return schema.Quote(t.schema) + "." + schema.Quote(t.name) }

// describe reads the columns, keys and indexes of a locked table.
func (s *snapshot) describe(ctx context.Context, t *table) error {
	for _, read := range []func(context.Context, *table) error{s.readColumns, s.readIndexes, s.readForeignKeys, s.chooseNumerics} {
		if err := read(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// readColumns looks through domains to the types beneath.
func (s *snapshot) readColumns(ctx context.Context, t *table) error {
	const read = `select a.attname::text, a.attnotnull, b.typname::text, b.typcategory::text,
			b.typnamespace = 'pg_catalog'::regnamespace, format_type(b.oid, b.mod), b.mod
		from pg_attribute a, lateral (
			with recursive base as (
				select t.*, a.atttypmod as mod from pg_type t where t.oid = a.atttypid
				union all
				select t.*, base.typtypmod from base join pg_type t on t.oid = base.typbasetype where base.typtype = 'd')
			select * from base where typtype <> 'd') b
		where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped order by a.attnum`
	rows, err := s.tx.Query(ctx, read, t.oid)
	if err != nil {
		return err
	}
	t.columns, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (c column, err error) {
		var d declaration
		err = row.Scan(&c.name, &c.notNull, &d.name, &d.category, &d.builtin, &d.formatted, &d.mod)
		c.kind = kindOf(d)
		return c, err
	})
	if err == nil && len(t.columns) == 0 {
		return fmt.Errorf("it has no columns")
	}
	return err
}

// chooseNumerics decides for each numeric column that SQLite's numbers might
// not hold exactly, by looking at its values.
func (s *snapshot) chooseNumerics(ctx context.Context, t *table) error {
	var wide []int
	var tests []string
	for i, c := range t.columns {
		if c.kind.wide {
			wide = append(wide, i)
			tests = append(tests, "coalesce(bool_and("+fmt.Sprintf(fitsSQLite, schema.Quote(c.name))+"), true)")
		}
	}
	if len(wide) == 0 {
		return nil
	}
	var fit []bool
	query := "select array[" + strings.Join(tests, ", ") + "] from " + t.qualified()
	if err := s.tx.QueryRow(ctx, query).Scan(&fit); err != nil {
		return err
	}
	for n, i := range wide {
		if c := &t.columns[i]; !fit[n] {
			c.kind = textNumber
			t.note("%s has numbers of more than 15 digits, which SQLite would round: it is kept exactly, as text", c.name)
		}
	}
	return nil
}

func (s *snapshot) readIndexes(ctx context.Context, t *table) error {
	const read = `select x.relname::text, i.indisprimary, i.indisunique, i.indpred is not null, m.amname::text,
			array(select coalesce(a.attname::text, '') from unnest(i.indkey::int2[]) with ordinality k (n, at)
				left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.n
				where at <= i.indnkeyatts order by at),
			array(select o & 1 = 1 from unnest(i.indoption::int2[]) with ordinality p (o, at) where at <= i.indnkeyatts order by at)
		from pg_index i join pg_class x on x.oid = i.indexrelid join pg_am m on m.oid = x.relam
		where i.indrelid = $1 and i.indisvalid order by x.relname`
	rows, err := s.tx.Query(ctx, read, t.oid)
	if err != nil {
		return err
	}
	var x index
	var primary, partial bool
	var method string
	_, err = pgx.ForEachRow(rows, []any{&x.name, &primary, &x.unique, &partial, &method, &x.columns, &x.falling}, func() error {
		switch {
		case primary:
			t.primaryKey = slices.Clone(x.columns)
		case slices.Contains(x.columns, ""):
			t.note("index %s is over an expression: not carried", x.name)
		case partial:
			t.note("index %s covers part of the rows: not carried", x.name)
		case method != "btree" && method != "hash":
			t.note("index %s is of the kind %s: not carried", x.name, method)
		default:
			t.indexes = append(t.indexes, index{x.name, x.unique, slices.Clone(x.columns), slices.Clone(x.falling)})
		}
		return nil
	})
	return err
}

// readForeignKeys keeps those among the tables asked for.
func (s *snapshot) readForeignKeys(ctx context.Context, t *table) error {
	const read = `select f.conname::text, f.confrelid, r.relname::text, f.convalidated,
			array(select a.attname::text from unnest(f.conkey) with ordinality k (n, at)
				join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.n order by at),
			array(select a.attname::text from unnest(f.confkey) with ordinality k (n, at)
				join pg_attribute a on a.attrelid = f.confrelid and a.attnum = k.n order by at)
		from pg_constraint f join pg_class r on r.oid = f.confrelid
		where f.conrelid = $1 and f.contype = 'f' order by f.conname`
	rows, err := s.tx.Query(ctx, read, t.oid)
	if err != nil {
		return err
	}
	var name string
	var k foreignKey
	var valid bool
	_, err = pgx.ForEachRow(rows, []any{&name, &k.ref, &k.refName, &valid, &k.columns, &k.refColumns}, func() error {
		switch {
		case !valid:
			t.note("foreign key %s was never validated: not carried", name)
		case !slices.ContainsFunc(s.tables, func(o *table) bool { return o.oid == k.ref }):
			t.note("foreign key %s refers to %s, which is not exported: not carried", name, k.refName)
		default:
			t.foreignKeys = append(t.foreignKeys, foreignKey{slices.Clone(k.columns), k.ref, k.refName, slices.Clone(k.refColumns)})
		}
		return nil
	})
	return err
}

// rowid reports whether the primary key is one whole number, which SQLite
// keeps as the row's own.
func (t *table) rowid(name string) bool {
	return len(t.primaryKey) == 1 && t.primaryKey[0] == name &&
		slices.ContainsFunc(t.columns, func(c column) bool { return c.name == name && c.kind.declared == integer })
}

// create is the statement that makes the table in SQLite.
func (t *table) create() string {
	var parts []string
	for _, c := range t.columns {
		part := schema.Quote(c.name) + " " + c.kind.declared
		if c.notNull {
			part += " NOT NULL"
		}
		if t.rowid(c.name) {
			part += " PRIMARY KEY"
		}
		parts = append(parts, part)
	}
	if len(t.primaryKey) > 0 && !t.rowid(t.primaryKey[0]) {
		parts = append(parts, "PRIMARY KEY "+columnList(t.primaryKey))
	}
	for _, k := range t.foreignKeys {
		parts = append(parts, "FOREIGN KEY "+columnList(k.columns)+" REFERENCES "+schema.Quote(k.refName)+" "+columnList(k.refColumns))
	}
	return "CREATE TABLE " + schema.Quote(t.name) + " (\n    " + strings.Join(parts, ",\n    ") + "\n)"
}

// createIndex is the statement that makes one of its indexes in SQLite.
func (t *table) createIndex(x index) string {
	keys := make([]string, len(x.columns))
	for i, name := range x.columns {
		keys[i] = schema.Quote(name)
		if x.falling[i] {
			keys[i] += " DESC"
		}
	}
	unique := ""
	if x.unique {
		unique = "UNIQUE "
	}
	return "CREATE " + unique + "INDEX " + schema.Quote(x.name) + " ON " + schema.Quote(t.name) + " (" + strings.Join(keys, ", ") + ")"
}

func columnList(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = schema.Quote(name)
	}
	return "(" + strings.Join(quoted, ", ") + ")"
}
