package training

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/schema"
)

const hashKey = "hash" // in ask.Document.Meta

// tableDocs are the documents of TableSchemas: one per table, by its name.
func tableDocs(s *schema.Schema) []ask.Document {
	docs := make([]ask.Document, 0, len(s.Tables))
	for t := range s.Shown() {
		text := t.Describe()
		docs = append(docs, ask.Document{ID: "table:" + strings.ToLower(t.Name), Text: text,
			Meta: map[string]string{hashKey: hash(text, t.Fingerprint()), "table": t.Name}})
	}
	return docs
}

// pairDocs are the documents of SampleQueries: pairs in use.
func pairDocs(pairs []Pair) []ask.Document {
	var docs []ask.Document
	for _, p := range pairs {
		if p.State == Approved && p.Stale == "" {
			docs = append(docs, ask.Document{ID: p.ID, Text: p.Question, Meta: map[string]string{hashKey: hashOf(&p)}})
		}
	}
	return docs
}

// termDocs are the documents of BusinessTerms: terms in force.
func termDocs(terms []ontology.Term) []ask.Document {
	var docs []ask.Document
	for _, t := range terms {
		if t.Stale != "" {
			continue
		}
		text := strings.Join(append([]string{t.Name}, t.Synonyms...), ", ")
		if t.Description != "" {
			text += ": " + t.Description
		}
		docs = append(docs, ask.Document{ID: t.ID, Text: text, Meta: map[string]string{
			hashKey: hash(text, string(t.Kind), t.Table, t.Column, t.SQL), "kind": string(t.Kind), "table": t.Table}})
	}
	return docs
}

func hashOf(p *Pair) string { return hash(p.Question, p.SQL) }

// hash is the hex SHA-256 of parts, each kept apart from the next.
func hash(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%q\n", p)
	}
	return hex.EncodeToString(h.Sum(nil))
}
