// Package web is Querent in a browser: routes, handlers, sessions and one
// error page. It hides HTTP; what it shows comes from the domain packages,
// how it looks from web/views.
package web

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"github.com/querent/querent/internal/account"
	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/audit"
	"github.com/querent/querent/internal/job"
	"github.com/querent/querent/internal/ontology"
	"github.com/querent/querent/internal/settings"
	"github.com/querent/querent/internal/training"
)

// Trainer is what the administration pages need of the training loop.
type Trainer interface {
	Pairs(ctx context.Context, f training.PairFilter) ([]training.Pair, training.PairCounts, error)
	Approved(ctx context.Context, n int) ([]string, error)
	Pair(ctx context.Context, id string) (*training.Pair, error)
	Approve(ctx context.Context, reviewer, id, question, sql string) error
	Retire(ctx context.Context, reviewer, id string) error
	Reopen(ctx context.Context, reviewer, id string) error
	Terms(ctx context.Context) ([]ontology.Term, error)
	SaveTerm(ctx context.Context, t *ontology.Term) error
	PlanImport(ctx context.Context, data []byte) (*training.Import, error)
	ImportYAML(ctx context.Context, data []byte, version int64) (*training.Import, error)
	ExportYAML(ctx context.Context) ([]byte, error)
	DeleteTerm(ctx context.Context, id string) error
}

// Limiter counts events per key, and keeps keys in mind.
type Limiter interface {
	// Allow counts an event, of which there may be limit in a window.
	Allow(ctx context.Context, key string, limit int, window time.Duration) (ok bool, retryAfter time.Duration, err error)
	// TakeBack makes an event that was allowed not count.
	TakeBack(ctx context.Context, key string) error
	// Remember keeps key in mind for so long, and Remembers says whether it is.
	Remember(ctx context.Context, key string, age time.Duration) error
	Remembers(ctx context.Context, key string) (bool, error)
}

// Clearer is a cache that can be emptied, for every replica.
type Clearer interface {
	Clear(ctx context.Context) error
}

// Config is what the web application needs. All fields must be set unless
// they say otherwise.
type Config struct {
	Ask      *ask.Service
	Model    Model // nil: no language model is configured
	Accounts *account.Service
	Training Trainer
	Settings *settings.Service
	Cache    Clearer
	Jobs     job.Queue
	Exports  job.Exports
	Audit    audit.Log
	Target   ask.Target
	Sessions scs.Store
	Limiter  Limiter
	Secure   bool                           // served over https: __Host- cookie and HSTS
	Origin   string                         // where users reach us, as a browser names it; empty: by whatever name they ask for
	Proxies  []netip.Prefix                 // only these may say whom they forward for; none: nobody may
	Open     func() error                   // nil, or says why no page can be served yet
	Ready    func(context.Context) error    // nil error: can serve pages
	Degraded func(context.Context) []string // nil, or what does not work now
	// OnAnswered, unless nil, is told of each request: a route's pattern, or
	// "other", a method of ours, or "other".
	OnAnswered func(route, method string, status int, took time.Duration)
	Log        *slog.Logger
}

// Model is the language model, as far as administrators are shown it.
type Model interface {
	Name() string
	Host() string                              // of its endpoint
	Probe(ctx context.Context) (string, error) // says in a sentence what it answers to the smallest question
}

// server holds what handlers share.
type server struct {
	Config
	sessions *scs.SessionManager
	known    map[string]bool // patterns of routes
}

// Limits of requests.
const (
	bodyLimit  = "64K"
	idleTime   = 8 * time.Hour
	longest    = 7 * 24 * time.Hour
	asksMinute = 30 // questions a minute and user
)

// Where an orchestrator looks.
const (
	livePath    = "/livez"   // the process runs
	oldLivePath = "/healthz" // its older name
	readyPath   = "/readyz"  // it can serve pages; it says what does not work beside
)

// New makes the application.
func New(cfg Config) http.Handler {
	s := &server{Config: cfg}
	s.sessions = newSessions(cfg, s)
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.Logger.SetOutput(io.Discard)
	e.IPExtractor = addressFrom(cfg.Proxies)
	e.HTTPErrorHandler = s.handleError
	e.Use(identified, s.headers, s.logged, middleware.Recover(),
		s.open, echo.WrapMiddleware(s.sameOrigin(e).Handler), middleware.BodyLimitWithConfig(middleware.BodyLimitConfig{Limit: bodyLimit, Skipper: isImport}))
	s.routes(e)
	s.known = map[string]bool{}
	for _, r := range e.Routes() {
		s.known[r.Path] = true
	}
	return e
}

