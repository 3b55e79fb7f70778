package ask

import "context"

// Asker is the user for whom a target works, so that it can be fair between
// users, and the callback that reports waiting.
type Asker struct {
	UserID string // empty for work that is nobody's
	// Waits, unless nil, is called with a query's place in line, from 1, whenever
	// that changes; 0 when its turn has come. Very short waits are not reported.
	Waits func(place int)
}

type askerKey struct{}

// WithAsker sets for whom queries run under ctx.
func WithAsker(ctx context.Context, a Asker) context.Context {
	return context.WithValue(ctx, askerKey{}, a)
}

// AskerOf is for whom queries run under ctx; nobody without WithAsker.
func AskerOf(ctx context.Context) Asker {
	a, _ := ctx.Value(askerKey{}).(Asker)
	return a
}
