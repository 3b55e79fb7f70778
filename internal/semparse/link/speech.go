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
	i := 0
	for i < len(q.Words)-1 && starts[q.Words[i]] {
		i++
	}
	if len(q.Words) == 0 {
		return AsksData
	}
	first := q.Words[i]
	switch {
	case first == "why":
		return AsksReason
	case first == "should" || first == "shall":
		return AsksAdvice
	case forecasts[first] && !q.Known(i):
		return AsksForecast
	case orderVerbs[first] && q.ordered(i):
		return Orders
	}
	for k, w := range q.Words {
		next := ""
		if k+1 < len(q.Words) {
			next = q.Words[k+1]
		}
		switch {
		case w == "will" && k < 3 && k >= i && q.fromNow():
			return AsksForecast
		case (w == "are" || w == "can" || w == "do") && next == "you" && len(q.Words) <= k+4:
			return Chats
		case (w == "i" || w == "me") && i == 0 && (first == "do" || first == "am"):
			return Chats
		case opinions[w] && (first == "is" || first == "are") && k > i+1 && !q.Known(k):
			return AsksOpinion
		}
	}
	return AsksData
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
