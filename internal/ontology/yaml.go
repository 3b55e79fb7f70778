package ontology

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// MaxYAML bounds what Parse reads, in bytes.
const MaxYAML = 1 << 20

// Problem is something wrong with one term.
type Problem struct {
	Line    int    // in the YAML; 0 when there is none
	Term    string // its name; empty when it has none
	Message string
}

func (p Problem) String() string {
	var b strings.Builder
	if p.Line > 0 {
		fmt.Fprintf(&b, "line %d: ", p.Line)
	}
	if p.Term != "" {
		fmt.Fprintf(&b, "term %q: ", p.Term)
	}
	return b.String() + p.Message
}

// Problems is every problem found at once, as an error.
type Problems []Problem

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Parse reads an ontology from YAML:
//
//	terms:
//	  - name: net revenue
//	    synonyms: [turnover]
//	    kind: metric        # synonym, expression, metric or filter
//	    table: orders
//	    sql: sum(total)
//
// Unknown fields, wrong types and missing ones are errors, all reported at once as
// Problems with their lines, beside what could be read. It does not look at
// any schema: see Validate.
func Parse(data []byte) (*Ontology, error) {
	if len(data) > MaxYAML {
		return &Ontology{}, Problems{{Message: fmt.Sprintf("the file has %d bytes; the limit is %d", len(data), MaxYAML)}}
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var root yaml.Node
	if err := dec.Decode(&root); errors.Is(err, io.EOF) {
		return &Ontology{}, nil
	} else if err != nil {
		return &Ontology{}, Problems{{Message: strings.TrimPrefix(err.Error(), "yaml: ")}}
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return &Ontology{}, Problems{{Message: "the file must hold one YAML document"}}
	}
	var p parser
	o := p.ontology(root.Content[0])
	if len(p.problems) > 0 {
		return o, p.problems
	}
	return o, nil
}

// Marshal writes an ontology as the YAML that Parse reads, terms by name.
func Marshal(o *Ontology) ([]byte, error) {
	sorted := Ontology{Terms: slices.Clone(o.Terms)}
	slices.SortFunc(sorted.Terms, func(a, b Term) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := errors.Join(enc.Encode(sorted), enc.Close()); err != nil {
		return nil, fmt.Errorf("ontology: marshal: %w", err)
	}
	return b.Bytes(), nil
}

// parser walks YAML nodes, so that every problem has a line.
type parser struct{ problems Problems }

func (p *parser) fail(n *yaml.Node, term, format string, args ...any) {
	p.problems = append(p.problems, Problem{Line: n.Line, Term: term, Message: fmt.Sprintf(format, args...)})
}

func (p *parser) ontology(n *yaml.Node) *Ontology {
	o := &Ontology{}
	p.fields(n, "", map[string]func(*yaml.Node){"terms": func(v *yaml.Node) {
		if v.Kind != yaml.SequenceNode {
			p.fail(v, "", "terms must be a list")
			return
		}
		for _, item := range v.Content {
			t := p.term(item)
			for _, problem := range t.Form() {
				p.fail(item, t.Name, "%s", problem)
			}
			o.Terms = append(o.Terms, t)
			o.Lines = append(o.Lines, item.Line)
		}
	}})
	return o
}

func (p *parser) term(n *yaml.Node) Term {
	var t Term
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == "name" {
			t.Name = strings.TrimSpace(n.Content[i+1].Value)
		}
	}
	text := func(to *string) func(*yaml.Node) {
		return func(v *yaml.Node) { *to = p.text(v, t.Name) }
	}
	p.fields(n, t.Name, map[string]func(*yaml.Node){
		"name": text(&t.Name), "table": text(&t.Table), "column": text(&t.Column), "sql": text(&t.SQL), "description": text(&t.Description),
		"kind": func(v *yaml.Node) { t.Kind = Kind(p.text(v, t.Name)) },
		"synonyms": func(v *yaml.Node) {
			if v.Kind != yaml.SequenceNode {
				p.fail(v, t.Name, "synonyms must be a list")
				return
			}
			for _, s := range v.Content {
				t.Synonyms = append(t.Synonyms, p.text(s, t.Name))
			}
		},
	})
	return t
}

func (p *parser) fields(n *yaml.Node, term string, known map[string]func(*yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		p.fail(n, term, "here must stand fields, such as %s", strings.Join(sortedKeys(known), ", "))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		read, ok := known[key.Value]
		switch {
		case !ok:
			p.fail(key, term, "unknown field %q%s", key.Value, didYouMean(key.Value, sortedKeys(known)))
		case seen[key.Value]:
			p.fail(key, term, "field %q stands twice", key.Value)
		default:
			read(value)
		}
		seen[key.Value] = true
	}
}

func (p *parser) text(n *yaml.Node, term string) string {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		p.fail(n, term, "here must stand a text")
		return ""
	}
	return strings.TrimSpace(n.Value)
}

func sortedKeys(m map[string]func(*yaml.Node)) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
