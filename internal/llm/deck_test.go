package llm

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/schema"
)

// The tables that matter are in a prompt, also of a large schema.
func TestRecall(t *testing.T) {
	p := shopPrompt()
	for i := range 400 {
		p.Schema.Tables = append(p.Schema.Tables, schema.Table{Name: fmt.Sprintf("stock_%03d", i), Columns: []schema.Column{{Name: "id", Type: schema.Integer}, {Name: "amount_held", Type: schema.Real}}})
	}
	described, used := Recall(p, 1500, "SELECT c.country, sum(o.total) FROM orders o JOIN customers c ON c.id = o.customer_id JOIN stock_399 s GROUP BY 1")
	if described != 2 || used != 3 {
		t.Errorf("%d of %d tables are described", described, used)
	}
	if n := Compose(p, 1500).Tokens(); n > 1500 {
		t.Errorf("the prompt has %d tokens", n)
	}
}

func TestDeck(t *testing.T) {
	prompts, answers := t.TempDir(), t.TempDir()
	p := ask.Prompt{Question: "how many orders", Now: time.Date(2025, 6, 30, 0, 0, 0, 0, time.UTC),
		Schema: &schema.Schema{Tables: []schema.Table{{Name: "orders", RowCount: 3, Columns: []schema.Column{{Name: "id", Type: schema.Integer}}}}}}
	c, err := Deck{Prompts: prompts, Answers: answers}.Generate(t.Context(), p)
	if err != nil || c.Decline == nil {
		t.Fatalf("without a reply: %+v, %v", c, err)
	}
	files, _ := filepath.Glob(filepath.Join(prompts, "*.json"))
	if len(files) != 1 {
		t.Fatalf("prompts %v", files)
	}
	if text, err := os.ReadFile(files[0]); err != nil || !strings.Contains(string(text), "how many orders") || !strings.Contains(string(text), "orders, 3 rows") {
		t.Errorf("prompt %s, %v", text, err)
	}
	name := strings.TrimSuffix(filepath.Base(files[0]), ".json") + ".txt"
	if err := os.WriteFile(filepath.Join(answers, name), []byte("```sql\nSELECT count(*) FROM orders;\n```"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err = Deck{Answers: answers}.Generate(t.Context(), p)
	if err != nil || c.Decline != nil || c.SQL != "SELECT count(*) FROM orders" || c.Tier != ask.Model {
		t.Errorf("with a reply: %+v, %v", c, err)
	}
	p.Question = "how many customers"
	if c, err = (Deck{Answers: answers}).Generate(t.Context(), p); err != nil || c.Decline == nil {
		t.Errorf("another question: %+v, %v", c, err)
	}
}
