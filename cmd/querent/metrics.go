package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"runtime"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/job"
	"github.com/querent/querent/internal/llm"
	"github.com/querent/querent/internal/target"
)

// outboxMost is as far as the outbox is counted.
const outboxMost = 1000

// metrics are what operators watch: counted as things end, or read when they are
// asked for. What labels can say is bounded: names that the code has, and never
// who asked, or what.
type metrics struct {
	registry   *prometheus.Registry
	questions  *prometheus.CounterVec
	seconds    *prometheus.HistogramVec
	steps      *prometheus.HistogramVec
	cache      *prometheus.CounterVec
	ignored    *prometheus.CounterVec
	requests   *prometheus.CounterVec
	pages      *prometheus.HistogramVec
	queries    *prometheus.HistogramVec
	waits      *prometheus.HistogramVec
	kills      *prometheus.CounterVec
	restarts   prometheus.Counter
	refusals   prometheus.Counter
	jobs       *prometheus.HistogramVec
	completion *prometheus.HistogramVec
	tokens     *prometheus.CounterVec
}

// buckets are seconds, from a page to the longest query.
var buckets = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}

func newMetrics() *metrics {
	m := &metrics{registry: prometheus.NewRegistry()}
	count := func(name, help string, labels ...string) *prometheus.CounterVec {
		v := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
		m.registry.MustRegister(v)
		return v
	}
	times := func(name, help string, labels ...string) *prometheus.HistogramVec {
		v := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, labels)
		m.registry.MustRegister(v)
		return v
	}
	m.questions = count("querent_questions_total", "Questions that ended here, by status and tier.", "status", "tier")
	m.seconds = times("querent_question_seconds", "Time from asking to the saved end.", "status")
	m.steps = times("querent_step_seconds", "Time of each step of a question, without waiting in line, which is the step wait.", "step", "state")
	m.cache = count("querent_cache_lookups_total", "Looks into the semantic cache.", "result")
	m.ignored = count("querent_vector_hits_ignored_total", "Found documents that the System DB or the target does not confirm: outdated, or forged.", "collection")
	m.requests = count("querent_http_requests_total", "Requests that were answered.", "route", "method", "code")
	m.pages = times("querent_http_seconds", "Time to answer a request. A question's stream lasts as long as its run.", "route")
	m.queries = times("querent_sql_seconds", "Time that SQL workers took for a request, waiting apart.", "op", "outcome")
	m.waits = times("querent_sql_wait_seconds", "Time that a request waited for its turn at an SQL worker.", "op")
	m.kills = count("querent_sql_worker_kills_total", "SQL workers that ended with their request, by why.", "reason")
	m.restarts = prometheus.NewCounter(prometheus.CounterOpts{Name: "querent_sql_restarts_total", Help: "Queries that were stopped so that shorter ones could pass, and began again."})
	m.refusals = prometheus.NewCounter(prometheus.CounterOpts{Name: "querent_sql_refused_total", Help: "Statements of questions that the rules do not allow."})
	m.jobs = times("querent_job_seconds", "Runs of background jobs, and tries of exports.", "task", "outcome")
	m.completion = times("querent_llm_seconds", "Completions by the language model.", "outcome")
	m.tokens = count("querent_llm_tokens_total", "Tokens as the endpoint counts them.", "direction")
	info := prometheus.NewGauge(prometheus.GaugeOpts{Name: "querent_info", Help: "Always 1; the labels tell what runs.",
		ConstLabels: prometheus.Labels{"version": version, "commit": commit, "go": runtime.Version()}})
	info.Set(1)
	m.registry.MustRegister(m.restarts, m.refusals, info, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// finished counts a question's end.
func (m *metrics) finished(q ask.Question) {
	m.questions.WithLabelValues(string(q.Status), string(q.Tier)).Inc()
	m.seconds.WithLabelValues(string(q.Status)).Observe(q.Finished.Sub(q.Created).Seconds())
	for _, st := range q.Steps {
		m.steps.WithLabelValues(st.Name, st.State).Observe(st.Took.Seconds())
		if st.Name == "cache" {
			m.cache.WithLabelValues(hitOrMiss[st.State == "done"]).Inc()
		}
	}
}

var hitOrMiss = map[bool]string{true: "hit", false: "miss"}

// ignoredHits counts documents that the vector store should not hold.
func (m *metrics) ignoredHits(collection string, hits int) {
	m.ignored.WithLabelValues(collection).Add(float64(hits))
}

// answered counts a request.
func (m *metrics) answered(route, method string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Inc()
	m.pages.WithLabelValues(route).Observe(took.Seconds())
}

// used counts a request to the target.
func (m *metrics) used(u target.Use) {
	outcome := outcomeOf(u.Err)
	m.queries.WithLabelValues(u.Op, outcome).Observe(u.Took.Seconds())
	m.waits.WithLabelValues(u.Op).Observe(u.Waited.Seconds())
	m.restarts.Add(float64(max(0, u.Starts-1)))
	if u.Killed {
		m.kills.WithLabelValues(outcome).Inc()
	}
}

// outcomeOf is an error in one word.
func outcomeOf(err error) string {
	switch {
	case err == nil:
		return "ok"
	case errors.Is(err, context.Canceled):
		return "cancelled"
	case errors.Is(err, target.ErrTime):
		return "time"
	case errors.Is(err, target.ErrMemory):
		return "memory"
	}
	return string(ask.CodeOf(err))
}

// jobDone counts a run of a background job.
func (m *metrics) jobDone(name string, err error, took time.Duration) {
	m.jobs.WithLabelValues(name, outcomeOf(err)).Observe(took.Seconds())
}

// replied counts a completion.
func (m *metrics) replied(_ context.Context, r llm.Reply, err error) {
	outcome := "ok"
	if err != nil {
		outcome = "failed"
	}
	m.completion.WithLabelValues(outcome).Observe(r.Took.Seconds())
	m.tokens.WithLabelValues("in").Add(float64(r.In))
	m.tokens.WithLabelValues("out").Add(float64(r.Out))
}

// Gauges are read at each scrape.
var (
	upDesc = prometheus.NewDesc("querent_component_up", "Whether a component answered when last looked at.", []string{"component"}, nil)
	dbDesc = prometheus.NewDesc("querent_db_connections", "Connections to the System DB, by state; the limit has the state most.",
		[]string{"state"}, nil)
	workerDesc  = prometheus.NewDesc("querent_sql_workers", "SQL worker slots, by state; the limit has the state most.", []string{"state"}, nil)
	waitingDesc = prometheus.NewDesc("querent_sql_waiting", "Queries that wait for an SQL worker slot.", nil, nil)
	outboxDesc  = prometheus.NewDesc("querent_outbox_depth", fmt.Sprintf("Changes not yet carried to the vector store, counted to %d.", outboxMost), nil, nil)
	exportDesc  = prometheus.NewDesc("querent_exports", "Exports kept or under way, by state.", []string{"state"}, nil)
	startsDesc  = prometheus.NewDesc("querent_sql_worker_starts_total", "SQL worker processes started so far.", nil, nil)
	acquireDesc = prometheus.NewDesc("querent_db_acquires_total", "Connections to the System DB that were taken, by whether one was free.", []string{"free"}, nil)
	acquireWait = prometheus.NewDesc("querent_db_acquire_wait_seconds_total", "Time spent waiting for a free connection to the System DB.", nil, nil)
	readyDesc   = prometheus.NewDesc("querent_ready", "Whether the server can show pages.", nil, nil)
)

// gauges reads the app's state for one scrape.
type gauges struct{ a *app }

func (gauges) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{upDesc, dbDesc, workerDesc, waitingDesc, outboxDesc, exportDesc, startsDesc, acquireDesc, acquireWait, readyDesc} {
		to <- d
	}
}

