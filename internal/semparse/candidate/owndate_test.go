package candidate_test

import "testing"

func TestEachByItsOwnDate(t *testing.T) {
	testReadings(t, []reading{
		{"by month", "number of jobs and number of complaints by month", `WITH jobs_totals AS ( SELECT strftime('%Y-%m', opened_on) AS month, COUNT(*) AS number_of_jobs FROM jobs GROUP BY 1 ), complaints_totals AS ( SELECT strftime('%Y-%m', received_on) AS month, COUNT(*) AS number_of_complaints FROM complaints GROUP BY 1 ), all_groups AS ( SELECT month FROM jobs_totals UNION SELECT month FROM complaints_totals ) SELECT all_groups.month, COALESCE(jobs_totals.number_of_jobs, 0) AS "Number of jobs", COALESCE(complaints_totals.number_of_complaints, 0) AS "Number of complaints" FROM all_groups LEFT JOIN jobs_totals ON jobs_totals.month = all_groups.month LEFT JOIN complaints_totals ON complaints_totals.month = all_groups.month ORDER BY all_groups.month`},
		{"in a year", "total price of jobs and number of complaints in 2024", `SELECT (SELECT SUM(price) FROM jobs WHERE opened_on BETWEEN '2024-01-01' AND '2024-12-31') AS "Total price", (SELECT COUNT(*) FROM complaints WHERE received_on BETWEEN '2024-01-01' AND '2024-12-31') AS "Number of complaints"`},
		{"one date said", "number of jobs and number of complaints by month received", `WITH jobs_totals AS ( SELECT strftime('%Y-%m', c.received_on) AS month, COUNT(DISTINCT j.job_id) AS number_of_jobs FROM complaints c JOIN jobs j ON j.job_id = c.job_id GROUP BY 1 ), complaints_totals AS ( SELECT strftime('%Y-%m', received_on) AS month, COUNT(*) AS number_of_complaints FROM complaints GROUP BY 1 ), all_groups AS ( SELECT month FROM jobs_totals UNION SELECT month FROM complaints_totals ) SELECT all_groups.month, COALESCE(jobs_totals.number_of_jobs, 0) AS "Number of jobs", COALESCE(complaints_totals.number_of_complaints, 0) AS "Number of complaints" FROM all_groups LEFT JOIN jobs_totals ON jobs_totals.month = all_groups.month LEFT JOIN complaints_totals ON complaints_totals.month = all_groups.month ORDER BY all_groups.month`},
	})
}
