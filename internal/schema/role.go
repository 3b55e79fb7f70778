package schema

import "strings"

// What a table's rows are, as far as a role can refer to them.
const (
	noPersons = iota
	outsiders // customers, patients, members
	workers   // employees, agents, users
)

var (
	workerWords = set(`employee emp empl staff personnel worker crew teacher professor lecturer doctor physician nurse agent rep
		representative salesrep adjuster author technician mechanic driver user usr person people operator officer consultant
		advisor instructor trainer contact contributor faculty engineer clerk guide pilot seller salesperson`)
	outsiderWords = set(`customer cust client patient member player rider student pupil passenger subscriber tenant guest donor
		candidate applicant visitor borrower owner contestant`)
	workColumns = set("hire hired salary wage payroll")
	nameColumns = set("name nm surname lastname fullname")

	// workRoles are what people do for the organisation; anyRoles may be
	// anyone's.
	workRoles = set(`manager mgr supervisor sup supv superv boss director operator oper planner buyer inspector insp approver apprv
		reviewer requester requestor reporter handler hndl assignee asgn rep representative technician tech mechanic officer prof professor
		cashier clerk salesperson consultant coordinator registrar curator foreman engineer dispatcher auditor adjuster
		assistant advisor adviser tutor teacher instructor trainer coach driver pilot doctor nurse physician editor rm csm ae
		salesman agent employee emp staff buyer`)
	anyRoles   = set("owner host leader president chair captain sender recipient author creator sponsor secretary referrer mvp winner")
	selfRoles  = set("parent prnt par previous prev prerequisite predecessor successor replace original superior root supersede correct reverse renewed")
	chiefRoles = set("manager mgr mngr supervisor sup supv superv boss foreman superior")
	referrals  = set("referred refd refer referrer referral ref")
	deals      = set("bought purchased ordered paid donated rented borrowed booked reserved owned written won sent")
	acts       = set("assigned assignd report belong escalated")
	placeRoles = set("origin orig dest destination departure dep arrival arr")
	placeWords = set("airport station stop port terminal depot warehouse city location")
	vague      = set("lead head host rep sup tech contact chief agent ae rm csm par root original correct reverse replace staff user emp")
)

// holds tells whether a table's rows are persons, by its name, else by what is
// noted of them.
func holds(t *Table) int {
	ws := tableWords(t.Name)
	if len(ws) == 0 {
		return noPersons
	}
	last := ws[len(ws)-1]
	switch {
	case outsiderWords[last] || shortens(last, outsiderWords):
		return outsiders
	case workerWords[last] || shortens(last, workerWords):
		return workers
	}
	var named, hired bool
	for i := range t.Columns {
		cw := words(t.Columns[i].Name)
		hired = hired || hasAny(cw, workColumns)
		named = named || hasAny(cw, nameColumns)
	}
	if named && hired {
		return workers
	}
	return noPersons
}

// shortens reports whether w is short for one of the words.
func shortens(w string, of map[string]bool) bool {
	for long := range of {
		if abbreviates(w, long) {
			return true
		}
	}
	return false
}

// abbreviates reports whether short is a word without some of its letters, as
// people shorten names of columns: mgr, acct, authr, dept. It keeps the first
// and the last letter, and either hardly any vowel or most letters.
func abbreviates(short, long string) bool {
	n := len(short)
	if !leavesOut(short, long) || short[n-1] != long[len(long)-1] {
		return false
	}
	vowels := 0
	for _, c := range short[1:] {
		if strings.ContainsRune("aeiou", c) {
			vowels++
		}
	}
	return vowels == 0 || vowels == 1 && n > 3 || n*5 >= len(long)*3
}

// begins reports whether short is the beginning of a word, long enough to tell.
func begins(short, long string) bool { return len(short) >= 3 && strings.HasPrefix(long, short) }

// sameWord reports whether two words are one, written out or shortened.
func sameWord(a, b string) bool {
	return a == b || begins(a, b) || begins(b, a) || abbreviates(a, b) || abbreviates(b, a)
}

// initials are the first letters of words: po of purchase orders.
func initials(ws []string) string {
	var b strings.Builder
	for _, w := range ws {
		b.WriteByte(w[0])
	}
	return b.String()
}

// role is what a name says of who or what it refers to.
type role struct {
	work   bool // a worker, as who did something is
	anyone bool // any person
	self   bool // a row of the same table
}

// roleOf reads the words of a column's name, but for the key's own, in a table
// that holds such persons.
func roleOf(ws []string, from int) role {
	if len(ws) == 0 {
		return role{}
	}
	first, last := ws[0], ws[len(ws)-1]
	if last == "by" || last == "to" && acts[first] {
		return actor(ws, from)
	}
	self := selfRoles[last] || selfRoles[first] && len(ws) <= 2
	self = self || chiefRoles[last] && from == workers || referrals[first] && from != noPersons
	return role{workRoles[last] || shortens(last, workRoles), anyRoles[last] || shortens(last, anyRoles), self}
}

// actor is the role in names such as approved_by and assigned_to.
func actor(ws []string, from int) role {
	if len(ws) == 1 {
		return role{}
	}
	referral, deal := referrals[ws[0]], deals[ws[0]]
	return role{!referral && !deal, deal, referral && from != noPersons || ws[0] == "report" && from == workers}
}

// tableWords are the words of a table's name without what says only that it is
// a table.
func tableWords(name string) []string {
	ws := words(name)
	for len(ws) > 1 && (ws[0] == "dim" || ws[0] == "fact" || ws[0] == "tbl" || ws[0] == "lkp" || ws[0] == "ref" || ws[0] == "t") {
		ws = ws[1:]
	}
	return ws
}
