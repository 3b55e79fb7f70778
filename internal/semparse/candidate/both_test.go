package candidate_test

import "testing"

func TestBothValues(t *testing.T) {
	testReadings(t, []reading{
		{"one of each", "customers with both petrol and diesel cars", `SELECT full_name, joined_on FROM customers WHERE customer_id IN (SELECT customer_id FROM cars WHERE fuel = 'Petrol') AND customer_id IN (SELECT customer_id FROM cars WHERE fuel = 'Diesel') ORDER BY full_name`},
		{"and none of a third", "how many customers have both a petrol and a diesel car but no electric one", `SELECT COUNT(*) AS "Number of customers" FROM customers WHERE customer_id IN (SELECT customer_id FROM cars WHERE fuel = 'Petrol') AND customer_id IN (SELECT customer_id FROM cars WHERE fuel = 'Diesel') AND customer_id NOT IN (SELECT customer_id FROM cars WHERE fuel = 'Electric')`},
		{"in a period", "mechanics who had both open and cancelled jobs in 2024", `SELECT full_name, hired_on, hourly_wage FROM mechanics WHERE mechanic_id IN ( SELECT mechanic_id FROM jobs WHERE status = 'Open' AND opened_on BETWEEN '2024-01-01' AND '2024-12-31' ) AND mechanic_id IN ( SELECT mechanic_id FROM jobs WHERE status = 'Cancelled' AND opened_on BETWEEN '2024-01-01' AND '2024-12-31' ) ORDER BY full_name`},
		{"and", "customers with petrol and diesel cars", `SELECT full_name, joined_on FROM customers WHERE customer_id IN (SELECT customer_id FROM cars WHERE fuel = 'Petrol') AND customer_id IN (SELECT customer_id FROM cars WHERE fuel = 'Diesel') ORDER BY full_name`},
		{"either", "customers with a petrol or a diesel car", `SELECT full_name, joined_on FROM customers WHERE customer_id IN (SELECT customer_id FROM cars WHERE fuel IN ('Petrol', 'Diesel')) ORDER BY full_name`},
	})
}

func TestChainEnds(t *testing.T) {
	testReadings(t, []reading{
		{"rows behind a chain", "how many days on average from opening to finishing, by mechanic, for jobs opened in 2024", `SELECT m.full_name AS Mechanic, AVG(julianday(j.finished_on) - julianday(j.opened_on)) AS "Average days from opened on to finished on" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id WHERE j.opened_on BETWEEN '2024-01-01' AND '2024-12-31' GROUP BY m.mechanic_id, m.full_name ORDER BY Mechanic, m.mechanic_id`},
		{"a grain said twice", "daily number of jobs for each day of May 2025", `SELECT opened_on AS Day, COUNT(*) AS "Number of jobs" FROM jobs WHERE opened_on BETWEEN '2025-05-01' AND '2025-05-31' GROUP BY opened_on ORDER BY Day`},
	})
}
