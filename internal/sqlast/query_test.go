package sqlast

import (
	"encoding/json"
	"os"
	"testing"
)

func TestParseSpider(t *testing.T) {
	b, err := os.ReadFile("../../../shared/eval/spider-train/train.json")
	if err != nil {
		t.Skip("the shared question set is not here")
	}
	var rows []struct{ Query string }
	if err := json.Unmarshal(b, &rows); err != nil {
		t.Fatal(err)
	}
	bad := 0
	for _, r := range rows {
		if _, err := Parse(r.Query, true); err != nil {
			bad++
			t.Log(err, r.Query)
		}
	}
	if bad > len(rows)/100 {
		t.Errorf("%d of %d gold queries are not read", bad, len(rows))
	}
}

func TestParse(t *testing.T) {
	q, err := Parse(`SELECT T1.name, count(DISTINCT T2.id) FROM customer AS T1 JOIN "order" AS T2 ON T1.id = T2.cid
		WHERE T2.total BETWEEN 1 AND -2.5 AND NOT T1.name LIKE 'O''B%' GROUP BY T1.id HAVING count(*) >= 2 ORDER BY count(*) DESC LIMIT 3
		EXCEPT SELECT a, b FROM c WHERE x NOT IN (SELECT y FROM z)`, false)
	if err != nil {
		t.Fatal(err)
	}
	if q.Select[0].Table != "customer" || !q.Select[1].Distinct || q.Limit != 3 || !q.Order[0].Desc || q.Set != "except" {
		t.Errorf("read wrongly: %+v", q)
	}
	if c := q.Where.Conjuncts(); len(c) != 2 || c[0].Args[2].Name != "-2.5" || c[1].Args[0].Args[1].Name != "O'B%" {
		t.Errorf("conditions read wrongly: %+v", q.Where)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("select a from b where c = 'd' union select 1")
	f.Fuzz(func(_ *testing.T, s string) { _, _ = Parse(s, false) })
}
