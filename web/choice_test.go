package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/querent/querent/internal/ask"
)

// outcomes answers a few questions, each with another outcome.
var outcomes = map[string]ask.Candidate{
	"orders by status in March": {SQL: "SELECT status, count(*) FROM orders GROUP BY 1", Tier: ask.Compiled, Generator: "semparse", Confidence: 0.97,
		Sentence: "Number of **orders** by **status**, orders placed in March 2024, highest first.", Notes: []string{"Orders end on 2024-12-31."},
		Chips: []ask.Chip{{Kind: "measure", Text: "Number of orders", Instead: []ask.Choice{{Sentence: "Revenue", SQL: "SELECT 2"}}},
			{Kind: "group", Text: "Status"}, {Kind: "time", Text: "March 2024", Part: "time/0", Removable: true}, {Kind: "order", Text: "highest first", Assumed: true}},
		Reading: []ask.Phrase{{Text: "orders", Kind: "table", Target: "orders", Why: "exact name"}}},
	"orders of loyal customers": {SQL: "SELECT count(*) FROM orders", Tier: ask.Unsure, Generator: "semparse", Confidence: 0.64,
		LeftOut: []string{"loyal", "<i>"}, Sentence: "Number of orders of all customers.", Chips: []ask.Chip{{Kind: "measure", Text: "Number of orders"}},
		Alternatives: []ask.Alternative{{Label: "customers since before 2023", SQL: "SELECT 3"}}},
	"how many customers bought in March": {Generator: "semparse", Choices: []ask.Choice{
		{Sentence: "Customers with an order **placed** in March 2024", SQL: "SELECT 312"},
		{Sentence: "Customers with an order placed in **any** March", SQL: "SELECT 541"},
		{Sentence: "Customers who **signed up** in <March> 2024", SQL: "SELECT 38"}}},
	"average mood of the staff": {LeftOut: []string{"mood"}, Decline: &ask.Decline{Reason: "Nothing here is called “mood”.",
		Nearest: []ask.Nearest{{Word: "mood", Terms: []string{"model", "rating"}}}, Suggestions: []string{"orders by status in March"}}},
}

type byQuestion map[string]ask.Candidate

func (b byQuestion) Generate(_ context.Context, p ask.Prompt) (ask.Candidate, error) {
	c, ok := b[p.Question]
	if !ok {
		return ask.Candidate{SQL: "SELECT 1", Tier: ask.Compiled, Generator: "semparse", Confidence: 0.97, Sentence: "All orders.", FollowedUp: p.Previous != nil && strings.HasPrefix(p.Question, "and ")}, nil
	}
	return c, nil
}

// Without takes nothing away but says so.
func (b byQuestion) Without(_ context.Context, _ ask.Prompt, _ json.RawMessage, c ask.Chip) (ask.Candidate, error) {
	return ask.Candidate{SQL: "SELECT 1", Tier: ask.Compiled, Confidence: 1, Sentence: "Without " + c.Text}, nil
}

// siteOf serves the application over a generator.
func siteOf(t *testing.T, g byQuestion, reader ask.Reader) (*world, string) {
	t.Helper()
	w, cfg := fresh(t)
	cfg.Ask = ask.New(ask.Config{Store: w, Target: stillTarget{}, Knowledge: noTraining{}, Embed: noVectors{}, Builtin: g, Reader: reader,
		Settings: func(context.Context) ask.Settings { return ask.Settings{Strategy: ask.BuiltinOnly} }, Log: cfg.Log})
	t.Cleanup(func() { _ = cfg.Ask.Shutdown(context.WithoutCancel(t.Context())) })
	return w, serve(t, cfg)
}

// text is what an element says, with its parts kept apart as they are seen.
func text(s *goquery.Selection) string {
	s.Find("span, li, a, small, time, blockquote, button").AppendHtml(" ")
	return strings.Join(strings.Fields(s.Text()), " ")
}

// follow goes where a form's answer leads, until the page there is whole.
func (b *browser) follow(res *http.Response) *goquery.Document {
	b.t.Helper()
	if res.StatusCode != http.StatusSeeOther {
		b.t.Fatalf("no redirect: %s", res.Status)
	}
	for range 200 {
		if _, doc := b.get(res.Header.Get("Location")); doc.Find("[aria-busy=true]").Length() == 0 {
			return doc
		}
	}
	b.t.Fatal("no answer")
	return nil
}