// sameOrigin refuses forms of other sites. A proxy may change the Host that a
// browser named, so the public address counts as ours, too.
func (s *server) sameOrigin(e *echo.Echo) *http.CrossOriginProtection {
	csrf := http.NewCrossOriginProtection()
	if s.Origin != "" {
		if err := csrf.AddTrustedOrigin(s.Origin); err != nil {
			s.Log.Error("the public address is no origin", "err", err)
		}
	}
	csrf.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.handleError(echo.NewHTTPError(http.StatusForbidden, "This form came from another site."), e.NewContext(r, w))
	}))
	return csrf
}

// addressFrom finds a client's address: the connection's own, unless that is a
// trusted proxy's.
func addressFrom(proxies []netip.Prefix) echo.IPExtractor {
	if len(proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range proxies {
		addr := p.Masked().Addr()
		trust = append(trust, echo.TrustIPRange(&net.IPNet{IP: addr.AsSlice(), Mask: net.CIDRMask(p.Bits(), addr.BitLen())}))
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}

// routes is the site map.
func (s *server) routes(e *echo.Echo) {
	e.GET("/static/*", staticFiles)
	e.GET(livePath, alive)
	e.GET(oldLivePath, alive)
	e.GET(readyPath, s.ready)

	// A list of middleware for each route, not a group: a group would answer
	// for all paths that none of its routes knows.
	open := []echo.MiddlewareFunc{echo.WrapMiddleware(s.withSession), noStore}
	e.GET("/login", s.showSignIn, open...)
	e.POST("/login", s.signIn, open...)
	e.POST("/logout", s.signOut, open...)
	e.POST("/theme", s.setTheme, noStore)

	in := append(slices.Clone(open), s.signedIn)
	e.GET("/account", s.showAccount, in...)
	e.POST("/account/password", s.changePassword, in...)
	e.POST("/account/logout-everywhere", s.signOutEverywhere, in...)

	user := append(slices.Clone(in), s.ownPassword)
	e.GET("/", s.showAsk, user...)
	e.POST("/questions", s.createQuestion, user...)
	question := append(slices.Clone(user), s.ownQuestion)
	e.GET("/questions/:id", s.showQuestion, question...)
	e.GET("/questions/:id/stream", s.streamQuestion, question...)
	e.GET("/questions/:id/result.csv", s.downloadCSV, question...)
	e.GET("/questions/:id/result.xlsx", s.downloadXLSX, question...)
	e.POST("/questions/:id/run", s.runSQL, question...)
	e.POST("/questions/:id/choose", s.choose, question...)
	e.POST("/questions/:id/none", s.chooseNone, question...)
	e.POST("/questions/:id/cancel", s.cancelQuestion, question...)
	e.POST("/questions/:id/feedback", s.createFeedback, question...)
	e.GET("/questions/:id/export", s.showExport, question...)
	e.POST("/questions/:id/export", s.createExport, question...)
	e.POST("/questions/:id/export/delete", s.deleteExport, question...)
	e.GET("/questions/:id/export.csv", s.downloadExport, question...)
	e.GET("/history", s.showHistory, user...)

	admin := append(slices.Clone(user), s.adminOnly)
	e.GET("/admin/pairs", s.showPairs, admin...)
	e.POST("/admin/pairs/:id", s.reviewPair, admin...)
	e.GET("/admin/missed", s.showMissed, admin...)
	e.GET("/admin/ontology", s.showTerms, admin...)
	e.POST("/admin/ontology", s.saveTerm, admin...)
	e.GET("/admin/ontology.yaml", s.downloadOntology, admin...)
	e.GET(importPath, s.showImport, admin...)
	e.POST(importPath, s.importOntology, append([]echo.MiddlewareFunc{middleware.BodyLimit(importLimit)}, admin...)...)
	e.POST("/admin/ontology/:id/delete", s.deleteTerm, admin...)
	e.GET("/admin/users", s.showUsers, admin...)
	e.POST("/admin/users", s.createUser, admin...)
	e.POST("/admin/users/:id", s.changeUser, admin...)
	e.GET("/admin/settings", s.showSettings, admin...)
	e.POST("/admin/settings", s.saveSettings, admin...)
	e.POST("/admin/settings/reset", s.resetSetting, admin...)
	e.POST("/admin/settings/undo", s.undoSettings, admin...)
	e.POST("/admin/cache/clear", s.clearCache, admin...)
	e.POST("/admin/model/probe", s.probeModel, admin...)
	e.GET("/admin/jobs", s.showJobs, admin...)
	e.POST("/admin/jobs/:name", s.runJob, admin...)
	e.POST("/admin/exports/:id/delete", s.removeExport, admin...)
	e.GET("/admin/audit", s.showAudit, admin...)
}

func alive(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }

func (s *server) ready(c echo.Context) error {
	if err := s.Ready(c.Request().Context()); err != nil {
		return c.String(http.StatusServiceUnavailable, ask.MessageOf(err)+"\n")
	}
	said := "ready\n"
	if s.Degraded != nil {
		for _, notice := range s.Degraded(c.Request().Context()) {
			said += "degraded: " + notice + "\n"
		}
	}
	return c.String(http.StatusOK, said)
}
