package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"seuranta/internal/observation"
)

// TestMetrics: what was counted, and how things stand when they are asked for, is told in the words of Prometheus.
func TestMetrics(t *testing.T) {
	at := time.Unix(1_700_000_000, 0)
	news := observation.SourceKey{Organisation: "koske", Source: `uutiset"\n`}
	m := NewMetrics("1.2", func() Snapshot {
		return Snapshot{Sources: []Standing{{SourceKey: news, Kind: "feed", Result: observation.Partial, LastRun: at, NextDue: at.Add(time.Hour), Late: true}},
			Alarms: map[string]int{"source_late": 2}, Ways: map[string]bool{"mail": true, "webhook": false}, StoreFree: 5, StoreSize: 10, PagesAt: at, PagesTook: 1500 * time.Millisecond}
	})
	m.Visited(observation.Run{Organisation: "koske", Source: "loki", Kind: "accesslog", Result: observation.OK, New: 7, Unchanged: 2}, time.Second)
	m.Visited(observation.Run{Organisation: "koske", Source: "loki", Kind: "accesslog", Result: observation.OK, New: 1}, time.Second)
	m.NotStored()
	m.Reloaded(false)
	server := httptest.NewServer(m.Handler())
	defer server.Close()
	answer, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`seuranta_build_info{version="1.2"} 1`,
		`seuranta_visits_total{organisation="koske",result="ok",source="loki"} 2`,
		`seuranta_numbers_total{organisation="koske",source="loki",what="new"} 8`,
		`seuranta_visit_seconds_count{kind="accesslog"} 2`,
		`seuranta_visits_not_stored_total 1`,
		`seuranta_reloads_total{result="refused"} 1`,
		`seuranta_source_last_visit_timestamp_seconds{kind="feed",organisation="koske",source="uutiset\"\\n"} 1.7e+09`,
		`seuranta_source_late{kind="feed",organisation="koske",source="uutiset\"\\n"} 1`,
		`seuranta_source_result{kind="feed",organisation="koske",result="partial",source="uutiset\"\\n"} 1`,
		`seuranta_alarms{kind="source_late"} 2`, `seuranta_alert_way_failing{way="mail"} 1`, `seuranta_alert_way_failing{way="webhook"} 0`, `seuranta_store_free_bytes 5`, `seuranta_store_disk_bytes 10`,
		`seuranta_pages_seconds 1.5`, "go_goroutines ", "process_open_fds ",
	} {
		if !strings.Contains(string(body), want+"\n") && !strings.Contains(string(body), "\n"+want) {
			t.Errorf("it does not tell %s", want)
		}
	}
	if strings.Contains(string(body), "seuranta_source_last_answer_timestamp_seconds{") {
		t.Error("a source that never answered has no moment of an answer")
	}
	if faults, err := testutil.GatherAndLint(m.registry, "seuranta_"); err != nil || len(faults) > 0 {
		t.Errorf("%v %v", faults, err)
	}
}
