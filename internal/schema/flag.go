package schema

import (
	"slices"
	"strings"
)

// flag decides whether a column named and declared so says yes and no, from
// its distinct values. A column that has shown one of the two must say by its
// name or type that it holds the other.
func (s *Sample) flag(c *Column) *Flag {
	if c.PrimaryKey || s.Blobs > 0 || s.Reals > 0 || s.Texts > 0 && s.Integers > 0 {
		return nil
	}
	name := words(c.Name)
	claims := declaredType(c.Declared) == Boolean || hasAny(name[:min(1, len(name))], flagWords) || hasAny(name[max(0, len(name)-1):], flagWords)
	if s.Texts > 0 {
		return s.textFlag(claims)
	}
	if s.Integers == 0 || s.Flags < s.Integers || !claims && (s.Zeros == 0 || s.Zeros == s.Integers || hasAny(name, countWords)) {
		return nil
	}
	return &Flag{True: []string{"1"}, False: []string{"0"}}
}

func (s *Sample) textFlag(claims bool) *Flag {
	if s.lost || len(s.values) > 8 {
		return nil
	}
	f := &Flag{Text: true}
	clear := false
	for text, v := range s.values {
		switch {
		case v.kinds&isYes != 0:
			f.True = append(f.True, text)
		case v.kinds&isNo != 0:
			f.False = append(f.False, text)
		case v.kinds&(isBlank|isAbsent) == 0:
			return nil
		}
		word := strings.ToLower(text)
		clear = clear || word == "yes" || word == "true" || word == "false"
	}
	if len(f.True)+len(f.False) == 0 || !claims && !clear && (len(f.True) == 0 || len(f.False) == 0) {
		return nil
	}
	slices.Sort(f.True)
	slices.Sort(f.False)
	return f
}

// AddKeys adds inferred keys. Columns that are keys are no flags: the numbers
// 0 and 1 name rows there.
func (s *Schema) AddKeys(inferred []ForeignKey) {
	s.ForeignKeys = append(s.ForeignKeys, inferred...)
	for _, k := range s.ForeignKeys {
		t := s.Table(k.Table)
		for _, name := range k.Columns {
			if c := t.Column(name); c != nil {
				c.Flag = nil
			}
		}
	}
}
