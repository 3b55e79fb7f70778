package candidate_test

import "testing"

func TestParts(t *testing.T) {
	testReadings(t, []reading{
		{"bounded by a number", "what percentage of cars have a mileage above 100000", `SELECT 100.0 * COUNT(CASE WHEN mileage_km > 100000 THEN 1 END) / NULLIF(COUNT(*), 0) AS "Number of cars where mileage km above 100000, in percent of number of cars" FROM cars`},
		{"bounded by a length of time", "what share of jobs opened in 2024 was finished within 3 days", `SELECT 100.0 * COUNT(CASE WHEN julianday(finished_on) - julianday(opened_on) <= 3 THEN 1 END) / NULLIF(COUNT(*), 0) AS "Number of jobs where days from opened on to finished on at most 3, in percent of number of jobs" FROM jobs WHERE opened_on BETWEEN '2024-01-01' AND '2024-12-31'`},
		{"rows behind, in groups", "what percentage of the customers in each city have a car", `SELECT city, 100.0 * COUNT(CASE WHEN customer_id IN (SELECT customer_id FROM cars) THEN 1 END) / COUNT(*) AS "Number of customers with cars in percent of number of customers" FROM customers GROUP BY city ORDER BY city`},
		{"of those, one state", "of the jobs opened in 2024, what percentage was cancelled", `SELECT 100.0 * COUNT(CASE WHEN status = 'Cancelled' THEN 1 END) / NULLIF(COUNT(*), 0) AS "Number of jobs where status is Cancelled, in percent of number of jobs" FROM jobs WHERE opened_on BETWEEN '2024-01-01' AND '2024-12-31'`},
	})
}

func TestDatesCompared(t *testing.T) {
	testReadings(t, []reading{
		{"filter", "jobs finished before they were opened", `SELECT job_id, finished_on, opened_on FROM jobs WHERE finished_on < opened_on ORDER BY job_id`},
		{"counted", "how many jobs were finished after the opened date", `SELECT COUNT(*) AS "Number of jobs" FROM jobs WHERE finished_on > opened_on`},
	})
}

func TestRankedInEachPeriod(t *testing.T) {
	testReadings(t, []reading{
		{"each year", "top 2 mechanics by number of jobs in each year", `SELECT Mechanic, Year, "Number of jobs" FROM ( SELECT m.full_name AS Mechanic, m.mechanic_id, strftime('%Y', j.opened_on) AS Year, COUNT(*) AS "Number of jobs", ROW_NUMBER() OVER (PARTITION BY strftime('%Y', j.opened_on) ORDER BY COUNT(*) DESC, m.full_name, m.mechanic_id, strftime('%Y', j.opened_on)) AS position FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id GROUP BY m.mechanic_id, m.full_name, 3 ) AS ranked WHERE position <= 2 ORDER BY Year, position, "Number of jobs" DESC, Mechanic, mechanic_id`},
	})
}

func TestThePartBeforeItsCue(t *testing.T) {
	testReadings(t, []reading{
		{"a state before the cue, another behind", "petrol share of cancelled jobs", `SELECT 100.0 * COUNT(CASE WHEN c.fuel = 'Petrol' THEN 1 END) / NULLIF(COUNT(*), 0) AS "Number of jobs where fuel is Petrol, in percent of number of jobs" FROM jobs j JOIN cars c ON c.car_id = j.car_id WHERE j.status = 'Cancelled'`},
		{"in percent, by a group", "open % of electric car jobs by mechanic", `SELECT m.full_name AS Mechanic, 100.0 * COUNT(CASE WHEN j.status = 'Open' THEN 1 END) / COUNT(*) AS "Number of jobs where status is Open, in percent of number of jobs" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id JOIN cars c ON c.car_id = j.car_id WHERE c.fuel = 'Electric' GROUP BY m.mechanic_id, m.full_name ORDER BY Mechanic, m.mechanic_id`},
		{"rows before the cue", "complaint share of finished jobs by fuel", `SELECT c.fuel, 100.0 * COUNT(CASE WHEN j.job_id IN (SELECT job_id FROM complaints) THEN 1 END) / COUNT(*) AS "Number of jobs with complaints in percent of number of jobs" FROM jobs j JOIN cars c ON c.car_id = j.car_id WHERE j.finished_on IS NOT NULL GROUP BY c.fuel ORDER BY c.fuel`},
		{"a rate", "cancellation rate of jobs by fuel", `SELECT c.fuel, 100.0 * COUNT(CASE WHEN j.status = 'Cancelled' THEN 1 END) / COUNT(*) AS "Number of jobs where status is Cancelled, in percent of number of jobs" FROM jobs j JOIN cars c ON c.car_id = j.car_id GROUP BY c.fuel ORDER BY c.fuel`},
	})
}