func TestAskedBackAndChosen(t *testing.T) {
	w, base := siteOf(t, outcomes, nil)
	b := signedInAs(t, base, "ann")
	path, doc := b.asked("how many customers bought in March")
	if got := text(doc.Find(".trust .badge")); got != "Which do you mean?" {
		t.Errorf("badge: %q", got)
	}
	buttons := doc.Find("form[action$='/choose'] button[name=choice]")
	if buttons.Length() != 3 || text(buttons.Eq(1)) != "Customers with an order placed in any March" || text(buttons.Eq(1).Find("strong")) != "any" || text(buttons.Eq(2)) != "Customers who signed up in <March> 2024" {
		t.Errorf("choices: %q", text(buttons))
	}
	if doc.Find("#result").Length() != 0 {
		t.Error("something is shown before the choice")
	}
	key := doc.Find("form[action$='/choose'] input[name=key]").AttrOr("value", "")
	var ids []string
	for _, offer := range []string{"choice.1", "choice.1", "choice.0"} {
		res, _ := b.post(path+"/choose", url.Values{"choice": {offer}, "key": {key}})
		ids = append(ids, res.Header.Get("Location"))
		doc = b.follow(res)
	}
	if ids[0] != ids[1] || ids[0] == ids[2] {
		t.Errorf("twice the same and another: %q", ids)
	}
	if got := text(doc.Find(".trust .badge")); got != "Understood" || text(doc.Find("#said")) != "Customers with an order placed in March 2024" || doc.Find("#sql").Text() != "SELECT 312" {
		t.Errorf("chosen: %q, %q", got, text(doc.Find("#said")))
	}
	if got := text(doc.Find("#came-from")); got != "Another reading of how many customers bought in March" {
		t.Errorf("came from: %q", got)
	}
	if got := text(doc.Find("#feedback button[value=right]")); got != "Yes, remember it" {
		t.Errorf("the choice can't be kept: %q", got)
	}
	if q := w.questions[strings.TrimPrefix(path, "/questions/")]; q.Picked != 1 {
		t.Errorf("picked %d", q.Picked)
	}
	if res, doc := b.post(path+"/choose", url.Values{"choice": {"choice.7"}}); res.StatusCode != http.StatusUnprocessableEntity || doc.Find("[role=alert]").Length() != 1 {
		t.Errorf("a choice that is none: %s", res.Status)
	}
}

func TestNoneOfThese(t *testing.T) {
	w, base := siteOf(t, outcomes, nil)
	b := signedInAs(t, base, "ann")
	path, _ := b.asked("how many customers bought in March")
	res, _ := b.post(path+"/none", nil)
	doc := b.follow(res)
	if got := text(doc.Find("[role=alert]")); !strings.HasPrefix(got, "None of the readings") || doc.Find("#q").Text() != "how many customers bought in March" {
		t.Errorf("none of these: %q", got)
	}
	if res, _ := b.post(path+"/feedback", url.Values{"verdict": {"missed"}, "comment": {"those who paid"}}); res.StatusCode != http.StatusSeeOther || w.said[0].Verdict != ask.Missed {
		t.Errorf("told the administrator: %s, %+v", res.Status, w.said)
	}
	ada := signedInAs(t, base, "ada")
	_, doc = ada.get("/admin/missed")
	if got := text(doc.Find(".plainlist li")); !strings.HasPrefix(got, "how many customers bought in March None of these 2 times by 1 user") || !strings.Contains(got, "<b>what I meant") {
		t.Errorf("the administrator's list: %q", got)
	}
	bob := signedInAs(t, base, "bob")
	for _, action := range []string{"/choose", "/none"} {
		if res, _ := bob.post(path+action, url.Values{"choice": {"choice.0"}}); res.StatusCode != http.StatusNotFound {
			t.Errorf("another's %s: %s", action, res.Status)
		}
	}
}

