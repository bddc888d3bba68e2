package accesslog

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
)

func TestFirst(t *testing.T) {
	dir := t.TempDir()
	b := `192.0.2.1 - - [19/Nov/2026:23:59:00 +0200] "GET / HTTP/1.1" 200 5 "-" "Mozilla/5.0 (X11) Firefox/140.0"
192.0.2.1 - - [20/Nov/2026:10:00:00 +0200] "GET / HTTP/1.1" 200 5 "-" "Mozilla/5.0 (X11) Firefox/140.0"
192.0.2.1 - - [20/Nov/2026:10:00:00 +0200] "GET /a.css HTTP/1.1" 200 5 "-" "Mozilla/5.0 (X11) Firefox/140.0"
192.0.2.2 - - [20/Nov/2026:10:00:00 +0200] "GET /a HTTP/1.1" 200 5 "-" "Googlebot/2.1"
192.0.2.1 - - [21/Nov/2026:00:00:01 +0200] "GET / HTTP/1.1" 200 5 "-" "Mozilla/5.0 (X11) Firefox/140.0"
`
	os.WriteFile(filepath.Join(dir, "access.log"), []byte(b), 0o600)
	loc, _ := time.LoadLocation("Europe/Helsinki")
	c := &Config{Paths: []string{"access.log*"}, Silence: defaultSilence}
	var r collectortest.Recorder
	w := collector.Window{Period: observation.Period{From: observation.NewDate(2026, 11, 19), To: observation.NewDate(2026, 11, 22)}, Grains: Kind().Grains, Now: time.Date(2026, 11, 21, 12, 0, 0, 0, loc), Zone: loc}
	s := c.New(collector.Deps{Dir: dir})
	err := s.Collect(context.Background(), w, &r)
	t.Logf("%v %+v", err, r.Recording())
	said, err := s.(collector.Checker).Check(context.Background(), w.Now)
	t.Log(said, err)
	if !strings.Contains(said, "combined") {
		t.Fail()
	}
}
