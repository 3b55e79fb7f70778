package candidate_test

import (
	"testing"

	"github.com/querent/querent/internal/schema"
)

func TestRowsUnderAnother(t *testing.T) {
	testReadings(t, []reading{
		{"who reports to a person", "which mechanics report to Dana Holt", `SELECT m.full_name, m.hired_on, m.hourly_wage FROM mechanics m JOIN mechanics mm ON mm.mechanic_id = m.manager_id WHERE mm.full_name = 'Dana Holt' ORDER BY m.full_name`},
		{"under", "mechanics under Dana Holt hired since 2023", `SELECT m.full_name, m.hired_on, m.hourly_wage FROM mechanics m JOIN mechanics mm ON mm.mechanic_id = m.manager_id WHERE mm.full_name = 'Dana Holt' AND m.hired_on >= '2023-01-01' ORDER BY m.full_name`},
		{"led by, counted", "how many mechanics are managed by Emil Marsh", `SELECT COUNT(*) AS "Number of mechanics" FROM mechanics m JOIN mechanics mm ON mm.mechanic_id = m.manager_id WHERE mm.full_name = 'Emil Marsh'`},
		{"the row itself", "mechanics called Dana Holt", `SELECT full_name, hired_on, hourly_wage FROM mechanics WHERE full_name = 'Dana Holt' ORDER BY full_name`},
		{"another thing's rows", "jobs by Dana Holt in 2024", `SELECT COUNT(*) AS "Number of jobs" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id WHERE m.full_name = 'Dana Holt' AND j.opened_on BETWEEN '2024-01-01' AND '2024-12-31'`},
	})
}

func TestTakenOff(t *testing.T) {
	s := workshop()
	for i := range s.Tables {
		if s.Tables[i].Name == "complaints" {
			s.Tables[i].Columns = append(s.Tables[i].Columns, schema.Column{Name: "refund_amount", Type: schema.Real, NotNull: true, Distinct: 50})
		}
	}
	s.Seal()
	testReadingsOf(t, s, []reading{
		{"one figure less another table's", "total price of jobs minus complaints by year", `WITH jobs_totals AS ( SELECT strftime('%Y', opened_on) AS year, SUM(price) AS total_price FROM jobs GROUP BY 1 ), complaints_totals AS ( SELECT strftime('%Y', received_on) AS year, SUM(refund_amount) AS complaints FROM complaints GROUP BY 1 ), all_groups AS ( SELECT year FROM jobs_totals UNION SELECT year FROM complaints_totals ) SELECT all_groups.year, COALESCE(jobs_totals.total_price, 0) - COALESCE(complaints_totals.complaints, 0) AS "Total price minus complaints" FROM all_groups LEFT JOIN jobs_totals ON jobs_totals.year = all_groups.year LEFT JOIN complaints_totals ON complaints_totals.year = all_groups.year ORDER BY all_groups.year`},
		{"a thing's figure less another's", "job prices net of complaints in 2024", `SELECT COALESCE((SELECT SUM(price) FROM jobs WHERE opened_on BETWEEN '2024-01-01' AND '2024-12-31'), 0) - COALESCE((SELECT SUM(refund_amount) FROM complaints WHERE received_on BETWEEN '2024-01-01' AND '2024-12-31'), 0) AS "Total price minus complaints"`},
		{"prices don't add up", "refund amount of complaints minus jobs", `SELECT SUM(refund_amount) AS "Total refund amount" FROM complaints WHERE job_id IS NULL`},
	})
}
