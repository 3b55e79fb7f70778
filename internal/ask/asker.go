package ask

import "context"

// Asker is for whom a target works, so that it can be fair between people, and
// who hears of waiting.
type Asker struct {
	UserID string // empty for work that is nobody's
	// Waits, unless nil, is told at which place in line a query stands, from 1,
	// whenever that changes; 0 when its turn has come. It is not told of waits
	// too short to speak of.
	Waits func(place int)
}

type askerKey struct{}

// WithAsker says for whom a target is asked under ctx.
func WithAsker(ctx context.Context, a Asker) context.Context {
	return context.WithValue(ctx, askerKey{}, a)
}

// AskerOf is for whom a target is asked under ctx; nobody unless WithAsker said.
func AskerOf(ctx context.Context) Asker {
	a, _ := ctx.Value(askerKey{}).(Asker)
	return a
}
