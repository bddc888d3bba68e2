package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"seuranta/internal/store/storetest"
)

// TestTheMetricsTellOfAnOutage: of a store that does not answer, and of a way by which nobody can be told of it.
func TestTheMetricsTellOfAnOutage(t *testing.T) {
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	t.Cleanup(hook.Close)
	database := storetest.StartServer(t)
	dir := t.TempDir()
	t.Setenv("SEURANTA_DSN", "clickhouse://"+database.Address+"/outage")
	t.Setenv("HOME", t.TempDir())
	writeFiles(t, dir, map[string]string{"seuranta.yaml": `organisations: [{id: koske, name: Koske}]
storage: {dsn: "${SEURANTA_DSN}"}
server: {listen: "127.0.0.1:0"}
alerts: {webhook: {url: "` + hook.URL + `", allow_private: true}}
`})
	program(t, dir, exitOK, "migrate", "--now", daemonNow)
	r := serving(t, dir)
	tells := func(lines ...string) func() bool {
		return func() bool {
			_, body := r.get(t, "/metrics")
			for _, line := range lines {
				if !strings.Contains(body, line+"\n") {
					return false
				}
			}
			return true
		}
	}
	const away, fails = `seuranta_alarms{kind="store_unreachable"} `, `seuranta_alert_way_failing{way="webhook"} `
	r.until(t, "all is well", tells(away+"0", fails+"0", `seuranta_alarms{kind="source_late"} 0`))
	database.Stop()
	r.until(t, "the store is away, and nobody can be told", tells(away+"1", fails+"1"))
	database.Start(t)
	r.until(t, "the store is back, and nobody could be told", tells(away+"0", fails+"1", `seuranta_alarms{kind="source_late"} 0`))
}
