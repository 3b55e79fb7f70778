package candidate_test

import "testing"

func TestRelatedRows(t *testing.T) {
	testReadings(t, []reading{
		{"none", "Which customers have no cars?", `SELECT full_name, joined_on FROM customers WHERE customer_id NOT IN (SELECT customer_id FROM cars) ORDER BY full_name`},
		{"none, with the period of the related rows", "mechanics without jobs in 2024", `SELECT full_name, hired_on, hourly_wage FROM mechanics WHERE mechanic_id NOT IN (SELECT mechanic_id FROM jobs WHERE opened_on BETWEEN '2024-01-01' AND '2024-12-31') ORDER BY full_name`},
		{"none, counted", "customers without a car count", `SELECT COUNT(*) AS "Number of customers" FROM customers WHERE customer_id NOT IN (SELECT customer_id FROM cars)`},
		{"nobody", "which cars has nobody complained about", `SELECT plate, mileage_km FROM cars WHERE car_id NOT IN (SELECT j.car_id FROM jobs j JOIN complaints c ON c.job_id = j.job_id) ORDER BY plate`},
		{"free", "how many jobs are complaint free", `SELECT COUNT(*) AS "Number of jobs" FROM jobs WHERE job_id NOT IN (SELECT job_id FROM complaints)`},
		{"a value as a noun", "How many dealers have never had a single car?", `SELECT COUNT(*) AS "Number of customers" FROM customers WHERE customer_type = 'Dealer' AND customer_id NOT IN (SELECT customer_id FROM cars)`},
		{"a value as a noun, counted behind", "dealers without cars count", `SELECT COUNT(*) AS "Number of customers where customer type is Dealer" FROM customers WHERE customer_id NOT IN (SELECT customer_id FROM cars) AND customer_type = 'Dealer'`},
		{"one related row holds all", "How many customers had a serious complaint in 2024?", `SELECT COUNT(*) AS "Number of customers" FROM customers WHERE customer_id IN ( SELECT c.customer_id FROM cars c JOIN jobs j ON j.car_id = c.car_id JOIN complaints c2 ON c2.job_id = j.job_id WHERE c2.severity = 'Serious' AND c2.received_on BETWEEN '2024-01-01' AND '2024-12-31' )`},
		{"a thing's period is of what happened", "mechanics with cancelled jobs in 2024", `SELECT full_name, hired_on, hourly_wage FROM mechanics WHERE mechanic_id IN ( SELECT mechanic_id FROM jobs WHERE status = 'Cancelled' AND opened_on BETWEEN '2024-01-01' AND '2024-12-31' ) ORDER BY full_name`},
		{"the thing's own date", "customers who joined in 2024 with cancelled jobs", `SELECT full_name, joined_on FROM customers WHERE joined_on BETWEEN '2024-01-01' AND '2024-12-31' AND customer_id IN (SELECT c.customer_id FROM cars c JOIN jobs j ON j.car_id = c.car_id WHERE j.status = 'Cancelled') ORDER BY full_name`},
	})
}

func TestMissingValues(t *testing.T) {
	testReadings(t, []reading{
		{"without", "customers without an email", `SELECT full_name, joined_on FROM customers WHERE email IS NULL ORDER BY full_name`},
		{"have no", "Which customers in Graz have no email?", `SELECT full_name, joined_on FROM customers WHERE city = 'Graz' AND email IS NULL ORDER BY full_name`},
		{"missing behind", "customers whose email is missing", `SELECT full_name, joined_on FROM customers WHERE email IS NULL ORDER BY full_name`},
		{"missing before", "customers missing email", `SELECT full_name, joined_on FROM customers WHERE email IS NULL ORDER BY full_name`},
		{"role", "mechanics without a manager", `SELECT full_name, hired_on, hourly_wage FROM mechanics WHERE manager_id IS NULL ORDER BY full_name`},
		{"date", "jobs not finished", `SELECT job_id, opened_on FROM jobs WHERE finished_on IS NULL ORDER BY job_id`},
	})
}
