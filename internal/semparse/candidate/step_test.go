package candidate_test

import (
	"testing"
	"time"

	"github.com/querent/querent/internal/semparse/candidate"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/when"
)

func TestTheStepOfTimeThatIsAskedFor(t *testing.T) {
	testReadingsOf(t, billed(), []reading{
		{"busiest month", "busiest month for jobs in 2024", `SELECT strftime('%Y-%m', opened_on) AS Month, COUNT(*) AS "Number of jobs" FROM jobs WHERE opened_on BETWEEN '2024-01-01' AND '2024-12-31' GROUP BY 1 ORDER BY "Number of jobs" DESC, Month LIMIT 1`},
		{"day of the week", "busiest day of the week for jobs", `SELECT CASE strftime('%w', opened_on) WHEN '0' THEN 'Sunday' WHEN '1' THEN 'Monday' WHEN '2' THEN 'Tuesday' WHEN '3' THEN 'Wednesday' WHEN '4' THEN 'Thursday' WHEN '5' THEN 'Friday' WHEN '6' THEN 'Saturday' END AS Weekday, COUNT(*) AS "Number of jobs" FROM jobs GROUP BY 1 ORDER BY "Number of jobs" DESC, MIN((strftime('%w', opened_on) + 6) % 7) LIMIT 1`},
		{"worst of several", "worst two quarters for jobs", `SELECT strftime('%Y', opened_on) || '-Q' || ((strftime('%m', opened_on) + 2) / 3) AS Quarter, COUNT(*) AS "Number of jobs" FROM jobs GROUP BY 1 ORDER BY "Number of jobs", Quarter LIMIT 2`},
		{"a column takes words of the cue", "running total of total amount of jobs by month in 2024", `WITH totals AS ( SELECT strftime('%Y-%m', opened_on) AS month, SUM(total_amount) AS total_amount FROM jobs WHERE opened_on BETWEEN '2024-01-01' AND '2024-12-31' GROUP BY 1 ) SELECT month, total_amount, SUM(total_amount) OVER (ORDER BY month) AS "Running total of total amount" FROM totals ORDER BY month`},
	})
}

// A cue is used only where the query does what it asks for.
func TestACueWithoutEffectIsLeftOut(t *testing.T) {
	v := link.NewVocabulary(catalog.New(billed()), nil)
	for _, question := range []string{"crunchy share of all jobs, in percent", "baked share of all jobs"} {
		for _, r := range candidate.Compose(v, v.Read(question, time.Date(2025, 6, 30, 0, 0, 0, 0, time.UTC), when.Options{})) {
			if r.Failed == "" && len(r.Ignored) == 0 {
				t.Errorf("%q has a reading that leaves out %v, no cue", question, r.LeftOut)
			}
		}
	}
}

func TestTheFirstOrLastDateOfEachGroup(t *testing.T) {
	testReadingsOf(t, billed(), []reading{
		{"beside other figures", "jobs by status: count, total, latest opened date", `SELECT status, COUNT(*) AS "Number of jobs", SUM(total_amount) AS "Total amount", MAX(opened_on) AS "Latest opened on" FROM jobs GROUP BY status ORDER BY status`},
		{"alone", "earliest finished date per mechanic", `SELECT m.full_name AS Mechanic, MIN(j.finished_on) AS "First finished on" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id GROUP BY m.mechanic_id, m.full_name ORDER BY Mechanic, m.mechanic_id`},
	})
}

func TestAModifierOfAThingIsNoFiller(t *testing.T) {
	v := link.NewVocabulary(catalog.New(workshop()), nil)
	read := func(question string) candidate.Candidate {
		return candidate.Compose(v, v.Read(question, time.Date(2025, 6, 30, 0, 0, 0, 0, time.UTC), when.Options{}))[0]
	}
	if got := read("how many live customers per city").LeftOut; len(got) != 1 || got[0] != "live" {
		t.Errorf("left out %v, want live", got)
	}
	if got := read("in which city do our customers live").LeftOut; len(got) > 0 {
		t.Errorf("left out %v, want nothing", got)
	}
}
