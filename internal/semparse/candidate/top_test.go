package candidate_test

import "testing"

func TestRanks(t *testing.T) {
	testReadings(t, []reading{
		{"most rows", "which mechanic had the most jobs in 2024", `SELECT m.full_name AS Mechanic, COUNT(*) AS "Number of jobs" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id WHERE j.opened_on BETWEEN '2024-01-01' AND '2024-12-31' GROUP BY m.mechanic_id, m.full_name ORDER BY "Number of jobs" DESC, Mechanic, m.mechanic_id LIMIT 1`},
		{"fewest rows", "which city has the fewest customers", `SELECT city, COUNT(*) AS "Number of customers" FROM customers GROUP BY city ORDER BY "Number of customers", city LIMIT 1`},
		{"rows by a graded adjective", "the five most expensive jobs", `SELECT job_id, price, opened_on FROM jobs ORDER BY price DESC, job_id LIMIT 5`},
		{"second", "second most expensive job", `SELECT job_id, price, opened_on FROM jobs ORDER BY price DESC, job_id LIMIT 1 OFFSET 1`},
		{"top in each", "top 2 customers in each city by price", `SELECT Customer, city, "Average price" FROM ( SELECT c2.full_name AS Customer, c2.customer_id, c2.city, AVG(j.price) AS "Average price", ROW_NUMBER() OVER (PARTITION BY c2.city ORDER BY AVG(j.price) DESC, c2.full_name, c2.customer_id, c2.city) AS position FROM jobs j JOIN cars c ON c.car_id = j.car_id JOIN customers c2 ON c2.customer_id = c.customer_id GROUP BY c2.customer_id, c2.full_name, c2.city ) AS ranked WHERE position <= 2 ORDER BY city, position, "Average price" DESC, Customer, customer_id`},
		{"a division of time", "which month of 2024 had the most jobs", `SELECT strftime('%Y-%m', opened_on) AS Month, COUNT(*) AS "Number of jobs" FROM jobs WHERE opened_on BETWEEN '2024-01-01' AND '2024-12-31' GROUP BY 1 ORDER BY "Number of jobs" DESC, Month LIMIT 1`},
		{"newest", "newest customer", `SELECT full_name, joined_on FROM customers ORDER BY joined_on DESC, full_name LIMIT 1`},
		{"first date", "when was the first job opened", `SELECT MIN(opened_on) AS "First opened on" FROM jobs`},
		{"who", "who did the most jobs", `SELECT m.full_name AS Mechanic, COUNT(*) AS "Number of jobs" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id GROUP BY m.mechanic_id, m.full_name ORDER BY "Number of jobs" DESC, Mechanic, m.mechanic_id LIMIT 1`},
	})
}
