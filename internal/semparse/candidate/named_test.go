package candidate_test

import (
	"testing"

	"github.com/querent/querent/internal/schema"
)

func TestAmountsOfThings(t *testing.T) {
	s := workshop()
	for i := range s.Tables {
		switch s.Tables[i].Name {
		case "jobs":
			s.Tables[i].Columns = append(s.Tables[i].Columns, schema.Column{Name: "total_amount", Type: schema.Real, NotNull: true, Distinct: 900})
		case "complaints":
			s.Tables[i].Columns = append(s.Tables[i].Columns, schema.Column{Name: "refund_amount", Type: schema.Real, NotNull: true, Distinct: 50})
		}
	}
	s.Seal()
	testReadingsOf(t, s, []reading{
		{"the things' own amount", "total amount of complaints in 2024", `SELECT SUM(refund_amount) AS "Total refund amount" FROM complaints WHERE received_on BETWEEN '2024-01-01' AND '2024-12-31'`},
		{"the column's own table", "total amount of jobs in 2024", `SELECT SUM(total_amount) AS "Total amount" FROM jobs WHERE opened_on BETWEEN '2024-01-01' AND '2024-12-31'`},
	})
}

func TestKindsOfOthers(t *testing.T) {
	testReadings(t, []reading{
		{"a column's kinds", "how many customers have each kind of fuel", `SELECT c.fuel, COUNT(DISTINCT c2.customer_id) AS "Number of customers" FROM cars c JOIN customers c2 ON c2.customer_id = c.customer_id GROUP BY c.fuel ORDER BY c.fuel`},
		{"kinds of the thing", "number of customers by type of customer", `SELECT customer_type, COUNT(*) AS "Number of customers" FROM customers GROUP BY customer_type ORDER BY customer_type`},
	})
}

func TestQuartersOfAYear(t *testing.T) {
	testReadings(t, []reading{
		{"first to last", "number of jobs for Q1 to Q4 2024", `SELECT strftime('%Y', opened_on) || '-Q' || ((strftime('%m', opened_on) + 2) / 3) AS Quarter, COUNT(*) AS "Number of jobs" FROM jobs WHERE opened_on BETWEEN '2024-01-01' AND '2024-12-31' GROUP BY 1 ORDER BY Quarter`},
		{"part of a year is a span", "number of jobs for Q1 to Q2 2024", `SELECT COUNT(*) AS "Number of jobs" FROM jobs WHERE opened_on BETWEEN '2024-01-01' AND '2024-06-30'`},
	})
}

func TestRowsOfAFigure(t *testing.T) {
	testReadings(t, []reading{
		{"shown with them", "list the five highest job prices with the plate", `SELECT j.job_id, j.price, c.plate, j.opened_on FROM jobs j JOIN cars c ON c.car_id = j.car_id ORDER BY j.price DESC, j.job_id LIMIT 5`},
		{"grouped", "the five highest job prices by plate", `SELECT c.plate, AVG(j.price) AS "Average price" FROM jobs j JOIN cars c ON c.car_id = j.car_id GROUP BY c.plate ORDER BY "Average price" DESC, c.plate LIMIT 5`},
	})
}
