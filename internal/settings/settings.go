// Package settings is what administrators change while Querent runs: the
// settings' meanings and bounds, the values in force, and the way back from a
// change. It hides where they are stored and how each replica learns of a
// change made at another.
package settings

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/audit"
)

// followEvery is how soon a replica obeys what was saved at another.
const followEvery = time.Second

// Values are the settings, read.
type Values struct {
	ask.Settings
	RowLimit       int           // rows of one answer
	TimeLimit      time.Duration // of one query
	ExportRowLimit int           // rows of one export
	RetentionDays  int           // days that questions are kept; 0: for ever
	PriceIn        float64       // of a million tokens that a language model reads; 0: not known
	PriceOut       float64       // of a million that it writes
}

// Cost is what a language model's tokens cost, in the currency of the prices; 0
// where those are not known.
func (v Values) Cost(u ask.Usage) float64 {
	return (float64(u.In)*v.PriceIn + float64(u.Out)*v.PriceOut) / 1e6
}

// Store keeps the settings' texts. It writes the audit entry of a change in the
// transaction of the change.
type Store interface {
	// Settings are the saved texts and their version, 0 before the first save.
	Settings(ctx context.Context) (texts map[string]string, version int64, err error)
	// SaveSettings saves the texts that differ under the next version. It is an
	// *ask.Error with code Conflict unless the stored version is still version.
	SaveSettings(ctx context.Context, texts map[string]string, version int64) error
}

// Service holds the values in force. Its methods may be called at once from
// many goroutines.
type Service struct {
	store Store
	log   *slog.Logger
	model bool
	apply func(Values)
	now   atomic.Pointer[state]
}

// state is what was last read.
type state struct {
	values  Values
	version int64
}

// New makes a Service with the defaults in force until Refresh. model says
// whether there is a language model to have settings for. apply, which
// may be nil, is called with the values in force whenever they change.
func New(store Store, log *slog.Logger, model bool, apply func(Values)) *Service {
	if apply == nil {
		apply = func(Values) {}
	}
	s := &Service{store: store, log: log, model: model, apply: apply}
	s.now.Store(&state{values: Defaults(), version: -1})
	return s
}

// Offered are the settings that mean something here.
func (s *Service) Offered() []Definition {
	return slices.DeleteFunc(slices.Clone(Definitions), func(d Definition) bool { return d.NeedsModel && !s.model })
}

// Current are the values in force, at once.
func (s *Service) Current() Values { return s.now.Load().values }

// Refresh reads what is stored and puts it in force.
func (s *Service) Refresh(ctx context.Context) error {
	texts, version, err := s.store.Settings(ctx)
	if err != nil {
		return err
	}
	before := s.now.Load()
	if version == before.version {
		return nil
	}
	values, err := parseStored(texts)
	if err != nil {
		s.log.WarnContext(ctx, "stored settings that can't be used have their defaults", "err", err)
	}
	if s.now.CompareAndSwap(before, &state{values, version}) {
		s.apply(values)
	}
	return nil
}

// parseStored reads what it can: another version of Querent may have stored
// the rest, and a setting must not keep this one from working.
func parseStored(texts map[string]string) (Values, error) {
	values, err := Parse(texts)
	var problems ProblemsError
	if !errors.As(err, &problems) {
		return values, err
	}
	usable := maps.Clone(texts)
	for key := range problems {
		delete(usable, key)
	}
	values, _ = Parse(usable)
	return values, err
}

// Follow keeps the values in line with what is stored until ctx ends. While the
// store is away the last known values stay in force.
func (s *Service) Follow(ctx context.Context) {
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			_ = s.Refresh(ctx) // not logged: every request logs that the store is away
		}
	}
}

// Texts are the stored texts, a default's being empty, with their version for
// Save.
func (s *Service) Texts(ctx context.Context) (map[string]string, int64, error) {
	return s.store.Settings(ctx)
}

// Save checks the texts and puts them in force, here at once and elsewhere
// within seconds. The error is a ProblemsError, or an *ask.Error with code
// Conflict when somebody else saved since version.
func (s *Service) Save(ctx context.Context, texts map[string]string, version int64) error {
	if _, err := Parse(texts); err != nil {
		return err
	}
	if err := s.store.SaveSettings(ctx, plain(texts), version); err != nil {
		return err
	}
	_ = s.Refresh(ctx) // it is saved; Follow would catch up
	return nil
}

// plain leaves a default empty, so that it stays the default of every version.
func plain(texts map[string]string) map[string]string {
	out := map[string]string{}
	for _, d := range Definitions {
		text, given := texts[d.Key]
		if text = strings.TrimSpace(text); text == d.Default {
			text = ""
		}
		if given {
			out[d.Key] = text
		}
	}
	return out
}

// Change is one save: the texts that it changed, a default's being empty.
type Change struct {
	Seq           int64 // of its audit entry
	At            time.Time
	By            string
	Before, After map[string]string
}

// LastChange is the latest save as the audit log has it; nil before the first.
func LastChange(ctx context.Context, log audit.Log) (*Change, error) {
	entries, _, err := log.Entries(ctx, audit.Filter{Action: audit.SettingsSave, Limit: 1})
	if err != nil || len(entries) == 0 {
		return nil, err
	}
	e := entries[0]
	c := &Change{Seq: e.Seq, At: e.Time, By: e.Actor.Name}
	if err := cmp.Or(json.Unmarshal([]byte(e.Before), &c.Before), json.Unmarshal([]byte(e.After), &c.After)); err != nil {
		return nil, fmt.Errorf("settings: audit entry %d: %w", e.Seq, err)
	}
	return c, nil
}
