package candidate_test

import "testing"

func TestMeasures(t *testing.T) {
	testReadings(t, []reading{
		{"count", "how many jobs", `SELECT COUNT(*) AS "Number of jobs" FROM jobs`},
		{"average by a thing", "average price of jobs by mechanic", `SELECT m.full_name AS Mechanic, AVG(j.price) AS "Average price" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id GROUP BY m.mechanic_id, m.full_name ORDER BY Mechanic, m.mechanic_id`},
		{"several aggregates of one figure", "total, average and highest job price", `SELECT SUM(price) AS "Total price", AVG(price) AS "Average price", MAX(price) AS "Highest price" FROM jobs`},
		{"a price alone is averaged", "price by fuel", `SELECT c.fuel, AVG(j.price) AS "Average price" FROM jobs j JOIN cars c ON c.car_id = j.car_id GROUP BY c.fuel ORDER BY c.fuel`},
		{"a quantity alone is added up", "mileage by fuel", `SELECT fuel, SUM(mileage_km) AS "Total mileage km" FROM cars GROUP BY fuel ORDER BY fuel`},
		{"median of groups", "median job price by status", `SELECT status, AVG(price) AS "Median price" FROM ( SELECT status, price, ROW_NUMBER() OVER (PARTITION BY status ORDER BY price) AS place, COUNT(*) OVER (PARTITION BY status) AS places FROM jobs ) AS placed WHERE place IN ((places + 1) / 2, (places + 2) / 2) GROUP BY status ORDER BY status`},
		{"two dimensions", "jobs by status and city", `SELECT j.status, c2.city, COUNT(*) AS "Number of jobs" FROM jobs j JOIN cars c ON c.car_id = j.car_id JOIN customers c2 ON c2.customer_id = c.customer_id GROUP BY j.status, c2.city ORDER BY j.status, c2.city`},
		{"counts over time", "number of jobs per month in 2024", `SELECT strftime('%Y-%m', opened_on) AS Month, COUNT(*) AS "Number of jobs" FROM jobs WHERE opened_on BETWEEN '2024-01-01' AND '2024-12-31' GROUP BY 1 ORDER BY Month`},
		{"different values", "how many different cities do customers come from", `SELECT COUNT(DISTINCT city) AS "Number of different city" FROM customers`},
		{"a value counted", "how many customers do we have in Oslo", `SELECT COUNT(*) AS "Number of customers" FROM customers WHERE city = 'Oslo'`},
		{"mean of totals", "average number of jobs per mechanic", `SELECT AVG(total) AS "Average number of jobs per mechanic" FROM (SELECT mechanic_id, COUNT(*) AS total FROM jobs GROUP BY mechanic_id) AS totals`},
		{"bound of a row", "cars with more than 100000 km", `SELECT plate, mileage_km FROM cars WHERE mileage_km > 100000 ORDER BY plate`},
		{"range of a row", "jobs with a price between 100 and 200", `SELECT job_id, price, opened_on FROM jobs WHERE price BETWEEN 100 AND 200 ORDER BY job_id`},
		{"bound of groups", "mechanics with more than 10 jobs", `SELECT m.full_name AS Mechanic, COUNT(*) AS "Number of jobs" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id GROUP BY m.mechanic_id, m.full_name HAVING COUNT(*) > 10 ORDER BY Mechanic, m.mechanic_id`},
		{"bound of an average", "mechanics with an average price above 200", `SELECT m.full_name AS Mechanic, AVG(j.price) AS "Average price" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id GROUP BY m.mechanic_id, m.full_name HAVING AVG(j.price) > 200 ORDER BY Mechanic, m.mechanic_id`},
		{"part of a whole", "what percentage of jobs were cancelled", `SELECT 100.0 * COUNT(CASE WHEN status = 'Cancelled' THEN 1 END) / NULLIF(COUNT(*), 0) AS "Number of jobs where status is Cancelled, in percent of number of jobs" FROM jobs`},
		{"part said first, in the sign", "cancelled as % of finished jobs", `SELECT 100.0 * COUNT(CASE WHEN status = 'Cancelled' THEN 1 END) / NULLIF(COUNT(*), 0) AS "Number of jobs where status is Cancelled, in percent of number of jobs" FROM jobs WHERE finished_on IS NOT NULL`},
		{"part said first", "cancelled jobs as a percentage of all jobs", `SELECT 100.0 * COUNT(CASE WHEN status = 'Cancelled' THEN 1 END) / NULLIF(COUNT(*), 0) AS "Number of jobs where status is Cancelled, in percent of number of jobs" FROM jobs`},
		{"part by a thing", "what share of jobs are open, by mechanic", `SELECT m.full_name AS Mechanic, 100.0 * COUNT(CASE WHEN j.status = 'Open' THEN 1 END) / COUNT(*) AS "Number of jobs where status is Open, in percent of number of jobs" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id GROUP BY m.mechanic_id, m.full_name ORDER BY Mechanic, m.mechanic_id`},
		{"share of a total", "share of jobs by status", `SELECT status, 100.0 * COUNT(*) / NULLIF(SUM(COUNT(*)) OVER (), 0) AS "Share of number of jobs" FROM jobs GROUP BY status ORDER BY status`},
		{"a share of prices adds them up", "share of price by mechanic", `SELECT m.full_name AS Mechanic, 100.0 * SUM(j.price) / NULLIF(SUM(SUM(j.price)) OVER (), 0) AS "Share of total price" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id GROUP BY m.mechanic_id, m.full_name ORDER BY Mechanic, m.mechanic_id`},
	})
}
