package candidate_test

import "testing"

func TestBands(t *testing.T) {
	testReadings(t, []reading{
		{"ranges that share their ends", "how many cars have under 10,000, 10,000 to 50,000, and 50,000 km or more mileage", `SELECT COUNT(CASE WHEN mileage_km < 10000 THEN 1 END) AS "Number of cars where mileage km below 10000", COUNT(CASE WHEN mileage_km >= 10000 AND mileage_km < 50000 THEN 1 END) AS "Number of cars where mileage km at least 10000 and mileage km below 50000", COUNT(CASE WHEN mileage_km >= 50000 THEN 1 END) AS "Number of cars where mileage km at least 50000" FROM cars`},
		{"whole steps", "jobs by price: 1-99 / 100-499 / 500+", `SELECT COUNT(CASE WHEN price >= 1 AND price < 100 THEN 1 END) AS "Number of jobs where price at least 1 and price below 100", COUNT(CASE WHEN price >= 100 AND price < 500 THEN 1 END) AS "Number of jobs where price at least 100 and price below 500", COUNT(CASE WHEN price >= 500 THEN 1 END) AS "Number of jobs where price at least 500" FROM jobs`},
		{"single values and an open end", "how many open jobs have a price of 1, 2, 3 to 4, and 5 or more", `SELECT COUNT(CASE WHEN price = 1 THEN 1 END) AS "Number of jobs where price is 1", COUNT(CASE WHEN price = 2 THEN 1 END) AS "Number of jobs where price is 2", COUNT(CASE WHEN price >= 3 AND price < 5 THEN 1 END) AS "Number of jobs where price at least 3 and price below 5", COUNT(CASE WHEN price >= 5 THEN 1 END) AS "Number of jobs where price at least 5" FROM jobs WHERE status = 'Open'`},
		{"the rest", "group the jobs of 2024 by price: up to 50, 51-100, above", `SELECT COUNT(CASE WHEN price < 51 THEN 1 END) AS "Number of jobs where price below 51", COUNT(CASE WHEN price BETWEEN 51 AND 100 THEN 1 END) AS "Number of jobs where price from 51 to 100", COUNT(CASE WHEN price > 100 THEN 1 END) AS "Number of jobs where price above 100" FROM jobs WHERE opened_on BETWEEN '2024-01-01' AND '2024-12-31'`},
		{"two bounds are no bands", "cars with a mileage over 1000 and under 5000", `SELECT plate, mileage_km FROM cars WHERE mileage_km > 1000 AND mileage_km < 5000 ORDER BY plate`},
	})
}
