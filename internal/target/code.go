package target

import (
	"github.com/ncruces/go-sqlite3"

	"github.com/querent/querent/internal/schema"
)

// explainCodes reads the tables that say what codes of other tables' columns
// stand for. A table that can't be read explains nothing.
func (r *reader) explainCodes() {
	var domains []schema.Codes
	for i := range r.schema.Tables {
		if ct, ok := r.schema.CodeTableOf(&r.schema.Tables[i]); ok {
			domains = append(domains, r.domainsOf(ct)...)
		}
	}
	if len(domains) > 0 {
		r.schema.Explain(domains)
	}
}

// domainsOf reads one code table; nothing where a domain holds a code twice.
func (r *reader) domainsOf(ct schema.CodeTable) []schema.Codes {
	var out []schema.Codes
	at := map[string]int{}
	twice := false
	err := r.each("SELECT "+schema.Quote(ct.Domain)+", "+schema.Quote(ct.Code)+", "+schema.Quote(ct.Label)+" FROM "+schema.Quote(ct.Table), func(s *sqlite3.Stmt) {
		domain, code, label := s.ColumnText(0), s.ColumnText(1), s.ColumnText(2)
		i, ok := at[domain]
		if !ok {
			i = len(out)
			at[domain] = i
			out = append(out, schema.Codes{From: ct, Domain: domain, Labels: map[string]string{}})
		}
		if _, ok := out[i].Labels[code]; ok {
			twice = true
		}
		if label != "" {
			out[i].Labels[code] = label
		}
	})
	if err != nil || twice {
		return nil
	}
	return out
}
