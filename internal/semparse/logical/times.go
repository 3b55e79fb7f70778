package logical

// EachPeriod calls f for each period that rows are filtered by, with its date. f may change both.
func (q *Query) EachPeriod(f func(date *Ref, p *Period)) {
	eachPeriod(q.Filters, f)
	for i := range q.Measures {
		q.Measures[i].eachPeriod(f)
	}
	if q.Compare != nil {
		for i := range q.Compare.Periods {
			f(&q.Compare.Date, &q.Compare.Periods[i])
		}
	}
}

func (m *Measure) eachPeriod(f func(*Ref, *Period)) {
	eachPeriod(m.Filters, f)
	for i := range m.Args {
		m.Args[i].eachPeriod(f)
	}
}

func eachPeriod(ps []Predicate, f func(*Ref, *Period)) {
	for i := range ps {
		p := &ps[i]
		if p.Op == InPeriod && p.Expr != nil && p.Expr.Op == Column && p.Period != nil {
			f(&p.Expr.Ref, p.Period)
		}
		eachPeriod(p.Args, f)
	}
}
