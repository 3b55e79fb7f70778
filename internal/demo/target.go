package demo

import (
	_ "embed"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// OntologyYAML holds the generated target's business terms.
//
//go:embed ontology.yaml
var OntologyYAML []byte

// Golden holds the generated target's golden questions.
//
//go:embed golden.yaml
var Golden []byte

//go:embed target.sql
var targetDDL string

// The generated business: three years of it.
var (
	firstDay = time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC)
	days     = 3*365 + 1 // 2024 is a leap year, less its last day's night
)

const (
	customerCount    = 1200
	productCount     = 160
	orderCount       = 18000
	employeeCount    = 420
	transactionCount = 30000
)

// EnsureTarget writes the generated target unless the file is there already.
func EnsureTarget(path string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	return WriteTarget(path)
}

// WriteTarget writes the generated target: accounting, sales and staff of one
// company, about 100,000 rows, the same bytes of data at every run. The file
// appears at path only once it is whole.
func WriteTarget(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("demo: target: %w", err)
	}
	part := path + ".part"
	if err := errors.Join(removeIfThere(part), writeTarget(part)); err != nil {
		return fmt.Errorf("demo: target: %w", err)
	}
	return os.Rename(part, path)
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

func writeTarget(path string) (err error) {
	c, err := sqlite3.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if err := c.Exec("PRAGMA foreign_keys=off; PRAGMA synchronous=off; PRAGMA journal_mode=memory; BEGIN;" + targetDDL); err != nil {
		return err
	}
	w := &filler{c: c, rng: rand.New(rand.NewPCG(2022, 2024))}
	for _, fill := range []func(){w.accounts, w.departments, w.employees, w.customers, w.products, w.orders, w.transactions} {
		fill()
	}
	if w.err != nil {
		return w.err
	}
	return c.Exec("COMMIT")
}

// filler writes rows and remembers the first error.
type filler struct {
	c      *sqlite3.Conn
	rng    *rand.Rand
	err    error
	prices []float64 // by product id - 1
}

// insert prepares an INSERT of n values and gives a function that runs it.
func (w *filler) insert(table string, n int) (put func(values ...any), done func()) {
	marks := "?"
	for range n - 1 {
		marks += ",?"
	}
	st, _, err := w.c.Prepare("INSERT INTO " + table + " VALUES (" + marks + ")")
	w.note(err)
	return func(values ...any) { w.put(st, values) }, func() {
		if st != nil {
			w.note(st.Close())
		}
	}
}

func (w *filler) put(st *sqlite3.Stmt, values []any) {
	if w.err != nil {
		return
	}
	for i, v := range values {
		switch v := v.(type) {
		case nil:
			w.note(st.BindNull(i + 1))
		case int:
			w.note(st.BindInt(i+1, v))
		case float64:
			w.note(st.BindFloat(i+1, v))
		case string:
			w.note(st.BindText(i+1, v))
		}
	}
	w.note(st.Exec())
}

func (w *filler) note(err error) {
	if w.err == nil {
		w.err = err
	}
}

func pick[T any](w *filler, from []T) T { return from[w.rng.IntN(len(from))] }

func cents(v float64) float64 { return math.Round(v*100) / 100 }

func day(n int) string { return firstDay.AddDate(0, 0, n).Format(time.DateOnly) }

// busyDay draws a day; sales grow over the years and peak before Christmas.
func (w *filler) busyDay() int {
	for {
		n := w.rng.IntN(days)
		month := firstDay.AddDate(0, 0, n).Month()
		weight := 0.5 + 0.3*float64(n)/float64(days)
		if month == time.November || month == time.December {
			weight += 0.2
		}
		if w.rng.Float64() < weight {
			return n
		}
	}
}

func (w *filler) accounts() {
	put, done := w.insert("accounts", 4)
	defer done()
	for i, a := range accountList {
		put(i+1, a.code, a.name, a.kind)
	}
}

func (w *filler) departments() {
	put, done := w.insert("departments", 3)
	defer done()
	for i, d := range departmentList {
		put(i+1, d.name, d.city)
	}
}

