package candidate_test

import (
	"strings"
	"testing"
	"time"

	"github.com/querent/querent/internal/semparse/candidate"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/when"
)

func TestShorthand(t *testing.T) {
	testReadings(t, []reading{
		{"with", "customers w/ a diesel car", `SELECT full_name, joined_on FROM customers WHERE customer_id IN (SELECT customer_id FROM cars WHERE fuel = 'Diesel') ORDER BY full_name`},
		{"without", "customers w/o a car", `SELECT full_name, joined_on FROM customers WHERE customer_id NOT IN (SELECT customer_id FROM cars) ORDER BY full_name`},
		{"an arrow between dates", "avg days opened->finished by mechanic", `SELECT m.full_name AS Mechanic, AVG(julianday(j.finished_on) - julianday(j.opened_on)) AS "Average days from opened on to finished on" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id GROUP BY m.mechanic_id, m.full_name ORDER BY Mechanic, m.mechanic_id`},
		{"a range by a hyphen", "cars with a mileage 1,000-5,000", `SELECT plate, mileage_km FROM cars WHERE mileage_km BETWEEN 1000 AND 5000 ORDER BY plate`},
		{"neither, nor", "jobs neither finished nor cancelled", `SELECT job_id, opened_on FROM jobs WHERE status <> 'Cancelled' AND finished_on IS NULL ORDER BY job_id`},
		{"moving avg", "7-day moving avg of jobs in May 2025", `WITH totals AS ( SELECT opened_on, COUNT(*) AS number_of_jobs FROM jobs WHERE opened_on BETWEEN '2025-05-01' AND '2025-05-31' GROUP BY opened_on ) SELECT opened_on AS Day, number_of_jobs, AVG(number_of_jobs) OVER (ORDER BY opened_on ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS "Moving average of number of jobs over 7" FROM totals ORDER BY Day`},
	})
}

func TestLengthBoundsNoMoney(t *testing.T) {
	v := link.NewVocabulary(catalog.New(workshop()), nil)
	question := "customers whose jobs took more than 60 days"
	for _, r := range candidate.Compose(v, v.Read(question, time.Date(2025, 6, 30, 0, 0, 0, 0, time.UTC), when.Options{})) {
		if sql, _ := r.Query.SQL(v.Catalog); strings.Contains(sql, "price") && len(r.Ignored)+len(r.LeftOut) == 0 {
			t.Errorf("%q is read as %s", question, sql)
		}
	}
}
