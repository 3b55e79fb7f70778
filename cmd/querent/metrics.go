package main

import (
	"context"
	"fmt"
	"net"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/querent/querent/internal/ask"
	"github.com/querent/querent/internal/job"
)

// outboxMost is as far as the outbox is counted.
const outboxMost = 1000

// metrics are what operators watch: counted as questions end, or read when
// they are asked for.
type metrics struct {
	registry  *prometheus.Registry
	questions *prometheus.CounterVec
	seconds   *prometheus.HistogramVec
	cacheHits prometheus.Counter
	ignored   *prometheus.CounterVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		questions: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "querent_questions_total",
			Help: "Questions that ended here, by status and tier."}, []string{"status", "tier"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "querent_question_seconds",
			Help:    "Time from asking to the saved end.",
			Buckets: []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}}, []string{"status"}),
		cacheHits: prometheus.NewCounter(prometheus.CounterOpts{Name: "querent_cache_hits_total",
			Help: "Questions whose SQL came from the semantic cache."}),
		ignored: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "querent_vector_hits_ignored_total",
			Help: "Found documents that the System DB or the target does not confirm: outdated, or forged."}, []string{"collection"}),
	}
	info := prometheus.NewGauge(prometheus.GaugeOpts{Name: "querent_info", Help: "Always 1; the label tells the version.",
		ConstLabels: prometheus.Labels{"version": version}})
	info.Set(1)
	m.registry.MustRegister(m.questions, m.seconds, m.cacheHits, m.ignored, info,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// finished counts a question's end.
func (m *metrics) finished(q ask.Question) {
	m.questions.WithLabelValues(string(q.Status), string(q.Tier)).Inc()
	m.seconds.WithLabelValues(string(q.Status)).Observe(q.Finished.Sub(q.Created).Seconds())
	if q.Cached {
		m.cacheHits.Inc()
	}
}

// ignoredHits counts documents that the vector store should not hold.
func (m *metrics) ignoredHits(collection string, hits int) {
	m.ignored.WithLabelValues(collection).Add(float64(hits))
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
	readyDesc   = prometheus.NewDesc("querent_ready", "Whether the server can show pages.", nil, nil)
)

// gauges reads the app's state for one scrape.
type gauges struct{ a *app }

func (g gauges) Describe(to chan<- *prometheus.Desc) { prometheus.DescribeByCollect(g, to) }

func (g gauges) Collect(to chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v int, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(v), labels...)
	}
	for _, c := range g.a.health.components {
		gauge(upDesc, truth(g.a.health.fault(c.name) == nil), c.name)
	}
	db := g.a.store.Pool()
	gauge(dbDesc, db.InUse, "in_use")
	gauge(dbDesc, db.Idle, "idle")
	gauge(dbDesc, db.Most, "most")
	running, most, waiting := g.a.db.Load()
	gauge(workerDesc, running, "busy")
	gauge(workerDesc, most, "most")
	gauge(waitingDesc, waiting)
	gauge(readyDesc, truth(g.a.lastReady() == nil))
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

// serveMetrics answers /metrics, and nothing else, on an address of its own,
// which must not be public. The result ends it.
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
	srv := a.server(mux)
	go func() {
		if err := srv.Serve(ln); err != http.ErrServerClosed {
			a.log.Error("metrics", "err", err)
		}
	}()
	return func() { srv.Close() }, nil
}
