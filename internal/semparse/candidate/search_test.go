package candidate_test

import "testing"

func TestSearchTexts(t *testing.T) {
	testReadings(t, []reading{
		{"column said before", `customers whose full name contains "brook"`, `SELECT full_name, joined_on FROM customers WHERE full_name LIKE '%brook%' ORDER BY full_name`},
		{"label unsaid", "mechanics starting with D", `SELECT full_name, hired_on, hourly_wage FROM mechanics WHERE full_name LIKE 'D%' ORDER BY full_name`},
		{"either", "customers whose full name starts with A or ends with Vane", `SELECT full_name, joined_on FROM customers WHERE full_name LIKE 'A%' OR full_name LIKE '%Vane' ORDER BY full_name`},
		{"column said after", `how many customers have 'gmail' in the email`, `SELECT COUNT(*) AS "Number of customers" FROM customers WHERE email LIKE '%gmail%'`},
	})
}
