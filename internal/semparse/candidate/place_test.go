package candidate_test

import "testing"

func TestPlaces(t *testing.T) {
	testReadings(t, []reading{
		{"a row", "what was the third largest job by price", `SELECT job_id, price, opened_on FROM jobs ORDER BY price DESC, job_id LIMIT 1 OFFSET 2`},
		{"a row, one word", "the second-highest mileage of a car", `SELECT plate, mileage_km FROM cars ORDER BY mileage_km DESC, plate LIMIT 1 OFFSET 1`},
		{"a thing by a figure", "which mechanic has the second highest number of jobs", `SELECT m.full_name AS Mechanic, COUNT(*) AS "Number of jobs" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id GROUP BY m.mechanic_id, m.full_name ORDER BY "Number of jobs" DESC, Mechanic, m.mechanic_id LIMIT 1 OFFSET 1`},
		{"worst first", "mechanics with more than 3 jobs, fewest first", `SELECT m.full_name AS Mechanic, COUNT(*) AS "Number of jobs" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id GROUP BY m.mechanic_id, m.full_name HAVING COUNT(*) > 3 ORDER BY "Number of jobs", Mechanic, m.mechanic_id`},
		{"largest first, with a noun", "cities with more than 10 customers, highest number first", `SELECT city, COUNT(*) AS "Number of customers" FROM customers GROUP BY city HAVING COUNT(*) > 10 ORDER BY "Number of customers" DESC, city`},
		{"on top", "number of jobs by fuel, biggest on top", `SELECT c.fuel, COUNT(*) AS "Number of jobs" FROM jobs j JOIN cars c ON c.car_id = j.car_id GROUP BY c.fuel ORDER BY "Number of jobs" DESC, c.fuel`},
	})
}

func TestGroupsOfAState(t *testing.T) {
	testReadings(t, []reading{
		{"a state before the thing", "number of jobs per dealer customer", `SELECT c2.full_name AS Customer, COUNT(*) AS "Number of jobs" FROM jobs j JOIN cars c ON c.car_id = j.car_id JOIN customers c2 ON c2.customer_id = c.customer_id WHERE c2.customer_type = 'Dealer' GROUP BY c2.customer_id, c2.full_name ORDER BY Customer, c2.customer_id`},
		{"with those that have none", "number of jobs by mechanic, including mechanics with none", `WITH totals AS ( SELECT mechanic_id, COUNT(*) AS number_of_jobs FROM jobs GROUP BY mechanic_id ) SELECT m.full_name AS Mechanic, COALESCE(totals.number_of_jobs, 0) AS "Number of jobs" FROM mechanics m LEFT JOIN totals ON totals.mechanic_id = m.mechanic_id ORDER BY Mechanic, m.mechanic_id`},
		{"zeros too", "complaints per mechanic, show the ones with 0 too", `WITH totals AS ( SELECT j.mechanic_id, COUNT(*) AS number_of_complaints FROM complaints c JOIN jobs j ON j.job_id = c.job_id GROUP BY j.mechanic_id ) SELECT m.full_name AS Mechanic, COALESCE(totals.number_of_complaints, 0) AS "Number of complaints" FROM mechanics m LEFT JOIN totals ON totals.mechanic_id = m.mechanic_id ORDER BY Mechanic, m.mechanic_id`},
	})
}

func TestHowLongRowsLasted(t *testing.T) {
	testReadings(t, []reading{
		{"the longest", "the three longest jobs", `SELECT job_id, finished_on, julianday(finished_on) - julianday(opened_on) AS "Days from opened on to finished on", opened_on FROM jobs WHERE finished_on IS NOT NULL ORDER BY "Days from opened on to finished on" DESC, job_id LIMIT 3`},
		{"the shortest of a kind", "shortest job of a mechanic in 2024", `SELECT job_id, finished_on, opened_on, julianday(finished_on) - julianday(opened_on) AS "Days from opened on to finished on" FROM jobs WHERE finished_on IS NOT NULL AND opened_on BETWEEN '2024-01-01' AND '2024-12-31' ORDER BY "Days from opened on to finished on" NULLS LAST, job_id LIMIT 1`},
	})
}

func TestTies(t *testing.T) {
	testReadings(t, []reading{
		{"asked for", "which mechanic has the most jobs? show ties", `SELECT Mechanic, "Number of jobs" FROM ( SELECT m.full_name AS Mechanic, m.mechanic_id, COUNT(*) AS "Number of jobs", RANK() OVER (ORDER BY COUNT(*) DESC) AS position FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id GROUP BY m.mechanic_id, m.full_name ) AS ranked WHERE position <= 1 ORDER BY position, "Number of jobs" DESC, Mechanic, mechanic_id`},
		{"in a clause", "top 3 mechanics by number of jobs, if two tie for third place show all of them", `SELECT Mechanic, "Number of jobs" FROM ( SELECT m.full_name AS Mechanic, m.mechanic_id, COUNT(*) AS "Number of jobs", RANK() OVER (ORDER BY COUNT(*) DESC) AS position FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id GROUP BY m.mechanic_id, m.full_name ) AS ranked WHERE position <= 3 ORDER BY position, "Number of jobs" DESC, Mechanic, mechanic_id`},
	})
}
