package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/querent/querent/internal/ask"
)

var askedBack = ask.Question{Text: "customers of March", Status: ask.Asked, LeftOut: []string{"big"}, Choices: []ask.Choice{
	{Sentence: "Customers with an order **placed** in March", SQL: "SELECT 1"}, {Sentence: "Customers who **signed up** in March", SQL: "SELECT 2"}}}

func TestTerminalPrintsOutcomes(t *testing.T) {
	for name, tt := range map[string]struct {
		q    ask.Question
		want []string
	}{
		"asked": {askedBack, []string{"Which do you mean?\n", "1. Customers with an order placed in March\n", "2. Customers who signed up in March\n"}},
		"declined": {ask.Question{Status: ask.Declined, Message: "no mood here", LeftOut: []string{"mood"}, Nearest: []ask.Nearest{{Word: "mood", Terms: []string{"model"}}}, Suggestions: []string{"all orders"}},
			[]string{"Not understood: no mood here\n", "not understood: mood\n", "nearest to mood: model\n", "try: all orders\n"}},
		"unsure": {ask.Question{Status: ask.Answered, Tier: ask.Unsure, Sentence: "All **orders**", LeftOut: []string{"loyal"}, Confidence: 0.6},
			[]string{"  not used: loyal\n  All orders\n", "Unsure, 60% sure"}},
	} {
		var b bytes.Buffer
		if err := printAnswer(&b, tt.q, ask.Table{}); err != nil {
			t.Fatal(err)
		}
		for _, want := range tt.want {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%s lacks %q:\n%s", name, want, b.String())
			}
		}
	}
}

func TestTerminalReadsAChoice(t *testing.T) {
	for _, tt := range []struct {
		typed string
		want  int
	}{{"2\n", 2}, {" 1 \n", 1}, {"9\nx\n-1\n\n2\n", 2}, {"0\n", 0}, {"", 0}} {
		if got, err := readChoice(strings.NewReader(tt.typed), &bytes.Buffer{}, 2); err != nil || got != tt.want {
			t.Errorf("%q is %d, %v; want %d", tt.typed, got, err, tt.want)
		}
	}
}

func TestJSONCarriesTheOutcome(t *testing.T) {
	var b bytes.Buffer
	if err := printJSON(&b, askedBack, ask.Table{}); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Outcome string
		LeftOut []string `json:"left_out"`
		Notes   []string
		Choices []ask.Choice
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil || got.Outcome != "asked" || len(got.Choices) != 2 || got.Choices[1].SQL != "SELECT 2" || len(got.LeftOut) != 1 || got.Notes == nil {
		t.Errorf("%v\n%s", err, b.String())
	}
}
