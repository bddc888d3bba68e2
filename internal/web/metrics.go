package web

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"seuranta/internal/observation"
)

// Standing is how a source stands at a moment.
type Standing struct {
	observation.SourceKey
	Kind     string
	Result   observation.Result // of its newest visit; empty when there was none
	LastRun  time.Time
	LastGood time.Time
	NextDue  time.Time
	Late     bool
}

// Snapshot is what is true at the moment when it is asked for.
type Snapshot struct {
	Sources   []Standing
	Alarms    map[string]int  // standing alarms by kind
	Ways      map[string]bool // whether a way of telling people fails, by its name
	StoreFree int64           // bytes free on the disk of the embedded store; -1 where there is none
	StoreSize int64           // bytes of that disk
	PagesAt   time.Time       // when the pages were last made
	PagesTook time.Duration
	// PagesFailing tells that the pages could not be made when that was last tried.
	PagesFailing bool
}

// Metrics counts what the program does, and tells it and how things stand in the words of Prometheus.
type Metrics struct {
	registry *prometheus.Registry
	visits   *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	numbers  *prometheus.CounterVec
	unstored prometheus.Counter
	reloads  *prometheus.CounterVec
}

// NewMetrics returns counters at zero. snapshot is called at each scrape.
func NewMetrics(version string, snapshot func() Snapshot) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		visits: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "seuranta_visits_total",
			Help: "Visits to a source, by what they came to."}, []string{"organisation", "source", "result"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "seuranta_visit_seconds",
			Help: "How long visits took.", Buckets: []float64{.1, .3, 1, 3, 10, 30, 100, 300, 1000}}, []string{"kind"}),
		numbers: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "seuranta_numbers_total",
			Help: "Numbers and items that visits told, by what they were to the store."}, []string{"organisation", "source", "what"}),
		unstored: prometheus.NewCounter(prometheus.CounterOpts{Name: "seuranta_visits_not_stored_total",
			Help: "Visits of which nothing could be stored."}),
		reloads: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "seuranta_reloads_total",
			Help: "Times that the configuration was read again, by whether it could be used."}, []string{"result"}),
	}
	info := prometheus.NewGauge(prometheus.GaugeOpts{Name: "seuranta_build_info", Help: "Always 1; the version is the label.",
		ConstLabels: prometheus.Labels{"version": version}})
	info.Set(1)
	m.registry.MustRegister(m.visits, m.seconds, m.numbers, m.unstored, m.reloads, info, &standings{snapshot},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Visited counts a visit that was stored.
func (m *Metrics) Visited(r observation.Run, took time.Duration) {
	m.visits.WithLabelValues(r.Organisation, r.Source, string(r.Result)).Inc()
	m.seconds.WithLabelValues(r.Kind).Observe(took.Seconds())
	for what, n := range map[string]int{"new": r.New, "changed": r.Changed, "unchanged": r.Unchanged, "withdrawn": r.Withdrawn} {
		m.numbers.WithLabelValues(r.Organisation, r.Source, what).Add(float64(n))
	}
}

// NotStored counts a visit of which nothing could be stored.
func (m *Metrics) NotStored() { m.unstored.Inc() }

// Reloaded counts a reading of the configuration.
func (m *Metrics) Reloaded(used bool) {
	result := "used"
	if !used {
		result = "refused"
	}
	m.reloads.WithLabelValues(result).Inc()
}

// Handler answers with all of it.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Timeout: 10 * time.Second, DisableCompression: true})
}

// standings tells how things stand when they are asked for.
type standings struct{ snapshot func() Snapshot }

// What standings tells.
var (
	ofSource  = []string{"organisation", "source", "kind"}
	lastRun   = prometheus.NewDesc("seuranta_source_last_visit_timestamp_seconds", "When a source was last visited.", ofSource, nil)
	lastGood  = prometheus.NewDesc("seuranta_source_last_answer_timestamp_seconds", "When a source last answered.", ofSource, nil)
	nextDue   = prometheus.NewDesc("seuranta_source_next_due_timestamp_seconds", "When a source is due next.", ofSource, nil)
	late      = prometheus.NewDesc("seuranta_source_late", "1 when a source should have answered by now.", ofSource, nil)
	result    = prometheus.NewDesc("seuranta_source_result", "1 for what the newest visit to a source came to.", []string{"organisation", "source", "kind", "result"}, nil)
	alarms    = prometheus.NewDesc("seuranta_alarms", "Standing alarms by kind.", []string{"kind"}, nil)
	wayFails  = prometheus.NewDesc("seuranta_alert_way_failing", "1 when people could not be told by this way the last time that it was tried.", []string{"way"}, nil)
	storeFree = prometheus.NewDesc("seuranta_store_free_bytes", "Bytes free on the disk of the embedded store.", nil, nil)
	storeSize = prometheus.NewDesc("seuranta_store_disk_bytes", "Bytes of the disk of the embedded store.", nil, nil)
	pagesAt   = prometheus.NewDesc("seuranta_pages_timestamp_seconds", "When the pages were last made.", nil, nil)
	pagesBad  = prometheus.NewDesc("seuranta_pages_failing", "1 when the pages could not be made when that was last tried.", nil, nil)
	pagesTook = prometheus.NewDesc("seuranta_pages_seconds", "How long making the pages took.", nil, nil)
)

// Describe names what Collect tells.
func (*standings) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{lastRun, lastGood, nextDue, late, result, alarms, wayFails, storeFree, storeSize, pagesAt, pagesBad, pagesTook} {
		out <- d
	}
}

// Collect tells how things stand now.
func (s *standings) Collect(out chan<- prometheus.Metric) {
	now := s.snapshot()
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	moment := func(d *prometheus.Desc, t time.Time, labels ...string) {
		if !t.IsZero() {
			gauge(d, float64(t.UnixMilli())/1000, labels...)
		}
	}
	for _, st := range now.Sources {
		labels := []string{st.Organisation, st.Source, st.Kind}
		moment(lastRun, st.LastRun, labels...)
		moment(lastGood, st.LastGood, labels...)
		moment(nextDue, st.NextDue, labels...)
		gauge(late, one(st.Late), labels...)
		if st.Result != "" {
			gauge(result, 1, append(labels, string(st.Result))...)
		}
	}
	for kind, n := range now.Alarms {
		gauge(alarms, float64(n), kind)
	}
	for way, failing := range now.Ways {
		gauge(wayFails, one(failing), way)
	}
	if now.StoreFree >= 0 {
		gauge(storeFree, float64(now.StoreFree))
		gauge(storeSize, float64(now.StoreSize))
	}
	moment(pagesAt, now.PagesAt)
	gauge(pagesBad, one(now.PagesFailing))
	if !now.PagesAt.IsZero() {
		gauge(pagesTook, now.PagesTook.Seconds())
	}
}

func one(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
