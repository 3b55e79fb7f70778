package candidate_test

import "testing"

func TestFigureList(t *testing.T) {
	testReadings(t, []reading{
		{"total, states, an average", "jobs in 2024: total, open, cancelled, average price", `SELECT COUNT(*) AS "Number of jobs", COUNT(CASE WHEN status = 'Open' THEN 1 END) AS "Number of jobs where status is Open", COUNT(CASE WHEN status = 'Cancelled' THEN 1 END) AS "Number of jobs where status is Cancelled", AVG(price) AS "Average price" FROM jobs WHERE opened_on BETWEEN '2024-01-01' AND '2024-12-31'`},
		{"of several things", "per city: diesel cars, open jobs, total mileage", `WITH cars_totals AS ( SELECT c2.city, COUNT(CASE WHEN c.fuel = 'Diesel' THEN 1 END) AS number_of_cars_where_fuel_is_diesel, SUM(c.mileage_km) AS total_mileage_km FROM cars c JOIN customers c2 ON c2.customer_id = c.customer_id GROUP BY c2.city ), jobs_totals AS ( SELECT c2.city, COUNT(*) AS number_of_jobs_where_status_is_open FROM jobs j JOIN cars c ON c.car_id = j.car_id JOIN customers c2 ON c2.customer_id = c.customer_id WHERE j.status = 'Open' GROUP BY c2.city ), all_groups AS ( SELECT city FROM cars_totals UNION SELECT city FROM jobs_totals ) SELECT all_groups.city, COALESCE(cars_totals.number_of_cars_where_fuel_is_diesel, 0) AS "Number of cars where fuel is Diesel", COALESCE(jobs_totals.number_of_jobs_where_status_is_open, 0) AS "Number of jobs where status is Open", cars_totals.total_mileage_km FROM all_groups LEFT JOIN cars_totals ON cars_totals.city = all_groups.city LEFT JOIN jobs_totals ON jobs_totals.city = all_groups.city ORDER BY all_groups.city`},
		{"states alone are groups", "number of jobs: open, finished, cancelled", `SELECT status, COUNT(*) AS "Number of jobs" FROM jobs GROUP BY status ORDER BY status`},
	})
}
