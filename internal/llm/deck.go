package llm

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/querent/querent/internal/ask"
)

// A Deck stands in for a model that can't be reached from here: it writes each
// prompt to a file, and reads the reply from another. A file is called by the
// prompt's own hash, so that the same prompt finds its reply again. It
// implements ask.Generator, and its methods may be called at once from many
// goroutines.
type Deck struct {
	Prompts string // folder of the prompts, HASH.json, that exists; empty: none are written
	Answers string // folder of the replies, HASH.txt; empty: there are none
	Budget  int    // tokens of a prompt; 0: DefaultBudget
}

// ErrNoAnswer means that the deck holds no reply to a prompt.
var ErrNoAnswer = errors.New("llm: no reply to this prompt is kept")

// Name is the deck's name, as questions answered by it have it.
func (d Deck) Name() string { return "llm:replies" }

// Generate answers a question by a kept reply. A question without one is
// declined.
func (d Deck) Generate(ctx context.Context, p ask.Prompt) (ask.Candidate, error) {
	c, err := generate(ctx, d, p, d.Budget)
	if errors.Is(err, ErrNoAnswer) {
		return ask.Candidate{Generator: d.Name(), Tier: ask.Model, Decline: &ask.Decline{Reason: "No reply to this prompt is kept."}}, nil
	}
	return c, err
}

// Complete keeps the prompt and gives the kept reply to it; ErrNoAnswer for
// none.
func (d Deck) Complete(_ context.Context, system, user string) (Reply, error) {
	name := promptName(system, user)
	if d.Prompts != "" {
		text, err := json.MarshalIndent(map[string]string{"system": system, "user": user}, "", "  ")
		if err == nil {
			err = os.WriteFile(filepath.Join(d.Prompts, name+".json"), append(text, '\n'), 0o600)
		}
		if err != nil {
			return Reply{}, fmt.Errorf("llm: keep a prompt: %w", err)
		}
	}
	if d.Answers == "" {
		return Reply{}, ErrNoAnswer
	}
	text, err := os.ReadFile(filepath.Join(d.Answers, name+".txt"))
	if errors.Is(err, fs.ErrNotExist) {
		return Reply{}, ErrNoAnswer
	}
	return Reply{Text: string(text)}, err
}

// promptName is the first 16 hex digits of a prompt's SHA-256.
func promptName(system, user string) string {
	h := sha256.Sum256([]byte(system + "\x00" + user))
	return hex.EncodeToString(h[:8])
}
