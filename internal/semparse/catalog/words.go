package catalog

import (
	"cmp"
	"slices"
	"strings"

	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/semparse/lexicon"
	"github.com/querent/querent/internal/semparse/text"
)

// namer spells out the names of one schema.
type namer struct {
	terse  bool              // names are mostly abbreviations
	prefix string            // word that begins most tables' names: "dim", "tbl", the product's own
	own    []string          // words that the schema itself writes out
	keys   map[string]string // what begins a table's key, with the word of the table that it shortens: "ln" of ln_id, loan
}

// short are abbreviations that schemas use everywhere and that are no words.
var short = pairs(`nm:name dt:date ts:timestamp cd:code nr:number num:number nbr:number typ:type sts:status stat:status qty:quantity amt:amount
desc:description descr:description hdr:header ln:line flg:flag cts:cents prc:price ctry:country emp:employee cust:customer acct:account
txn:transaction trx:transaction prod:product supp:supplier mach:machine shft:shift wrk:work ord:order tm:time rsn:reason dfct:defect
chk:check insp:inspector opr:operator mgr:manager dob:birth_date yr:year mth:month wk:week hr:hour hrs:hours addr:address tel:telephone
pct:percent avg:average cnt:count cat:category dept:department org:organization loc:location lat:latitude lng:longitude lon:longitude
img:image url:url msg:message usr:user pwd:password grp:group seg:segment rgn:region inv:invoice pmt:payment tkt:ticket sub:subscription
fname:first_name lname:last_name mname:middle_name fullname:full_name firstname:first_name lastname:last_name surname:last_name
forename:first_name tot:total birthdate:birth_date birthday:birth_date startdate:start_date enddate:end_date orderdate:order_date zipcode:zip_code
lim:limit lmt:limit scr:score rt:rate stnd:standing rfrd:referred refd:referred fr:from frm:from rpmt:repayment dlt:delta chg:change feat:feature
sbj:subject subj:subject rnw:renewal rnwl:renewal pri:priority prio:priority disc:discount dscr:description dsc:description dlvry:delivery
postcode:post_code postalcode:postal_code username:user_name unitprice:unit_price createdat:created_at updatedat:updated_at`)

// keep are short words that stand for themselves although lists of
// abbreviations know them.
var keep = text.WordSet("id is on at by to of no in up date name code type status end due net tax day age sex km lab bed row app mood may note")

func pairs(s string) map[string]string {
	out := map[string]string{}
	for _, p := range strings.Fields(s) {
		from, to, _ := strings.Cut(p, ":")
		out[from] = strings.ReplaceAll(to, "_", " ")
	}
	return out
}

func newNamer(s *schema.Schema) *namer {
	n := &namer{keys: map[string]string{}}
	var shown []*schema.Table
	for i := range s.Tables {
		if t := &s.Tables[i]; !t.Hidden {
			shown = append(shown, t)
		}
	}
	n.prefix = commonPrefix(shown)
	odd, all := 0, 0
	for _, t := range shown {
		names := []string{t.Name}
		for _, c := range t.Columns {
			names = append(names, c.Name)
		}
		for _, name := range names {
			for _, w := range text.SplitName(name) {
				if all++; n.odd(w) {
					odd++
				}
			}
		}
	}
	n.terse = odd*5 > all
	for _, t := range shown {
		n.key(t)
	}
	return n
}

// odd reports whether a word of a name is none of English, and keeps the longer
// ones that are.
func (n *namer) odd(w string) bool {
	if !text.English(w) || len(w) <= 2 && !keep[w] {
		return true
	}
	if len(w) >= 4 && short[w] == "" && !slices.Contains(n.own, w) {
		n.own = append(n.own, w)
	}
	return false
}

// commonPrefix is the first word of most tables' names.
func commonPrefix(tables []*schema.Table) string {
	first := map[string]int{}
	for _, t := range tables {
		if w := text.SplitName(t.Name); len(w) > 1 {
			first[w[0]]++
		}
	}
	for w, count := range first {
		if len(tables) > 2 && count*10 > len(tables)*7 {
			return w
		}
	}
	return ""
}

// key learns from a table's own key how other tables' keys shorten its name.
func (n *namer) key(t *schema.Table) {
	if len(t.PrimaryKey) != 1 {
		return
	}
	words := text.SplitName(t.PrimaryKey[0])
	if len(words) < 2 || text.English(words[0]) && short[words[0]] == "" {
		return
	}
	for _, w := range n.table(t.Name) {
		if text.Abbreviates(words[0], w) && n.keys[words[0]] == "" {
			n.keys[words[0]] = w
			return
		}
	}
}

