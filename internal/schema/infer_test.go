package schema

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"
)

// tables makes a schema of lines such as "emp: emp_no* emp_nm$ mgr_no": a star
// marks the key, a dollar sign texts, a hash days as numbers.
func tables(lines string) *Schema {
	s := &Schema{}
	for line := range strings.Lines(strings.TrimSpace(lines)) {
		name, columns, _ := strings.Cut(strings.TrimSpace(line), ":")
		t := Table{Name: name}
		for c := range strings.FieldsSeq(columns) {
			col := Column{Name: strings.TrimRight(c, "*$#"), Type: Integer}
			if strings.Contains(c, "$") {
				col.Type = Text
			}
			if strings.Contains(c, "#") {
				col.Format = YMDNumber
			}
			if strings.Contains(c, "*") {
				t.PrimaryKey = append(t.PrimaryKey, col.Name)
			}
			t.Columns = append(t.Columns, col)
		}
		s.Tables = append(s.Tables, t)
	}
	return s
}

func TestInferKeysByRule(t *testing.T) {
	for _, tt := range []struct {
		rule, tables string
		want         map[string]string
		not          string // keys whose values are not contained
	}{
		{"a worker's role", `
			emp: emp_no* emp_nm$ mgr_no
			wrk_ord: wo_no*$ opr_no plnr_no line_no qty_no
			po: po_no*$ buyr_no approved_by`,
			map[string]string{"emp.mgr_no": "emp.emp_no", "wrk_ord.opr_no": "emp.emp_no", "wrk_ord.plnr_no": "emp.emp_no",
				"po.buyr_no": "emp.emp_no", "po.approved_by": "emp.emp_no"}, ""},
		{"workers do, customers order", `
			employees: employee_id* full_name$ manager_id
			customers: customer_id* full_name$ referred_by
			tickets: ticket_id* handled_by opened_by_id owner_id`,
			map[string]string{"employees.manager_id": "employees.employee_id", "customers.referred_by": "customers.customer_id",
				"tickets.handled_by": "employees.employee_id", "tickets.opened_by_id": "employees.employee_id"}, ""},
		{"an owner that only one table holds", `
			agent: agent_id* name$
			client: client_id* name$
			property: property_id* owner_id`,
			map[string]string{"property.owner_id": "client.client_id"}, "property.owner_id>agent"},
		{"two tables of workers", `
			doctors: doctor_id* name$
			nurses: nurse_id* name$
			visits: visit_id* assistant_id`, nil, ""},
		{"no persons", `
			machines: machine_id* name$
			jobs: job_id* operator_id`, nil, ""},
		{"self reference", `
			mach: mach_cd*$ prnt_mach_cd$
			policies: policy_id* renewed_from_policy_id
			category: id* parent_id parent_count`,
			map[string]string{"mach.prnt_mach_cd": "mach.mach_cd", "policies.renewed_from_policy_id": "policies.policy_id", "category.parent_id": "category.id"}, ""},
		{"short for a table", `
			departments: id* name$
			purchase_orders: id*
			staff: id* dept_id
			po_lines: id* po_id`,
			map[string]string{"staff.dept_id": "departments.id", "po_lines.po_id": "purchase_orders.id"}, ""},
		{"a word of all tables", `
			shop_order: id* user_id
			shop_item: id* order_id
			auth_user: id*
			auth_group: id*`,
			map[string]string{"shop_order.user_id": "auth_user.id", "shop_item.order_id": "shop_order.id"}, ""},
		{"table's name without its key", `
			station: station_id* name$
			acct: acct_id*
			rides: ride_id* from_station to_station stations
			txn: txn_id* fr_acct`,
			map[string]string{"rides.from_station": "station.station_id", "rides.to_station": "station.station_id", "txn.fr_acct": "acct.acct_id"}, ""},
		{"a table's codes", `
			orders: id* status$
			order_status: code*$
			acct: acct_id* sts_cd$
			acct_sts: sts_cd*$
			txn_sts: sts_cd*$`,
			map[string]string{"orders.status": "order_status.code", "acct.sts_cd": "acct_sts.sts_cd"}, ""},
		{"a calendar", `
			dim_date: date_key*#
			fact_bill: bill_key* period_start_key# amount_key`,
			map[string]string{"fact_bill.period_start_key": "dim_date.date_key"}, ""},
		{"places", `
			airports: iata*$ name$
			flights: id* origin$ dest$`,
			map[string]string{"flights.origin": "airports.iata", "flights.dest": "airports.iata"}, ""},
		{"numbered", `
			club: club_id*
			game: game_id* club_id_1 club_id_2`,
			map[string]string{"game.club_id_1": "club.club_id", "game.club_id_2": "club.club_id"}, ""},
		{"an initial", `
			notes: id*
			decks: id*
			cards: id* nid did lapses`,
			map[string]string{"cards.nid": "notes.id", "cards.did": "decks.id"}, ""},
		{"counts are no keys", `
			votes: id*
			users: id* upvotes votes num_vote risk_scr`, nil, ""},
	} {
		got := map[string]string{}
		for _, k := range InferKeys(tables(tt.tables), func(k ForeignKey) bool {
			return tt.not != k.Table+"."+k.Columns[0]+">"+k.RefTable
		}) {
			got[k.Table+"."+k.Columns[0]] = k.RefTable + "." + k.RefColumns[0]
		}
		if !maps.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.rule, got, tt.want)
		}
	}
}

func TestAbbreviates(t *testing.T) {
	for pair, want := range map[string]bool{"mgr manager": true, "acct account": true, "authr author": true, "opr operator": true,
		"dept department": true, "plan planner": false, "order operator": false, "mar manager": false, "sup supplier": false} {
		short, long, _ := strings.Cut(pair, " ")
		if abbreviates(short, long) != want {
			t.Errorf("%s for %s: %t", short, long, !want)
		}
	}
}

// A thousand tables of twenty columns take well under a second.
func TestInferKeysOfManyTables(t *testing.T) {
	var b strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&b, "thing%d: id* name$", i)
		for j := range 18 {
			fmt.Fprintf(&b, " thing%d_id", (i*7+j*53)%1000)
		}
		b.WriteString("\n")
	}
	s := tables(b.String())
	start := time.Now()
	keys := InferKeys(s, func(ForeignKey) bool { return true })
	if took := time.Since(start); took > 5*time.Second || len(keys) < 17000 {
		t.Errorf("%d keys in %s", len(keys), took)
	} else {
		t.Logf("%d keys in %s", len(keys), took)
	}
}

func TestKeysAreNoFlags(t *testing.T) {
	s := tables("a: id*\nb: id* a_id")
	s.Tables[1].Columns[1].Flag = &Flag{}
	if s.AddKeys([]ForeignKey{{"b", []string{"a_id"}, "a", []string{"id"}, true}}); s.Tables[1].Columns[1].Flag != nil {
		t.Error("a key is still a flag")
	}
}
