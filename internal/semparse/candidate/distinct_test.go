package candidate_test

import (
	"slices"
	"testing"
	"time"

	"github.com/querent/querent/internal/semparse/candidate"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/when"
)

func TestCountedOnce(t *testing.T) {
	testReadings(t, []reading{
		{"people behind rows", "how many individual people had jobs in 2024", `SELECT COUNT(DISTINCT mechanic_id) AS "Number of mechanics" FROM jobs WHERE opened_on BETWEEN '2024-01-01' AND '2024-12-31'`},
		{"each counted once", "how many customers had a job in 2024, each counted once", `SELECT COUNT(*) AS "Number of customers" FROM customers WHERE customer_id IN ( SELECT c.customer_id FROM cars c JOIN jobs j ON j.car_id = c.car_id WHERE j.opened_on BETWEEN '2024-01-01' AND '2024-12-31' )`},
		{"different values", "in how many separate cities do our customers live", `SELECT COUNT(DISTINCT city) AS "Number of different city" FROM customers`},
		{"the first noun is counted", "how many cities do we have customers in", `SELECT COUNT(DISTINCT city) AS "Number of different city" FROM customers`},
	})
}

func TestNobody(t *testing.T) {
	testReadings(t, []reading{
		{"nobody has ever", "cars that nobody has ever opened a job for", `SELECT plate, mileage_km FROM cars WHERE car_id NOT IN (SELECT car_id FROM jobs) ORDER BY plate`},
		{"never", "which customers never brought in a car", `SELECT full_name, joined_on FROM customers WHERE customer_id NOT IN (SELECT customer_id FROM cars) ORDER BY full_name`},
	})
}

func TestSpread(t *testing.T) {
	testReadings(t, []reading{
		{"how low, how high", "how low, how high and what on average was the mileage of diesel cars", `SELECT MIN(mileage_km) AS "Lowest mileage km", MAX(mileage_km) AS "Highest mileage km", AVG(mileage_km) AS "Average mileage km" FROM cars WHERE fuel = 'Diesel'`},
		{"both ends alone", "how small and how big are our jobs' prices", `SELECT MIN(price) AS "Lowest price", MAX(price) AS "Highest price" FROM jobs`},
		{"a range and an average", "the range and the average of the mileage of diesel cars", `SELECT MIN(mileage_km) AS "Lowest mileage km", MAX(mileage_km) AS "Highest mileage km", AVG(mileage_km) AS "Average mileage km" FROM cars WHERE fuel = 'Diesel'`},
	})
}

func TestOneByOne(t *testing.T) {
	testReadings(t, []reading{
		{"a thing", "number of jobs mechanic by mechanic", `SELECT m.full_name AS Mechanic, COUNT(*) AS "Number of jobs" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id GROUP BY m.mechanic_id, m.full_name ORDER BY Mechanic, m.mechanic_id`},
		{"a column", "jobs city by city", `SELECT c2.city, COUNT(*) AS "Number of jobs" FROM jobs j JOIN cars c ON c.car_id = j.car_id JOIN customers c2 ON c2.customer_id = c.customer_id GROUP BY c2.city ORDER BY c2.city`},
		{"months", "jobs month by month in 2024", `SELECT strftime('%Y-%m', opened_on) AS Month, COUNT(*) AS "Number of jobs" FROM jobs WHERE opened_on BETWEEN '2024-01-01' AND '2024-12-31' GROUP BY 1 ORDER BY Month`},
	})
}

func TestBoundOfAState(t *testing.T) {
	testReadings(t, []reading{
		{"times, of events named behind", "who came in more than three times last year, finished jobs only", `SELECT m.full_name AS Mechanic, COUNT(*) AS "Number of jobs" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id WHERE j.finished_on BETWEEN '2024-01-01' AND '2024-12-31' GROUP BY m.mechanic_id, m.full_name HAVING COUNT(*) > 3 ORDER BY Mechanic, m.mechanic_id`},
		{"some at all", "customers with at least one open job", `SELECT full_name, joined_on FROM customers WHERE customer_id IN (SELECT c.customer_id FROM cars c JOIN jobs j ON j.car_id = c.car_id WHERE j.status = 'Open') ORDER BY full_name`},
	})
}

func TestListsOfValues(t *testing.T) {
	testReadings(t, []reading{
		{"shares of listed values", "how do the jobs of 2024 split between open, finished and cancelled, in percent", `SELECT status, 100.0 * COUNT(*) / NULLIF(SUM(COUNT(*)) OVER (), 0) AS "Share of number of jobs" FROM jobs WHERE opened_on BETWEEN '2024-01-01' AND '2024-12-31' GROUP BY status ORDER BY status`},
		{"a thing among values", "private, dealer, rentals: how many customers of each", `SELECT customer_type, COUNT(*) AS "Number of customers" FROM customers GROUP BY customer_type ORDER BY customer_type`},
	})
}

// A word that nothing does anything for is left out, also where no noun says
// what is counted.
func TestDistinctWithoutANoun(t *testing.T) {
	v := link.NewVocabulary(catalog.New(workshop()), nil)
	all := candidate.Compose(v, v.Read("distinct finished each year", time.Date(2025, 6, 30, 0, 0, 0, 0, time.UTC), when.Options{}))
	if len(all) == 0 || !slices.Contains(all[0].Ignored, "distinct") {
		t.Errorf("%+v", all)
	}
}
