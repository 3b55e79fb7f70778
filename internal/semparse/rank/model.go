package rank

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"sync"

	"github.com/querent/querent/internal/semparse/ml"
)

// Head is one thing learned: log odds by features, and the curve that makes a
// probability of them.
type Head struct {
	Forest   ml.Forest
	Curve    ml.Curve
	features []Feature
}

// P is the probability for a vector.
func (h *Head) P(x []float64) float64 { return h.Curve.At(h.Forest.Score(x)) }

// Names are the names of the head's features, in the order of its vector.
func (h *Head) Names() []string { return names(h.features) }

// Signs are the features' signs.
func (h *Head) Signs() []int {
	out := make([]int, len(h.features))
	for i, f := range h.features {
		out[i] = f.Sign
	}
	return out
}

// Model is what was learned.
type Model struct {
	Reading Head // a composed reading is right, by Vector
	Worth   Head // the sketches are right where the first reading is wrong, by Vector
	Beside  Head // the first reading is right, seen beside the sketches' answer, by Second
	Sketch  Head // the sketches' answer is right, by Second
	Sure    Bounds
}

// Bounds are the least probabilities of what is compiled.
type Bounds struct {
	Reading float64 `json:"reading"`
	Beside  float64 `json:"beside"`
	Sketch  float64 `json:"sketch"`
}

// NewModel makes a model that has learned nothing.
func NewModel() *Model {
	return &Model{Reading: Head{features: reading}, Worth: Head{features: reading}, Beside: Head{features: second}, Sketch: Head{features: forSketch}}
}

func (m *Model) heads() []struct {
	name string
	*Head
} {
	return []struct {
		name string
		*Head
	}{{"reading", &m.Reading}, {"worth", &m.Worth}, {"beside", &m.Beside}, {"sketch", &m.Sketch}}
}

// headFile is how a head is kept: each tree on a line, a split by its
// feature's name.
type headFile struct {
	Features string            `json:"features"` // fingerprint of the names
	Curve    ml.Curve          `json:"curve"`
	Base     float64           `json:"base"`
	Trees    []json.RawMessage `json:"trees"`
}

// encode is a leaf's value, or [feature, at, low, high].
func (h *Head) encode(t ml.Tree, i int) any {
	n := t[i]
	if n.Feature < 0 {
		return n.Value
	}
	return []any{h.features[n.Feature].Name, n.At, h.encode(t, n.Low), h.encode(t, n.High)}
}

func (h *Head) write(b *bytes.Buffer) error {
	curve, err := json.Marshal(h.Curve)
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "{\"features\": %q,\n\"curve\": %s,\n\"base\": %g,\n\"trees\": [", fingerprint(h.Names()), curve, h.Forest.Base)
	for i, t := range h.Forest.Trees {
		line, err := json.Marshal(h.encode(t, 0))
		if err != nil {
			return err
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
		b.Write(line)
	}
	b.WriteString("\n]}")
	return nil
}

// Save writes the model.
func (m *Model) Save(path string) error {
	var b bytes.Buffer
	sure, err := json.Marshal(m.Sure)
	if err != nil {
		return fmt.Errorf("rank: save: %w", err)
	}
	fmt.Fprintf(&b, "{\"sure\": %s", sure)
	for _, h := range m.heads() {
		fmt.Fprintf(&b, ",\n%q: ", h.name)
		if err := h.write(&b); err != nil {
			return fmt.Errorf("rank: save: %w", err)
		}
	}
	b.WriteString("}\n")
	return os.WriteFile(path, b.Bytes(), 0o644)
}

//go:embed weights.json
var asset []byte

// Learned is the embedded model.
var Learned = sync.OnceValues(func() (*Model, error) { return Read(asset) })

// Read reads a model. One that was learned over other features is refused.
func Read(b []byte) (*Model, error) {
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(b, &parts); err != nil {
		return nil, fmt.Errorf("rank: weights: %w", err)
	}
	m := NewModel()
	if err := json.Unmarshal(parts["sure"], &m.Sure); err != nil {
		return nil, fmt.Errorf("rank: weights: %w", err)
	}
	for _, h := range m.heads() {
		if err := h.read(parts[h.name]); err != nil {
			return nil, fmt.Errorf("rank: weights: %s: %w", h.name, err)
		}
	}
	return m, nil
}

func (h *Head) read(b []byte) error {
	var f headFile
	if err := json.Unmarshal(b, &f); err != nil {
		return err
	}
	if want := fingerprint(h.Names()); f.Features != want {
		return fmt.Errorf("learned over other features (%s) than the reader has now (%s): run `make weights`", f.Features, want)
	}
	h.Curve, h.Forest = f.Curve, ml.Forest{Base: f.Base}
	at := map[string]int{}
	for i, n := range h.Names() {
		at[n] = i
	}
	for i, raw := range f.Trees {
		var t ml.Tree
		if _, err := decode(raw, at, &t); err != nil {
			return fmt.Errorf("tree %d: %w", i, err)
		}
		h.Forest.Trees = append(h.Forest.Trees, t)
	}
	return nil
}

func decode(raw json.RawMessage, at map[string]int, t *ml.Tree) (int, error) {
	i := len(*t)
	*t = append(*t, ml.Node{Feature: -1})
	if len(raw) > 0 && raw[0] != '[' {
		err := json.Unmarshal(raw, &(*t)[i].Value)
		return i, err
	}
	var parts []json.RawMessage
	if err := json.Unmarshal(raw, &parts); err != nil || len(parts) != 4 {
		return 0, fmt.Errorf("a split is [name, at, low, high], not %s", raw)
	}
	var name string
	n := ml.Node{}
	if err := json.Unmarshal(parts[0], &name); err != nil {
		return 0, err
	}
	f, ok := at[name]
	if !ok {
		return 0, fmt.Errorf("no feature %q", name)
	}
	if err := json.Unmarshal(parts[1], &n.At); err != nil {
		return 0, err
	}
	n.Feature = f
	var err error
	if n.Low, err = decode(parts[2], at, t); err != nil {
		return 0, err
	}
	if n.High, err = decode(parts[3], at, t); err != nil {
		return 0, err
	}
	(*t)[i] = n
	return i, nil
}