func TestUnsureSaysFirstWhatWasLeftOut(t *testing.T) {
	w, base := siteOf(t, outcomes, nil)
	b := signedInAs(t, base, "ann")
	path, doc := b.asked("orders of loyal customers")
	if got := text(doc.Find("#said")); got != "Not used: loyal, <i>. I read: Number of orders of all customers." {
		t.Errorf("said: %q", got)
	}
	if got := text(doc.Find(".trust")); !strings.HasPrefix(got, "Unsure Readings like this are right about 64 times in 100.") || doc.Find("#result.unsure").Length() != 1 {
		t.Errorf("trust: %q", got)
	}
	doc = b.follow(first(b.post(path+"/choose", url.Values{"choice": {"alternative.0"}})))
	if doc.Find(".badge.unsure").Length() != 1 || doc.Find(".badge.edited").Length() != 0 {
		t.Error("another reading counts as SQL written by hand")
	}
	if res, _ := b.post(path+"/feedback", url.Values{"verdict": {"wrong"}, "word": {"loyal"}, "comment": {"5 orders or more"}}); res.StatusCode != http.StatusSeeOther || w.said[0].Comment != "“loyal”: 5 orders or more" {
		t.Errorf("the word explained: %s, %+v", res.Status, w.said)
	}
}

func first(res *http.Response, _ *goquery.Document) *http.Response { return res }

func TestDeclineHelps(t *testing.T) {
	_, base := siteOf(t, outcomes, nil)
	b := signedInAs(t, base, "ada")
	_, doc := b.asked("average mood of the staff")
	if got := text(doc.Find(".trust .badge")); got != "Not understood" {
		t.Errorf("badge: %q", got)
	}
	if got := text(doc.Find("[role=alert]")); got != "Nothing here is called “mood”." || doc.Find("#said").Length() != 0 {
		t.Errorf("words: %q", got)
	}
	if got := doc.Find("a.button:contains('rating')").AttrOr("href", ""); got != "/?q=average+rating+of+the+staff" {
		t.Errorf("the nearest term leads to %q", got)
	}
	if doc.Find("form[action='/questions'] button[value='orders by status in March']").Length() != 1 || doc.Find("#feedback button[value=missed]").Length() != 1 {
		t.Error("no suggestion, or nobody to tell")
	}
	_, doc = b.get("/admin/missed")
	link := doc.Find(".plainlist a:contains('mood”')").AttrOr("href", "")
	if _, doc = b.get(strings.TrimSuffix(link, "#term")); doc.Find("#term input[name=name]").AttrOr("value", "") != "mood" {
		t.Errorf("%q leads to no term", link)
	}
}

func TestChips(t *testing.T) {
	for name, tt := range map[string]struct {
		reader ask.Reader
		opens  int
	}{"to be read": {nil, 1}, "to be changed": {byQuestion{}, 2}} {
		t.Run(name, func(t *testing.T) {
			_, base := siteOf(t, outcomes, tt.reader)
			b := signedInAs(t, base, "ann")
			path, doc := b.asked("orders by status in March")
			if got := text(doc.Find("#parts > li").Eq(1)); doc.Find("#parts > li").Length() != 4 || got != "by Status" {
				t.Errorf("chips: %q", text(doc.Find("#parts")))
			}
			if got := doc.Find("#parts details").Length(); got != tt.opens {
				t.Errorf("%d chips open, want %d", got, tt.opens)
			}
			if text(doc.Find("#parts .assumed")) != "sort highest first assumed" || text(doc.Find("#said strong").First()) != "orders" {
				t.Errorf("assumed: %q", text(doc.Find("#parts .assumed")))
			}
			if tt.reader == nil {
				if res, _ := b.post(path+"/choose", url.Values{"choice": {"without.2"}}); res.StatusCode != http.StatusUnprocessableEntity {
					t.Errorf("taken away without a reader: %s", res.Status)
				}
				return
			}
			doc = b.follow(first(b.post(path+"/choose", url.Values{"choice": {"without.2"}})))
			if got := text(doc.Find("#said")); got != "Without March 2024" {
				t.Errorf("taken away: %q", got)
			}
		})
	}
}

func TestAFollowUpIsShownAndCanBeSwitched(t *testing.T) {
	_, base := siteOf(t, outcomes, nil)
	b := signedInAs(t, base, "ann")
	parent, _ := b.asked("orders by status in March")
	id := strings.TrimPrefix(parent, "/questions/")
	for question, want := range map[string]string{
		"and by month":    "Read as going on from orders by status in March Ask it on its own",
		"all other goods": "Read on its own, not as going on from orders by status in March",
	} {
		doc := b.follow(first(b.post("/questions", url.Values{"question": {question}, "parent": {id}})))
		if got := text(doc.Find("#came-from")); got != want {
			t.Errorf("%q: %q", question, got)
		}
		if form := doc.Find("#came-from form"); form.Length() == 1 && form.Find("[name=parent]").Length() != 0 {
			t.Error("asked on its own it still goes on")
		}
	}
}