// table gives the words of a table's name.
func (n *namer) table(name string) []string {
	words := text.SplitName(name)
	if len(words) > 1 && len(words[0]) == 1 && words[0] >= "a" {
		words = words[1:] // rStepCount, t_order
	}
	if len(words) > 1 && (words[0] == n.prefix || slices.Contains([]string{"tbl", "dim", "fact", "fct", "t", "vw", "lkp", "ref", "stg", "mst"}, words[0])) {
		words = words[1:]
	}
	if len(words) > 1 && slices.Contains([]string{"tbl", "dim", "fact", "mst", "lkp", "t"}, words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	return n.spell(words, nil)
}

// happened are short forms of what a date is of.
var happened = pairs(`st:start strt:start fin:finish crt:created crtd:created upd:updated cls:closed clsd:closed opn:opened exp:expiry iss:issued pub:published pd:paid
rls:released canc:cancelled cncl:cancelled cxl:cancelled rcv:received rcvd:received shp:shipped ship:shipped dlv:delivered dlvd:delivered eff:effective trm:termination
reg:registered subm:submitted appl:applied dcsn:decision inst:installed prom:promised term:termination brth:birth lst:last nxt:next dactv:deactivated rslv:resolved
rsp:response sgn:signed jn:joined lft:left`)

// flagWords end the names of yes-or-no columns.
var flagWords = text.WordSet("flg flag fl yn ind indicator bool")

// typed spells a column's name out where its values tell what a short form
// means: "ttl" of texts is a title, "act" of a yes-or-no column active.
func (n *namer) typed(c *schema.Column, table []string) []string {
	words := text.SplitName(c.Name)
	last := words
	if len(words) > 0 {
		last = words[len(words)-1:]
	}
	flag := c.Flag != nil || len(last) > 0 && flagWords[last[0]]
	for i, w := range words {
		switch {
		case w == "ttl" && c.Type == schema.Text:
			words[i] = "title"
		case flag && ofFlags[w] != "":
			words[i] = ofFlags[w]
		case n.terse && happened[w] != "" && (c.Type.Temporal() || c.Format != schema.FormatNone):
			words[i] = happened[w]
		case i+1 < len(words) && words[i+1] == "id":
			words[i] = n.whom(w)
		}
	}
	return n.spell(words, table)
}

// staff end what short names of keys to people stand for.
var staff = text.WordSet("manager executive representative agent officer adviser advisor lead supervisor director consultant")

// whom spells out a key's short name that stands for a person here: "rm" is a
// relationship manager, unless the schema speaks of rooms.
func (n *namer) whom(w string) string {
	person := ""
	for _, long := range lexicon.Meanings(w) {
		words := strings.Fields(long)
		switch {
		case slices.Contains(n.own, words[len(words)-1]):
			return w
		case person == "" && len(words) > 1 && staff[words[len(words)-1]]:
			person = long
		}
	}
	return cmp.Or(person, w)
}

// ofFlags are short forms in the names of yes-or-no columns.
var ofFlags = map[string]string{"act": "active", "actv": "active", "fl": "flag", "del": "deleted"}

func (n *namer) spell(words, table []string) []string {
	var out []string
	for _, w := range words {
		out = append(out, strings.Fields(n.word(w, table))...)
	}
	return out
}

// word spells out one word of a name: by the words of its table, by what is
// short everywhere, by the schema's own words, then by the lexicon.
func (n *namer) word(w string, table []string) string {
	if keep[w] {
		return w
	}
	english := text.English(w)
	if !english {
		for _, t := range table {
			if text.Abbreviates(w, t) {
				return t
			}
		}
	}
	if long := n.keys[w]; long != "" && n.terse {
		return long
	}
	if long, ok := short[w]; ok && (n.terse || !english) {
		return long
	}
	if !english || n.terse && len(w) <= 3 {
		for _, own := range n.own {
			if text.Shortens(w, own) == 3 {
				return own
			}
		}
	}
	return n.lengthen(w, english)
}

// lengthen spells a word out by the lexicon; English words only where names
// are mostly abbreviations.
func (n *namer) lengthen(w string, english bool) string {
	long, risky := lexicon.Expand(w)
	switch {
	case english && (long == "" || !n.terse || risky || len(w) > 4):
		return w
	case long == "" && !english:
		long = lexicon.Lengthen(w)
	}
	if long == "" {
		return w
	}
	return long
}