// employees come with a salary history: a raise most years.
func (w *filler) employees() {
	put, done := w.insert("employees", 8)
	defer done()
	pay, paid := w.insert("salaries", 5)
	defer paid()
	row := 0
	for id := 1; id <= employeeCount; id++ {
		department := 1 + int(math.Sqrt(w.rng.Float64())*float64(len(departmentList)))
		first, last := pick(w, firstNames), pick(w, lastNames)
		hired := w.rng.IntN(3650) - 2920
		var manager, left any
		if id > len(departmentList) {
			manager = 1 + w.rng.IntN(len(departmentList))
		}
		if w.rng.IntN(11) == 0 {
			left = day(max(hired, 0) + w.rng.IntN(days-max(hired, 0)))
		}
		put(id, first, last, department, manager, pick(w, jobTitles), day(hired), left)
		amount := 32000 + 1000*float64(w.rng.IntN(60))
		for year := max(hired, 0) / 365; year < 3; year++ {
			row++
			from, to := firstDay.AddDate(year, 0, 0), any(firstDay.AddDate(year+1, 0, -1).Format(time.DateOnly))
			if year == 2 {
				to = nil
			}
			pay(row, id, amount, from.Format(time.DateOnly), to)
			amount = math.Round(amount*(1.01+0.05*w.rng.Float64())/100) * 100
		}
	}
}

func (w *filler) customers() {
	put, done := w.insert("customers", 7)
	defer done()
	for id := 1; id <= customerCount; id++ {
		place := pick(w, places)
		first, last := pick(w, firstNames), pick(w, lastNames)
		var email any = fmt.Sprintf("%s.%s%d@example.com", first, last, id)
		if w.rng.IntN(12) == 0 {
			email = nil
		}
		put(id, first+" "+last, email, place.city, place.country, pick(w, segments), day(w.rng.IntN(days)))
	}
}

func (w *filler) products() {
	put, done := w.insert("products", 5)
	defer done()
	for id := 1; id <= productCount; id++ {
		price := cents(4 + 300*w.rng.Float64()*w.rng.Float64())
		w.prices = append(w.prices, price)
		name := fmt.Sprintf("%s %s", productAdjectives[(id-1)%len(productAdjectives)], productNouns[(id-1)/len(productAdjectives)%len(productNouns)])
		discontinued := 0
		if w.rng.IntN(10) == 0 {
			discontinued = 1
		}
		put(id, name, pick(w, productCategories), price, discontinued)
	}
}

// orders leave some products never ordered and some customers without one.
func (w *filler) orders() {
	put, done := w.insert("orders", 6)
	defer done()
	item, itemsDone := w.insert("order_items", 6)
	defer itemsDone()
	row := 0
	for id := 1; id <= orderCount; id++ {
		placed := w.busyDay()
		customer := 1 + int(float64(customerCount-60)*math.Pow(w.rng.Float64(), 1.6))
		status := pick(w, orderStatuses)
		var shipped any
		if status == "completed" || status == "shipped" || status == "returned" {
			shipped = day(placed + 1 + w.rng.IntN(9))
		}
		total := 0.0
		for range 1 + w.rng.IntN(4) {
			row++
			product := 1 + w.rng.IntN(productCount-9)
			quantity := 1 + w.rng.IntN(5)
			discount := 0.0
			if w.rng.IntN(5) == 0 {
				discount = 0.1
			}
			total += cents(float64(quantity) * w.prices[product-1] * (1 - discount))
			item(row, id, product, quantity, w.prices[product-1], discount)
		}
		put(id, customer, day(placed), shipped, status, cents(total))
	}
}

func (w *filler) transactions() {
	put, done := w.insert("accounting_transactions", 6)
	defer done()
	for id := 1; id <= transactionCount; id++ {
		at := w.rng.IntN(len(accountList))
		a := accountList[at]
		amount := cents(a.typical * math.Exp(w.rng.NormFloat64()*0.9))
		var department any = 1 + w.rng.IntN(len(departmentList))
		if a.kind != "expense" || w.rng.IntN(20) == 0 {
			department = nil
		}
		put(id, at+1, department, day(w.rng.IntN(days)), amount, fmt.Sprintf("%s, voucher %05d", a.name, id))
	}
}
