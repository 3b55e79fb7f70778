package candidate_test

import (
	"testing"

	"github.com/querent/querent/internal/schema"
)

// billed is the workshop with an amount of each job that adds up.
func billed() *schema.Schema {
	s := workshop()
	for i := range s.Tables {
		for j := range s.Tables[i].Columns {
			if c := &s.Tables[i].Columns[j]; c.Name == "price" {
				c.Name = "total_amount"
			}
		}
	}
	s.Seal()
	return s
}

func TestBoundsOfRelatedRows(t *testing.T) {
	testReadingsOf(t, billed(), []reading{
		{"count of related rows", "mechanics with more than 20 jobs", `SELECT m.full_name AS Mechanic, COUNT(*) AS "Number of jobs" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id GROUP BY m.mechanic_id, m.full_name HAVING COUNT(*) > 20 ORDER BY Mechanic, m.mechanic_id`},
		{"number behind", "mechanics that did 20 jobs or more in 2024", `SELECT m.full_name AS Mechanic, COUNT(*) AS "Number of jobs" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id WHERE j.opened_on BETWEEN '2024-01-01' AND '2024-12-31' GROUP BY m.mechanic_id, m.full_name HAVING COUNT(*) >= 20 ORDER BY Mechanic, m.mechanic_id`},
		{"plus sign", "mechanics with 20+ jobs", `SELECT m.full_name AS Mechanic, COUNT(*) AS "Number of jobs" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id GROUP BY m.mechanic_id, m.full_name HAVING COUNT(*) >= 20 ORDER BY Mechanic, m.mechanic_id`},
		{"number words", "customers with more than two cars", `SELECT c2.full_name AS Customer, COUNT(*) AS "Number of cars" FROM cars c JOIN customers c2 ON c2.customer_id = c.customer_id GROUP BY c2.customer_id, c2.full_name HAVING COUNT(*) > 2 ORDER BY Customer, c2.customer_id`},
		{"sum by total", "Which mechanics have jobs of more than 32,000 in total?", `SELECT m.full_name AS Mechanic, SUM(j.total_amount) AS "Total amount" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id GROUP BY m.mechanic_id, m.full_name HAVING SUM(j.total_amount) > 32000 ORDER BY Mechanic, m.mechanic_id`},
		{"sum by money", "mechanics with over €1 million of jobs", `SELECT m.full_name AS Mechanic, SUM(j.total_amount) AS "Total amount" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id GROUP BY m.mechanic_id, m.full_name HAVING SUM(j.total_amount) > 1000000 ORDER BY Mechanic, m.mechanic_id`},
		{"a hundred thousand", "mechanics whose jobs come to more than a hundred thousand in total", `SELECT m.full_name AS Mechanic, SUM(j.total_amount) AS "Total amount" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id GROUP BY m.mechanic_id, m.full_name HAVING SUM(j.total_amount) > 100000 ORDER BY Mechanic, m.mechanic_id`},
		{"average", "mechanics with an average job above 2k", `SELECT m.full_name AS Mechanic, AVG(j.total_amount) AS "Average total amount" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id GROUP BY m.mechanic_id, m.full_name HAVING AVG(j.total_amount) > 2000 ORDER BY Mechanic, m.mechanic_id`},
		{"how often", "Which cars have been finished more than 5 times?", `SELECT c.plate AS Car, COUNT(*) AS "Number of jobs" FROM jobs j JOIN cars c ON c.car_id = j.car_id GROUP BY c.car_id, c.plate HAVING COUNT(*) > 5 ORDER BY Car, c.car_id`},
		{"the average over rows", "mechanics with an average amount above 300 per job", `SELECT m.full_name AS Mechanic, AVG(j.total_amount) AS "Average total amount" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id GROUP BY m.mechanic_id, m.full_name HAVING AVG(j.total_amount) > 300 ORDER BY Mechanic, m.mechanic_id`},
		{"averaging", "mechanics averaging over 300 in total amount", `SELECT m.full_name AS Mechanic, AVG(j.total_amount) AS "Average total amount" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id GROUP BY m.mechanic_id, m.full_name HAVING AVG(j.total_amount) > 300 ORDER BY Mechanic, m.mechanic_id`},
		{"a value as a noun", "dealers with more than 3 cars", `SELECT c2.full_name AS Customer, COUNT(*) AS "Number of cars" FROM cars c JOIN customers c2 ON c2.customer_id = c.customer_id WHERE c2.customer_type = 'Dealer' GROUP BY c2.customer_id, c2.full_name HAVING COUNT(*) > 3 ORDER BY Customer, c2.customer_id`},
		{"some at all", "How many mechanics had at least one complaint in 2024?", `SELECT COUNT(*) AS "Number of mechanics" FROM mechanics WHERE mechanic_id IN ( SELECT j.mechanic_id FROM jobs j JOIN complaints c ON c.job_id = j.job_id WHERE c.received_on BETWEEN '2024-01-01' AND '2024-12-31' )`},
	})
}

func TestTheAmountInMoney(t *testing.T) {
	testReadingsOf(t, billed(), []reading{
		{"behind the question", "what did we finish by mechanic in 2024, in dollars", `SELECT m.full_name AS Mechanic, SUM(j.total_amount) AS "Total amount" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id WHERE j.status = 'Finished' AND j.finished_on BETWEEN '2024-01-01' AND '2024-12-31' GROUP BY m.mechanic_id, m.full_name ORDER BY Mechanic, m.mechanic_id`},
		{"ranked", "which mechanic finished the most euros in 2024", `SELECT m.full_name AS Mechanic, SUM(j.total_amount) AS "Total amount" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id WHERE j.finished_on BETWEEN '2024-01-01' AND '2024-12-31' GROUP BY m.mechanic_id, m.full_name ORDER BY "Total amount" DESC, Mechanic, m.mechanic_id LIMIT 1`},
	})
}

func TestSumsOfMoneyAreAddedUp(t *testing.T) {
	testReadingsOf(t, bakery(), []reading{
		{"named alone", "payments by method in 2024", `SELECT method, SUM(amount) AS "Total amount" FROM payments WHERE paid_on BETWEEN '2024-01-01' AND '2024-12-31' GROUP BY method ORDER BY method`},
		{"counted where asked", "number of payments by method", `SELECT method, COUNT(*) AS "Number of payments" FROM payments GROUP BY method ORDER BY method`},
		{"other events are counted", "orders by channel", `SELECT channel, COUNT(*) AS "Number of orders" FROM orders GROUP BY channel ORDER BY channel`},
	})
}
