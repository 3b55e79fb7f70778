package semparse

import (
	"sync"

	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/schema"
	"github.com/querent/querent/internal/semparse/catalog"
	"github.com/querent/querent/internal/semparse/link"
)

// vocabularies keeps those of the databases last asked about: making one takes
// longer than reading a question.
type vocabularies struct {
	mu   sync.Mutex
	kept []vocabulary // the last used first
}

type vocabulary struct {
	schema   *schema.Schema
	ontology *ontology.Ontology
	version  int64
	*link.Vocabulary
}

// keptVocabularies is how many are kept.
const keptVocabularies = 8

// of gives the vocabulary of a schema under an ontology (nil for none). Both
// are taken to be immutable, as ask hands them out.
func (v *vocabularies) of(s *schema.Schema, o *ontology.Ontology) *link.Vocabulary {
	version := int64(0)
	if o != nil {
		version = o.Version
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for i, k := range v.kept {
		if k.schema == s && k.version == version && (k.ontology == o || version != 0) {
			copy(v.kept[1:i+1], v.kept[:i])
			v.kept[0] = k
			return k.Vocabulary
		}
	}
	made := vocabulary{s, o, version, link.NewVocabulary(catalog.New(s), o)}
	v.kept = append([]vocabulary{made}, v.kept[:min(len(v.kept), keptVocabularies-1)]...)
	return made.Vocabulary
}
