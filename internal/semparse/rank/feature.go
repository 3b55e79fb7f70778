package rank

import (
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strings"

	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
	"github.com/querent/querent/internal/semparse/logical"
)

// Feature is one thing that is looked at, by its name.
type Feature struct {
	Name string
	of   func(*view) float64
	Sign int // 1: more of it can only speak for a reading; -1: only against; 0: learned
}

func yes(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// own are the features of a composed reading by itself.
var own = []Feature{
	{"words left out", func(v *view) float64 { return float64(len(v.LeftOut)) }, -1},
	{"share of words left out", func(v *view) float64 { return float64(len(v.LeftOut)) / float64(max(1, v.content)) }, -1},
	{"demands ignored", func(v *view) float64 { return float64(len(v.Ignored)) }, -1},
	{"guesses", func(v *view) float64 { return float64(len(v.Guesses)) }, -1},
	{"odd words unused", func(v *view) float64 { return float64(v.odd) }, -1},
	{"unknown words unused", func(v *view) float64 { return float64(v.unknown) }, -1},
	{"asks for no data", func(v *view) float64 { return yes(v.Question.Speech() != link.AsksData) }, -1},
	{"fillers passed over", func(v *view) float64 { return float64(v.passed) }, -1},
	{"score", func(v *view) float64 { return v.Score }, 0},
	{"score per word", func(v *view) float64 { return v.Score / float64(max(1, v.content)) }, 1},
	{"weakest link", func(v *view) float64 { return v.Weakest }, 1},
	{"weakest is lexicon or verb", func(v *view) float64 {
		return yes(v.weakest != nil && (v.weakest.Source == link.FromLexicon || v.weakest.Source == link.FromVerb))
	}, -1},
	{"weakest is part", func(v *view) float64 { return yes(v.weakest != nil && v.weakest.Source == link.FromPart) }, -1},
	{"weakest is value", func(v *view) float64 { return yes(v.weakest != nil && v.weakest.Kind == link.Value) }, 0},
	{"mean link", func(v *view) float64 { return v.mean }, 1},
	{"risky senses", func(v *view) float64 { return float64(v.risky) }, -1},
	{"mentions with rivals", func(v *view) float64 { return float64(v.rivals) }, -1},
	{"nearest rival sense", func(v *view) float64 { return v.close }, 1},
	{"rivals that differ", func(v *view) float64 { return float64(len(v.Rivals)) }, -1},
	{"nearest rival that differs", func(v *view) float64 { return v.nearest() }, 1},
	{"other dates to take", func(v *view) float64 { return float64(v.dates()) }, -1},
	{"mentions out of reach", func(v *view) float64 { return float64(v.far) }, -1},
	{"place", func(v *view) float64 { return float64(v.place) }, -1},
	{"gap to the next", func(v *view) float64 { return v.gap() }, 1},
	{"votes", func(v *view) float64 { return float64(v.Votes) }, 1},
	{"share of votes", func(v *view) float64 { return float64(v.Votes) / float64(max(1, v.Composed)) }, 0},
	{"readings", func(v *view) float64 { return float64(len(v.Readings)) }, 0},
	{"hypotheses failed", func(v *view) float64 { return float64(v.Failed) }, -1},
	{"follow-up", func(v *view) float64 { return yes(v.Edited) }, 0},
	{"tokens", func(v *view) float64 { return float64(v.tokens) }, 0},
	{"content words", func(v *view) float64 { return float64(v.content) }, 0},
	{"respelt", func(v *view) float64 { return float64(v.respelt) }, -1},
	{"numbers", func(v *view) float64 { return float64(v.words.numbers) }, 0},
	{"time phrases", func(v *view) float64 { return float64(v.words.times) }, 0},
	{"defaults", func(v *view) float64 { return float64(len(v.Query.Default)) }, -1},
	{"risk of defaults", func(v *view) float64 { return risk(&v.Query) }, -1},
	{"dates of the base", func(v *view) float64 { return dates(v.Base) }, 0},
	{"base is an event", func(v *view) float64 { return yes(v.Base != nil && v.Base.Role == catalog.Event) }, 0},
	{"base is a link or lookup", func(v *view) float64 {
		return yes(v.Base != nil && (v.Base.Role == catalog.Link || v.Base.Role == catalog.Lookup))
	}, 0},

	{"list", func(v *view) float64 { return yes(v.Query.Entity != "") }, 0},
	{"list distinct", func(v *view) float64 { return yes(v.Query.Distinct) }, 0},
	{"columns shown", func(v *view) float64 { return float64(v.shown) }, 0},
	{"usual columns", func(v *view) float64 { return float64(v.usual) }, 0},
	{"measures", func(v *view) float64 { return float64(v.measures) }, 0},
	{"hidden measures", func(v *view) float64 { return float64(v.hidden) }, 0},
	{"dimensions", func(v *view) float64 { return float64(v.dimensions) }, 0},
	{"time dimensions", func(v *view) float64 { return float64(v.shape.times) }, 0},
	{"filters", func(v *view) float64 { return float64(v.filters) }, 0},
	{"exists", func(v *view) float64 { return float64(v.exists) }, 0},
	{"negations", func(v *view) float64 { return float64(v.negated) }, 0},
	{"ors", func(v *view) float64 { return float64(v.ors) }, 0},
	{"likes", func(v *view) float64 { return float64(v.likes) }, 0},
	{"null conditions", func(v *view) float64 { return float64(v.nulls) }, 0},
	{"periods", func(v *view) float64 { return float64(v.periods) }, 0},
	{"number conditions", func(v *view) float64 { return float64(v.shape.numbers) }, 0},
	{"value conditions", func(v *view) float64 { return float64(v.values) }, 0},
	{"conditions against an aggregate", func(v *view) float64 { return float64(v.compares) }, 0},
	{"raw terms", func(v *view) float64 { return float64(v.raws) }, 0},
	{"durations", func(v *view) float64 { return float64(v.durations) }, 0},
	{"arithmetic", func(v *view) float64 { return float64(v.arithmetic) }, 0},
	{"having", func(v *view) float64 { return float64(v.having) }, 0},
	{"ordered", func(v *view) float64 { return float64(len(v.Query.Order)) }, 0},
	{"limit", func(v *view) float64 { return math.Min(20, float64(v.Query.Limit)) }, 0},
	{"limit within groups", func(v *view) float64 { return float64(len(v.Query.Within)) }, 0},
	{"offset", func(v *view) float64 { return float64(v.Query.Offset) }, 0},
	{"keeps empty groups", func(v *view) float64 { return yes(v.Query.KeepEmpty) }, 0},
	{"compares periods", func(v *view) float64 { return yes(v.Query.Compare != nil) }, 0},
	{"except", func(v *view) float64 { return yes(v.Query.Except != nil) }, 0},
	{"sum of groups", func(v *view) float64 { return yes(v.Query.Sum) }, 0},
	{"yes or no", func(v *view) float64 { return yes(v.Query.Answer == logical.YesNo) }, 0},
	{"subqueries", func(v *view) float64 { return float64(v.subqueries) }, 0},
	{"tables", func(v *view) float64 { return float64(len(v.tables)) }, 0},

	{"how", func(v *view) float64 { return yes(v.begins("how")) }, 0},
	{"which", func(v *view) float64 { return yes(v.begins("which")) }, 0},
	{"what", func(v *view) float64 { return yes(v.begins("what", "whats")) }, 0},
	{"who", func(v *view) float64 { return yes(v.says("who", "whose", "whom")) }, 0},
	{"show", func(v *view) float64 { return yes(v.begins("show", "list", "give", "find", "display", "tell")) }, 0},
	{"yes or no asked", func(v *view) float64 {
		return yes(v.begins("is", "are", "was", "were", "do", "does", "did", "has", "have", "any", "can"))
	}, 0},
	{"me or we", func(v *view) float64 { return yes(v.says("i", "me", "my", "we", "us", "our", "you", "your")) }, 0},
	{"compared", func(v *view) float64 { return yes(v.says("than", "versus", "vs", "compared", "against")) }, 0},
	{"and", func(v *view) float64 { return yes(v.says("and", "both", "&")) }, 0},
	{"or", func(v *view) float64 { return yes(v.says("or", "either")) }, 0},
	{"fiscal", func(v *view) float64 { return yes(fiscal(v.Question.Words)) }, 0},
	{"but", func(v *view) float64 { return yes(v.says("but", "yet", "except", "without", "never", "not", "no")) }, 0},

	{"tables of the schema", func(v *view) float64 { return float64(len(v.Catalog.Tables)) }, 0},
	{"terms in force", func(v *view) float64 { return yes(v.Terms) }, 0},
	{"run", func(v *view) float64 { return yes(v.Run.Done) }, 0},
	{"run failed", func(v *view) float64 { return yes(v.Run.Failed) }, -1},
	{"no rows", func(v *view) float64 { return yes(v.Run.Done && v.Run.Rows == 0) }, -1},
	{"blank", func(v *view) float64 { return yes(v.Run.Blank) }, -1},
	{"one row", func(v *view) float64 { return yes(v.Run.Done && v.Run.Rows == 1) }, 0},
	{"fewer rows than asked", func(v *view) float64 { return yes(v.Run.Done && v.Query.Limit > 1 && v.Run.Rows < v.Query.Limit) }, -1},
	{"one group", func(v *view) float64 {
		return yes(v.Run.Done && v.Run.Rows == 1 && len(v.Query.Dimensions) > 0 && v.Query.Limit != 1)
	}, 0},
	{"rows", func(v *view) float64 { return math.Log1p(float64(v.Run.Rows)) }, 0},
}

// fiscal reports words for a year of the books.
func fiscal(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		return w == "fiscal" || w == "financial" || strings.HasPrefix(w, "fy") && len(w) <= 6
	})
}

