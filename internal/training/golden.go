package training

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/querent/querent/internal/ask"
)

// entry is one of a file of golden questions.
type entry struct {
	Question string `yaml:"question"`
	SQL      string `yaml:"sql"`
}

// ImportPairs reads golden questions, a YAML list of question and sql, and
// approves them in the reviewer's name. Questions that have an approved or a
// retired pair already are passed over, so that it can be repeated and brings
// back nothing that was taken out. Nothing is saved unless every SQL compiles
// on the target. It says how many pairs are new.
func (s *Service) ImportPairs(ctx context.Context, reviewer string, data []byte) (int, error) {
	var list []entry
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&list); err != nil && !errors.Is(err, io.EOF) {
		return 0, invalid("The golden questions can't be read: %v.", err)
	}
	pairs, err := s.newPairs(ctx, list)
	if err != nil {
		return 0, err
	}
	for i := range pairs {
		p := &pairs[i]
		p.State, p.Origin, p.ReviewedBy, p.Reviewed = Approved, FromImport, reviewer, time.Now()
		if err := s.cfg.Store.SavePair(ctx, p); err != nil {
			return i, err
		}
	}
	if len(pairs) > 0 {
		s.carry(ctx)
	}
	return len(pairs), nil
}

// newPairs checks every entry and keeps those whose question is not decided on.
func (s *Service) newPairs(ctx context.Context, list []entry) ([]Pair, error) {
	var pairs []Pair
	var wrong []string
	seen := map[string]bool{}
	for _, g := range list {
		p := Pair{Question: g.Question, SQL: g.SQL}
		decided, err := s.decided(ctx, p.Key())
		if err != nil {
			return nil, err
		}
		if decided || seen[p.Key()] {
			continue
		}
		seen[p.Key()] = true
		switch err := s.checkPair(ctx, &p); ask.CodeOf(err) {
		case ask.Refused, ask.Invalid:
			wrong = append(wrong, fmt.Sprintf("%q: %s", g.Question, ask.MessageOf(err)))
		default:
			if err != nil {
				return nil, err
			}
			pairs = append(pairs, p)
		}
	}
	if len(wrong) > 0 {
		return nil, invalid("The golden questions do not fit the target:\n%s", strings.Join(wrong, "\n"))
	}
	return pairs, nil
}

func (s *Service) decided(ctx context.Context, key string) (bool, error) {
	if key == "" {
		return false, nil
	}
	for _, state := range []State{Approved, Retired} {
		list, _, err := s.cfg.Store.Pairs(ctx, PairFilter{State: state, Key: key, Limit: 1})
		if err != nil || len(list) > 0 {
			return len(list) > 0, err
		}
	}
	return false, nil
}