func (g gauges) Collect(to chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v int, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(v), labels...)
	}
	for _, c := range g.a.health.components {
		gauge(upDesc, truth(g.a.health.fault(c.name) == nil), c.name)
	}
	db := g.a.store.Pool()
	counter := func(d *prometheus.Desc, v float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, v, labels...)
	}
	counter(acquireDesc, float64(db.Acquired-db.Waits), "yes")
	counter(acquireDesc, float64(db.Waits), "no")
	counter(acquireWait, db.Waited.Seconds())
	counter(startsDesc, float64(g.a.db.Workers()))
	gauge(dbDesc, db.InUse, "in_use")
	gauge(dbDesc, db.Idle, "idle")
	gauge(dbDesc, db.Most, "most")
	running, most, waiting := g.a.db.Load()
	gauge(workerDesc, running, "busy")
	gauge(workerDesc, most, "most")
	gauge(waitingDesc, waiting)
	gauge(readyDesc, truth(g.a.lastReady() == nil))
	g.kept(gauge)
}

// kept reads what the components hold.
func (g gauges) kept(gauge func(d *prometheus.Desc, v int, labels ...string)) {
	ctx, cancel := context.WithTimeout(context.Background(), lookLimit)
	defer cancel()
	if items, err := g.a.store.Outbox(ctx, outboxMost); err == nil {
		gauge(outboxDesc, len(items))
	}
	if list, err := g.a.exports.List(ctx); err == nil {
		count := map[job.State]int{job.Queued: 0, job.Running: 0, job.Retrying: 0, job.Ready: 0, job.Failed: 0}
		for _, e := range list {
			count[e.State]++
		}
		for state, n := range count {
			gauge(exportDesc, n, string(state))
		}
	}
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// serveMetrics answers /metrics, and Go's profiles if they are wanted, on an
// address of its own, which must not be public. The result ends it.
func (a *app) serveMetrics() (stop func(), err error) {
	if a.metricsAt == "" {
		return func() {}, nil
	}
	ln, err := net.Listen("tcp", a.metricsAt)
	if err != nil {
		return nil, fmt.Errorf("metrics: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(a.metrics.registry, promhttp.HandlerOpts{}))
	if a.profile {
		mux.HandleFunc("/debug/pprof/", pprof.Index)
		mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
		mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
		mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	}
	srv := a.server(mux)
	go func() {
		if err := srv.Serve(ln); err != http.ErrServerClosed {
			a.log.Error("metrics", "err", err)
		}
	}()
	return func() { srv.Close() }, nil
}