func risk(q *logical.Query) float64 {
	sum := 0.0
	for _, d := range q.Default {
		sum += d.Risk
	}
	return sum
}

func dates(t *catalog.Table) float64 {
	if t == nil {
		return 0
	}
	return float64(len(t.Dates()))
}

// sources, kinds, aggregates, operations, cues and uses are counted one by one.
var (
	allSources = []link.Source{link.FromTerm, link.FromName, link.FromValue, link.FromPart, link.FromLexicon, link.FromVerb}
	allKinds   = []link.Kind{link.Entity, link.Attribute, link.Date, link.Value, link.Condition, link.Metric, link.Computed, link.Role}
	allAggs    = []logical.Agg{logical.Count, logical.CountDistinct, logical.Sum, logical.Avg, logical.Min, logical.Max, logical.Median}
	allOps     = []logical.MeasureOp{logical.Metric, logical.Ratio, logical.Sum2, logical.Minus, logical.Share, logical.Change, logical.Running, logical.Moving, logical.Rank, logical.AvgOf}
	allUses    = []string{"measure", "dimension", "filter", "date", "period", "order", "limit", "subject", "column", "negation", "operator", "bound", "context", "numerator", "path", "filler"}
	allCues    = []link.CueKind{link.CountOf, link.Counted, link.HowMuch, link.ShareOf, link.PercentUp, link.RateOf, link.RunningCue, link.ChangeCue,
		link.CompareCue, link.By, link.AtLeast, link.AtMost, link.MoreThan, link.LessThan, link.Top, link.Bottom, link.Average, link.Highest, link.Lowest,
		link.Oldest, link.Newest, link.Most, link.Least, link.Total, link.Distinct, link.Excluding, link.Without, link.Not, link.All, link.Among,
		link.SortCue, link.KeepZero, link.Only, link.Ratio, link.HowLong, link.WhenCue, link.Missing, link.Difference}
)

