package catalog

import (
	"container/heap"
	"slices"
	"sync"
)

// maxHops bounds a path: longer ones mean nothing to a person.
const maxHops = 5

// paths remembers the cheapest path of each pair asked for.
type paths struct {
	mu      sync.Mutex
	seen    map[pathKey][]Hop
	reached map[pathKey]map[*Table]bool // see near
}

type pathKey struct {
	from, to *Table
	via      string
	down     bool
}

// Up is the cheapest path from a table to another along many-to-one keys only,
// so that each row of from meets at most one of to. With via ("table.column")
// it passes that key. ok is false where there is none; the path of a table to
// itself without via is empty.
func (c *Catalog) Up(from, to *Table, via string) (path []Hop, ok bool) {
	return c.path(pathKey{from, to, via, false})
}

// Any is the cheapest path along keys in both directions, one-to-many hops
// being dearer. At least one hop.
func (c *Catalog) Any(from, to *Table, via string) (path []Hop, ok bool) {
	return c.path(pathKey{from, to, via, true})
}

// Reaches reports whether each row of from meets at most one of to.
func (c *Catalog) Reaches(from, to *Table) bool {
	_, ok := c.Up(from, to, "")
	return ok
}

func (c *Catalog) path(k pathKey) ([]Hop, bool) {
	c.paths.mu.Lock()
	defer c.paths.mu.Unlock()
	path, done := c.paths.seen[k]
	if !done {
		if c.paths.near(k.from, k.down)[k.to] {
			path = search(k)
		}
		c.paths.seen[k] = path
	}
	return path, path != nil
}

// near are the tables that a path from one can lead to at all. In a large
// database they are few, and looking for a path to each of the others takes long.
func (p *paths) near(from *Table, down bool) map[*Table]bool {
	k := pathKey{from: from, down: down}
	if p.reached[k] == nil {
		reached, edge := map[*Table]bool{from: true}, []*Table{from}
		for range maxHops {
			var next []*Table
			for _, t := range edge {
				for _, h := range t.hops(down) {
					if to := h.To(); !reached[to] {
						reached[to] = true
						next = append(next, to)
					}
				}
			}
			edge = next
		}
		if p.reached == nil {
			p.reached = map[pathKey]map[*Table]bool{}
		}
		p.reached[k] = reached
	}
	return p.reached[k]
}

type partial struct {
	at    *Table
	hops  []Hop
	cost  float64
	order int
}

type queue []partial

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return q[i].cost < q[j].cost || q[i].cost == q[j].cost && q[i].order < q[j].order
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(partial)) }
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

// maxSteps bounds the search for one path.
const maxSteps = 4000

// search is Dijkstra's over tables; nil for no path.
func search(k pathKey) []Hop {
	q := &queue{{at: k.from, hops: []Hop{}}}
	order := 0
	for steps := 0; q.Len() > 0 && steps < maxSteps; steps++ {
		p := heap.Pop(q).(partial)
		if p.at == k.to && arrived(k, p.hops) {
			return p.hops
		}
		if len(p.hops) == maxHops {
			continue
		}
		for _, h := range p.at.hops(k.down) {
			// What only happened on the same day is not related.
			if loops(k, p, h) || h.Down && len(p.hops) > 0 && p.at.Role == Calendar {
				continue
			}
			order++
			heap.Push(q, partial{h.To(), append(slices.Clone(p.hops), h), p.cost + h.cost(p.hops), order})
		}
	}
	return nil
}

func arrived(k pathKey, hops []Hop) bool {
	if k.via != "" {
		return slices.ContainsFunc(hops, func(h Hop) bool { return h.Key.Name() == k.via })
	}
	return len(hops) > 0 || !k.down
}

// loops reports whether a hop only leads back. A key of a table to itself is
// passed where it is asked for.
func loops(k pathKey, p partial, h Hop) bool {
	if h.Key.From == h.Key.To {
		return h.Key.Name() != k.via && !(k.down && k.from == k.to && len(p.hops) == 0)
	}
	if k.via == "" && h.To() == k.from && k.from != k.to {
		return true
	}
	return slices.ContainsFunc(p.hops, func(o Hop) bool { return o.Key == h.Key && o.Down != h.Down && !h.Down })
}

func (t *Table) hops(down bool) []Hop {
	var out []Hop
	for _, k := range t.Out {
		out = append(out, Hop{Key: k})
	}
	if down {
		for _, k := range t.In {
			out = append(out, Hop{Key: k, Down: true})
		}
	}
	return out
}

// What a hop costs: a key in a role of its own ("billing address") is further
// than the plain one, one to many further than many to one, and down after up
// (siblings) furthest.
const (
	costUp      = 1.0
	costDown    = 1.3
	costRole    = 0.1
	costNull    = 0.03
	costSibling = 0.5
	costOrder   = 0.02
)

func (h Hop) cost(before []Hop) float64 {
	c := costUp
	if h.Down {
		c = costDown
		if slices.ContainsFunc(before, func(o Hop) bool { return !o.Down }) {
			c += costSibling
		}
	}
	c += costRole * float64(min(len(h.Key.Role), 3))
	if h.Key.Columns[0].Nulls > 0 {
		c += costNull
	}
	return c + costOrder*float64(slices.Index(h.Key.From.Out, h.Key))
}
