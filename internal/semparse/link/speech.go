package link

import "github.com/querent/querent/internal/semparse/text"

// Speech is what a question does, as far as its words tell whatever the
// database.
type Speech string

// The kinds of speech.
const (
	AsksData     Speech = ""         // asks for what the data hold
	Orders       Speech = "order"    // wants something done
	AsksReason   Speech = "reason"   // why
	AsksAdvice   Speech = "advice"   // should we
	AsksForecast Speech = "forecast" // what will be
	AsksOpinion  Speech = "opinion"  // is it good
	Chats        Speech = "chat"     // speaks to the reader
)

var (
	// orderVerbs ask for a deed when they begin a sentence.
	orderVerbs = text.WordSet(`delete cancel approve reject pay send email mail book hire fire buy sell set rename insert create write draft compose
translate remind schedule assign reopen refund ship restock invoice upload import install fix repair raise lower increase reduce stop transfer sign
publish promote discount archive erase purge wipe merge`)
	forecasts = text.WordSet(`predict forecast foresee extrapolate`)
	opinions  = text.WordSet(`good nice bad fair great pretty ugly smart clever trustworthy worth fun boring wise okay safe`)
	starts    = text.WordSet("please kindly can could would will you just now and then so ok okay hey hi hello")
)

// Speech tells what a question does. Only the first word that is no courtesy
// counts as an order, and only one that names nothing here or stands before an
// article, a number or a name.
func (q *Question) Speech() Speech {
	if len(q.Words) == 0 {
		return AsksData
	}
	first := 0
	for first < len(q.Words)-1 && starts[q.Words[first]] {
		first++
	}
	if s := q.speechAtFirst(first); s != AsksData {
		return s
	}
	for k := range q.Words {
		if s := q.speechAt(k, first); s != AsksData {
			return s
		}
	}
	return AsksData
}

// firstWords tell what is asked by themselves.
var firstWords = map[string]Speech{"why": AsksReason, "should": AsksAdvice, "shall": AsksAdvice}

// speechAtFirst is what the first word that is no courtesy tells.
func (q *Question) speechAtFirst(first int) Speech {
	w := q.Words[first]
	switch {
	case firstWords[w] != AsksData:
		return firstWords[w]
	case forecasts[w] && !q.Known(first):
		return AsksForecast
	case orderVerbs[w] && q.ordered(first):
		return Orders
	}
	return AsksData
}

// speechAt is what any word tells, by the question's first one.
func (q *Question) speechAt(k, first int) Speech {
	begins := q.Words[first]
	switch w := q.Words[k]; {
	case w == "will" && k < 3 && k >= first && q.fromNow():
		return AsksForecast
	case q.toReader(k), (w == "i" || w == "me") && first == 0 && (begins == "do" || begins == "am"):
		return Chats
	case opinions[w] && (begins == "is" || begins == "are") && k > first+1 && !q.Known(k):
		return AsksOpinion
	}
	return AsksData
}

// toReader reports a short question to the reader itself: "who are you".
func (q *Question) toReader(k int) bool {
	if k+1 >= len(q.Words) || q.Words[k+1] != "you" || len(q.Words) > k+4 {
		return false
	}
	w := q.Words[k]
	return w == "are" || w == "can" || w == "do"
}

// ordered reports whether the verb at i is followed by what it is done to:
// "cancel deal 120", "book me", "approve all"; not "order value by month".
func (q *Question) ordered(i int) bool {
	if i+1 >= len(q.Words) {
		return false
	}
	switch next := q.Words[i+1]; next {
	case "me", "us", "all", "the", "a", "an", "this", "that", "my", "our", "it", "every", "to":
		return true
	default:
		return q.Tokens[i+1].Capital() || i+2 < len(q.Words) && q.Tokens[i+2].IsNumber
	}
}

// fromNow reports whether no time phrase of the question lies in the past.
func (q *Question) fromNow() bool {
	for _, t := range q.Times {
		if !t.Range.From.IsZero() && t.Range.From.Before(q.Now) {
			return false
		}
	}
	return true
}