func counted() (out []Feature) {
	for _, k := range allSources {
		out = append(out, Feature{"from " + string(k), func(v *view) float64 { return float64(v.sources[k]) }, 0})
	}
	for _, k := range allKinds {
		out = append(out, Feature{"mentions: " + string(k), func(v *view) float64 { return float64(v.kinds[k]) }, 0})
	}
	for _, k := range allAggs {
		out = append(out, Feature{"aggregate: " + string(k), func(v *view) float64 { return float64(v.aggs[k]) }, 0})
	}
	for _, k := range allOps {
		out = append(out, Feature{"measure: " + string(k), func(v *view) float64 { return float64(v.ops[k]) }, 0})
	}
	for _, k := range allUses {
		out = append(out, Feature{"used as " + k, func(v *view) float64 { return float64(v.uses[k]) }, 0})
	}
	for _, k := range allCues {
		out = append(out, Feature{"cue: " + string(k), func(v *view) float64 { return float64(v.cues[k]) }, 0})
	}
	return out
}

// reading are the features of a composed reading.
var reading = append(own, counted()...)

// Names are the features' names, in the order of the vector.
func names(fs []Feature) []string {
	out := make([]string, len(fs))
	for i, f := range fs {
		out[i] = f.Name
	}
	return out
}

// fingerprint tells one list of features from another.
func fingerprint(names []string) string {
	h := fnv.New64a()
	h.Write([]byte(strings.Join(names, "\n")))
	return fmt.Sprintf("%016x", h.Sum64())
}

// Vector describes reading i of a pool by the features of Names.
func (p *Pool) Vector(i int) []float64 {
	v := p.view(i)
	out := make([]float64, len(reading))
	for k, f := range reading {
		out[k] = f.of(v)
	}
	return out
}
