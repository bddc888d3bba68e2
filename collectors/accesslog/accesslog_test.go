package accesslog

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
)

func TestKind(t *testing.T) {
	k := Kind()
	metrics := observation.StandardMetrics()
	source := observation.Source{Definitions: k.Definitions}
	for _, m := range k.Metrics {
		if _, known := metrics[m]; !known {
			t.Errorf("metric %s is unknown", m)
		}
		if d, ok := source.Definition(m, 0); !ok || d.ID != "accesslog-1" {
			t.Errorf("metric %s: definition %+v from the beginning", m, d)
		}
	}
	config := k.New()
	config.(*Config).Paths = []string{"/var/log/nginx/access.log*"}
	if faults := config.Validate(); len(faults) > 0 {
		t.Errorf("the defaults have faults: %v", faults)
	}
	readme, err := os.ReadFile("README.md")
	if err != nil || !bytes.Contains(readme, []byte(k.Sample)) {
		t.Errorf("README.md does not show sample.yaml as it is (%v)", err)
	}
}

func TestValidate(t *testing.T) {
	config := Config{Paths: []string{"", "a[", "logs/**/a.log", "fine*.log"}, Vhosts: []string{"", "example.fi:443", "*.example.fi", "www.example.fi"}, Silence: time.Second}
	var got []string
	for _, f := range config.Validate() {
		got = append(got, f.Key)
		if f.Message == "" {
			t.Errorf("%s: no message", f.Key)
		}
	}
	if d := cmp.Diff([]string{"paths[0]", "paths[1]", "paths[2]", "vhosts[0]", "vhosts[1]", "vhosts[2]", "silence"}, got); d != "" {
		t.Errorf("faults (-want +got):\n%s", d)
	}
	if faults := (&Config{Silence: time.Hour}).Validate(); len(faults) != 1 || faults[0].Key != "paths" {
		t.Errorf("without paths: %v", faults)
	}
}

// TestNightsOfTheClocks puts page views around the nights when clocks change: days of 23 and 25 hours.
func TestNightsOfTheClocks(t *testing.T) {
	spring := logOf(
		read("28/Mar/2026:23:59:59 +0200"),                                                                                                             // the 28th
		read("29/Mar/2026:00:00:00 +0200"), read("29/Mar/2026:02:59:59 +0200"), read("29/Mar/2026:04:00:00 +0300"), read("29/Mar/2026:20:59:59 +0000"), // the 29th
		read("29/Mar/2026:21:00:00 +0000")) // the 30th, as a server that logs in UTC writes it
	autumn := logOf(
		read("24/Oct/2026:23:59:59 +0300"),                                                                                                             // the 24th
		read("25/Oct/2026:00:00:00 +0300"), read("25/Oct/2026:03:30:00 +0300"), read("25/Oct/2026:03:30:00 +0200"), read("25/Oct/2026:21:59:59 +0000"), // the 25th
		read("25/Oct/2026:22:00:00 +0000")) // the 26th
	for from, content := range map[string]string{"2026-03-29": spring, "2026-10-25": autumn} {
		rec, err := collect(t, newSource(put(t, map[string]string{"a.log": content}), "a.log"), window(t, from, from))
		if err != nil {
			t.Fatal(err)
		}
		want(t, rec, metricViews, observation.Day, from, 4)
		want(t, rec, metricVisitors, observation.Day, from, 1)
	}
}

// TestMinuteThatComesTwice: between 3 and 4 o'clock of 25 October the clock shows each minute twice, an hour apart.
func TestMinuteThatComesTwice(t *testing.T) {
	lines := []string{read("24/Oct/2026:23:00:00 +0300"), read("26/Oct/2026:00:00:00 +0200")}
	for range 40 {
		lines = append(lines, read("25/Oct/2026:03:30:00 +0300"), read("25/Oct/2026:03:30:00 +0200"))
	}
	for _, zone := range []string{"+0300", "+0200"} {
		lines = append(lines, hit("192.0.2.1", "25/Oct/2026:03:31:00 "+zone, "GET /a.css HTTP/1.1", "200", firefox))
	}
	s := newSource(put(t, map[string]string{"a.log": logOf(lines...)}), "a.log")
	s.config.Silence = 48 * time.Hour
	rec, err := collect(t, s, window(t, "2026-10-25", "2026-10-25"))
	if err != nil {
		t.Fatal(err)
	}
	want(t, rec, metricViews, observation.Day, "2026-10-25", 80) // 40 in each minute is no burst
}

// TestWeek53 has a week that begins in one year and ends in another, asked for by one of its days.
func TestWeek53(t *testing.T) {
	var lines []string
	for at := time.Date(2026, 12, 27, 20, 0, 0, 0, helsinki(t)); at.Before(time.Date(2027, 1, 4, 3, 0, 0, 0, helsinki(t))); at = at.Add(6 * time.Hour) {
		lines = append(lines, read(at.Format(stampForm)))
	}
	lines = append(lines, hit("2001:db8::1", "31/Dec/2026:23:59:59 +0200", "GET / HTTP/1.1", "200", firefox), hit("2001:db8::2", "01/Jan/2027:00:00:00 +0200", "GET / HTTP/1.1", "200", firefox))
	s := newSource(put(t, map[string]string{"a.log": logOf(lines...)}), "a.log")
	rec, err := collect(t, s, window(t, "2027-01-01", "2027-01-01"))
	if err != nil {
		t.Fatal(err)
	}
	want(t, rec, metricVisitors, observation.Week, "2026-12-28", 3)
	want(t, rec, metricVisitors, observation.Day, "2027-01-01", 2)
	want(t, rec, metricVisitors, observation.Day, "2026-12-31", -1) // not asked for
	if len(rec.Coverage) != 3 {
		t.Errorf("said of %d periods: %v", len(rec.Coverage), rec.Coverage)
	}
	short := newSource(put(t, map[string]string{"a.log": logOf(lines[:20]...)}), "a.log") // ends before the week does
	rec, err = collect(t, short, window(t, "2027-01-01", "2027-01-01"))
	if err != nil {
		t.Fatal(err)
	}
	want(t, rec, metricVisitors, observation.Week, "2026-12-28", -1)
	if c := cover(t, rec, metricVisitors, observation.Week, "2026-12-28"); c.Result != observation.Partial || c.Reason != collector.ReasonLogMissing || len(c.Gaps) != 1 {
		t.Errorf("a week that is not covered at its end: %+v", c)
	}
}

// TestZeroIsMeasured: lines of bots alone still show that the log was written.
func TestZeroIsMeasured(t *testing.T) {
	bot := func(at string) string { return hit("192.0.2.66", at, "GET / HTTP/1.1", "200", "Googlebot/2.1") }
	content := logOf(bot("19/Nov/2026:23:00:00 +0200"), bot("20/Nov/2026:12:00:00 +0200"), bot("21/Nov/2026:01:00:00 +0200"))
	rec, err := collect(t, newSource(put(t, map[string]string{"a.log": content}), "a.log"), window(t, "2026-11-20", "2026-11-22"))
	if err != nil {
		t.Fatal(err)
	}
	want(t, rec, metricViews, observation.Day, "2026-11-20", 0)
	want(t, rec, metricVisitors, observation.Day, "2026-11-20", 0)
	wantCover(t, rec, "2026-11-21", observation.Partial, collector.ReasonLogMissing)
	wantCover(t, rec, "2026-11-22", observation.Failed, collector.ReasonLogMissing)
	if _, ok := value(rec, metricViews, observation.Day, day(t, "2026-11-22")); ok {
		t.Error("a day that no log reaches has an answer")
	}
}

func TestSilence(t *testing.T) {
	content := logOf(read("19/Nov/2026:23:00:00 +0200"), read("20/Nov/2026:09:00:00 +0200"), read("20/Nov/2026:14:00:00 +0200"), read("21/Nov/2026:01:00:00 +0200"))
	s := newSource(put(t, map[string]string{"a.log": content}), "a.log")
	s.config.Silence = 11 * time.Hour
	rec, err := collect(t, s, theDay(t))
	if err != nil {
		t.Fatal(err)
	}
	wantCover(t, rec, "2026-11-20", observation.OK, "")
	s.config.Silence = 11*time.Hour - time.Second
	if rec, err = collect(t, s, theDay(t)); err != nil {
		t.Fatal(err)
	}
	wantCover(t, rec, "2026-11-20", observation.Partial, collector.ReasonLogSilent)
	zone := helsinki(t)
	wantGaps := []observation.Span{{From: time.Date(2026, 11, 20, 14, 0, 0, 0, zone), To: time.Date(2026, 11, 21, 0, 0, 0, 0, zone)}}
	if d := cmp.Diff(wantGaps, cover(t, rec, metricViews, observation.Day, "2026-11-20").Gaps); d != "" {
		t.Errorf("gaps (-want +got):\n%s", d)
	}
}

func TestVhosts(t *testing.T) {
	var lines []string
	for _, l := range strings.Split(strings.TrimSuffix(threeDays(), "\n"), "\n") {
		lines = append(lines, "www.example.fi:443 "+l, "other.example.fi:80 "+strings.ReplaceAll(l, "192.0.2.1", "192.0.2.2"))
	}
	s := newSource(put(t, map[string]string{"a.log": logOf(lines...)}), "a.log")
	for _, c := range []struct {
		vhosts          []string
		views, visitors float64
	}{{nil, 4, 2}, {[]string{"WWW.example.fi"}, 2, 1}, {[]string{"www.example.fi", "other.example.fi"}, 4, 2}, {[]string{"example.fi"}, 0, 0}} {
		s.config.Vhosts = c.vhosts
		rec, err := collect(t, s, theDay(t))
		if err != nil {
			t.Fatal(err)
		}
		want(t, rec, metricViews, observation.Day, "2026-11-20", c.views)
		want(t, rec, metricVisitors, observation.Day, "2026-11-20", c.visitors)
	}
	s = newSource(put(t, map[string]string{"a.log": threeDays()}), "a.log")
	s.config.Vhosts = []string{"www.example.fi"}
	rec, err := collect(t, s, theDay(t))
	if !errors.Is(err, errNoVhost) || rec.Counts["rejected_no_vhost"] != 4 || len(rec.Observations) > 0 {
		t.Errorf("vhosts of a log without them: error %v, told %v", err, rec)
	}
}

func TestCommonFormatIsNoted(t *testing.T) {
	content := strings.ReplaceAll(threeDays(), ` "-" "`+firefox+`"`, "")
	rec, err := collect(t, newSource(put(t, map[string]string{"a.log": content}), "a.log"), theDay(t))
	if err != nil {
		t.Fatal(err)
	}
	want(t, rec, metricViews, observation.Day, "2026-11-20", 2)
	for _, o := range rec.Observations {
		if o.Note != bareNote {
			t.Errorf("%s: note %q", o.Metric, o.Note)
		}
	}
}

// TestBadLines puts one bad line after another between two good ones.
func TestBadLines(t *testing.T) {
	limit := strings.Repeat("x", longestLine-len(hit("192.0.2.9", "20/Nov/2026:10:00:00 +0200", "GET / HTTP/1.1", "200", "")))
	for name, c := range map[string]struct {
		in   string
		told string
	}{
		"64 KiB":              {hit("192.0.2.9", "20/Nov/2026:10:00:00 +0200", "GET / HTTP/1.1", "200", limit), "lines_counted"},
		"one byte more":       {hit("192.0.2.9", "20/Nov/2026:10:00:00 +0200", "GET / HTTP/1.1", "200", limit+"x"), "rejected_too_long"},
		"5 MB":                {strings.Repeat(limit, 80), "rejected_too_long"},
		"5 MB of NUL":         {strings.Repeat("\x00", 5<<20), "rejected_too_long"},
		"NUL bytes":           {"\x00\x01\x00", "rejected_malformed"},
		"NUL before a line":   {"\x00\x00" + hit("192.0.2.9", "20/Nov/2026:10:00:00 +0200", "GET / HTTP/1.1", "200", firefox), "lines_counted"},
		"invalid UTF-8":       {hit("192.0.2.9", "20/Nov/2026:10:00:00 +0200", "GET /\xff\xfe HTTP/1.1", "200", firefox+"\xc3"), "lines_counted"},
		"a TLS greeting":      {hit("192.0.2.9", "20/Nov/2026:10:00:00 +0200", `\x16\x03\x01\x00`, "400", "-"), "filtered_method"},
		"nothing":             {"", "rejected_malformed"},
		"time of an own sort": {hit("192.0.2.9", "2026-11-20T10:00:00", "GET / HTTP/1.1", "200", firefox), "rejected_bad_time"},
	} {
		t.Run(name, func(t *testing.T) {
			content := threeDays() + c.in + "\n" + read("21/Nov/2026:08:00:00 +0200") + "\n"
			for form, content := range map[string]string{"plain": content, "packed": packed(t, content)} {
				rec, err := collect(t, newSource(put(t, map[string]string{"a.log": content}), "a.log"), theDay(t))
				if err != nil {
					t.Fatal(form, err)
				}
				views := 2.0
				if c.told == "lines_counted" {
					views = 3
				}
				want(t, rec, metricViews, observation.Day, "2026-11-20", views)
				if rec.Counts["lines_read"] != 6 || rec.Counts[c.told] != int64(views)-2 && rec.Counts[c.told] != 1 && views == 2 {
					t.Errorf("%s: %v", form, rec.Counts)
				}
			}
		})
	}
}

// TestBehaviourInTheLog is the rules of behaviour from lines to answers.
func TestBehaviourInTheLog(t *testing.T) {
	at := func(i int) string {
		return time.Date(2026, 11, 20, 8, 0, 0, 0, helsinki(t)).Add(time.Duration(i) * time.Minute).Format(stampForm)
	}
	lines := []string{hit("192.0.2.1", "19/Nov/2026:23:00:00 +0200", "GET / HTTP/1.1", "200", firefox), hit("192.0.2.1", "21/Nov/2026:00:00:00 +0200", "GET / HTTP/1.1", "200", firefox)}
	for i := range 12 {
		lines = append(lines, hit("192.0.2.10", at(i), "GET /lukija HTTP/1.1", "200", firefox), hit("192.0.2.11", at(i), "GET /sokea HTTP/1.1", "200", firefox))
	}
	lines = append(lines,
		hit("192.0.2.10", at(3), "GET /tyyli.css HTTP/1.1", "404", firefox), // asked for is enough
		hit("192.0.2.11", at(3), "GET /tyyli.css HTTP/1.1", "200", "Googlebot/2.1"),
		hit("192.0.2.12", at(5), "GET /sivu HTTP/1.1", "200", firefox), hit("192.0.2.12", at(900), "GET /robots.txt HTTP/1.1", "404", firefox),
		hit("192.0.2.12", at(901), "GET /sivu HTTP/1.1", "200", firefox+" other"), // another browser at the same address
	)
	for range 61 {
		lines = append(lines, hit("192.0.2.13", at(7), "GET /ryntays HTTP/1.1", "200", firefox))
	}
	rec, err := collect(t, newSource(put(t, map[string]string{"a.log": logOf(lines...)}), "a.log"), theDay(t))
	if err != nil {
		t.Fatal(err)
	}
	want(t, rec, metricViews, observation.Day, "2026-11-20", 13)
	want(t, rec, metricVisitors, observation.Day, "2026-11-20", 2)
	if n := rec.Counts["filtered_bot_behaviour"]; n != 12+1+61 {
		t.Errorf("%d lines of bots by behaviour", n)
	}
}

// TestPassesAgree counts a large log with room for everybody and with little.
func TestPassesAgree(t *testing.T) {
	made := corpus{Lines: 20_000, Seed: 3, From: time.Date(2026, 11, 9, 0, 0, 0, 0, helsinki(t)), Span: 7*24*time.Hour + time.Hour, Visitors: 0.3, Bots: 0.1, Probes: 0.05}
	var b bytes.Buffer
	if err := made.write(&b); err != nil {
		t.Fatal(err)
	}
	w := window(t, "2026-11-09", "2026-11-15")
	s := newSource(put(t, map[string]string{"a.log": b.String()}), "a.log")
	whole, err := collect(t, s, w)
	if err != nil || whole.Counts["lines_counted"] < 1000 || whole.Counts["filtered_bot_behaviour"] == 0 {
		t.Fatalf("error %v, counts %v", err, whole.Counts)
	}
	for _, limit := range []int{4096, 512} {
		s.limit = limit
		passes := int64(0)
		r := collectortest.Recorder{OnProgress: func(done, total int64) { passes = done / int64(b.Len()) }}
		if err := s.Collect(context.Background(), w, &r); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(whole, r.Recording()); d != "" {
			t.Errorf("limit %d (-one pass +several):\n%s", limit, d)
		}
		if passes < 2 {
			t.Errorf("limit %d: %d passes", limit, passes)
		}
	}
}

// TestNothingOfAnAddressGetsOut looks for addresses in everything that leaves a run, and for anything that the salt of a
// run changes: two runs tell the same. Nothing is written to the disk.
func TestNothingOfAnAddressGetsOut(t *testing.T) {
	addresses := []string{"203.0.113.77", "2001:db8:aaaa::7", "canary.example.net"}
	var lines []string
	for _, a := range addresses {
		for _, at := range []string{"19/Nov/2026:23:00:00 +0200", "20/Nov/2026:10:00:00 +0200", "21/Nov/2026:10:00:00 +0200"} {
			lines = append(lines, hit(a, at, "GET / HTTP/1.1", "200", firefox), hit(a, at, "broken", "2x0", firefox), a+" cut")
		}
	}
	content := logOf(lines...)
	dir := put(t, map[string]string{"a.log": content, "b.log.gz": packed(t, content)[:150], "c.log": logOf(lines[1], lines[2])})
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	var told []string
	for range 2 {
		s := newSource(dir, "*.log*", "absent")
		rec, err := collect(t, s, theDay(t))
		if err == nil {
			t.Fatal("no error, though a log is cut")
		}
		said, checked := s.Check(context.Background(), theDay(t).Now)
		b, failed := json.Marshal(rec)
		if failed != nil {
			t.Fatal(failed)
		}
		told = append(told, fmt.Sprintln(string(b), err, said, checked))
	}
	if told[0] != told[1] {
		t.Errorf("two runs differ:\n%s\n%s", told[0], told[1])
	}
	for _, a := range addresses {
		if strings.Contains(told[0], a) {
			t.Errorf("%s got out:\n%s", a, told[0])
		}
	}
	for _, d := range []string{dir, temporary} {
		if left, err := os.ReadDir(d); err != nil || d == temporary && len(left) > 0 || d == dir && len(left) != 3 {
			t.Errorf("%s holds %v (%v)", d, left, err)
		}
	}
}

func TestWindowsWithoutAnswer(t *testing.T) {
	s := newSource("/nonexistent", "absent")
	for name, w := range map[string]collector.Window{
		"the future":            {Period: observation.Period{From: day(t, "2999-01-01"), To: day(t, "2999-02-01")}, Grains: Kind().Grains, Now: time.Now(), Zone: helsinki(t)},
		"no day at all":         {Period: observation.Period{From: day(t, "2026-01-01"), To: day(t, "2026-01-01")}, Grains: Kind().Grains, Now: time.Now(), Zone: helsinki(t)},
		"grains of others":      {Period: observation.Period{From: day(t, "2026-01-01"), To: day(t, "2026-02-01")}, Grains: []observation.Grain{observation.Month}, Now: time.Now(), Zone: helsinki(t)},
		"a day that still runs": {Period: observation.Period{From: day(t, "2026-11-20"), To: day(t, "2026-11-21")}, Grains: Kind().Grains, Now: time.Date(2026, 11, 20, 23, 59, 59, 0, helsinki(t)), Zone: helsinki(t)},
	} {
		rec, err := collect(t, s, w)
		if err != nil || len(rec.Coverage)+len(rec.Observations)+len(rec.Counts) > 0 {
			t.Errorf("%s: error %v, told %v", name, err, rec)
		}
	}
	w := window(t, "1700-01-01", "2026-01-01")
	if _, err := collect(t, s, w); err == nil || !strings.Contains(err.Error(), "ask for less") {
		t.Errorf("300 years: error %v", err)
	}
}

// refusing is a sink that can store no visitors.
type refusing struct{ *collectortest.Recorder }

func (r refusing) Observe(o observation.Observation) error {
	if o.Metric == metricVisitors {
		return errors.New("no")
	}
	return r.Recorder.Observe(o)
}

func TestRefusedNumbersDoNotStopTheOthers(t *testing.T) {
	var r collectortest.Recorder
	err := newSource(put(t, map[string]string{"a.log": threeDays()}), "a.log").Collect(context.Background(), window(t, "2026-11-20", "2026-11-21"), refusing{&r})
	if err == nil || !strings.Contains(err.Error(), "tell visitors of 2026-11-20: no") {
		t.Errorf("error %v", err)
	}
	want(t, r.Recording(), metricViews, observation.Day, "2026-11-20", 2)
	if _, ok := value(r.Recording(), metricViews, observation.Day, day(t, "2026-11-21")); !ok {
		t.Error("the next day was not told")
	}
}

func TestCheck(t *testing.T) {
	newest := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	later := logOf(read("21/Nov/2026:08:00:00 +0200"), read("21/Nov/2026:07:59:00 +0200"), "nonsense")
	for name, c := range map[string]struct {
		files      map[string]string
		said, fail string
	}{
		"combined":        {map[string]string{"a.log": threeDays()}, "1 file, newest line 2026-11-21 00:00:00 +0200, format combined", ""},
		"rotated":         {map[string]string{"a.log": later, "a.log.1": threeDays()}, "2 files, newest line 2026-11-21 08:00:00 +0200, format combined", ""},
		"just rotated":    {map[string]string{"a.log": "", "a.log.1.gz": packed(t, threeDays())}, "2 files, newest line 2026-11-21 00:00:00 +0200, format combined", ""},
		"vhost common":    {map[string]string{"a.log": `www.example.fi:80 192.0.2.1 - - [20/Nov/2026:10:00:00 +0200] "GET / HTTP/1.1" 200 5` + "\n"}, "1 file, newest line 2026-11-20 10:00:00 +0200, format vhost common", ""},
		"long before":     {map[string]string{"a.log": strings.Repeat(threeDays(), 2000) + later}, "1 file, newest line 2026-11-21 08:00:00 +0200, format combined", ""},
		"nothing to read": {map[string]string{"a.log": "nonsense\n"}, "1 file, no line that can be read", "a.log: is it an access log? Known are the formats common"},
		"no line's end":   {map[string]string{"a.log": "nonsense"}, "1 file, no line that can be read", "is it an access log?"},
		"packed nonsense": {map[string]string{"a.log": packed(t, "nonsense\n")}, "1 file, no line that can be read", "is it an access log?"},
		"one is alien":    {map[string]string{"a.log": threeDays(), "a.log.d": "root:x:0:0\n"}, "2 files, newest line 2026-11-21 00:00:00 +0200, format combined", "a.log.d: is it an access log?"},
		"empty":           {map[string]string{"a.log": "", "a.log.1": packed(t, "")}, "2 files, no line that can be read", "nothing is written in the log yet"},
		"known late":      {map[string]string{"a.log": strings.Repeat("nonsense\n", 20_000) + threeDays() + strings.Repeat("nonsense\n", 5_000)}, "1 file, newest line 2026-11-21 00:00:00 +0200, format combined", ""},
		"a line of 2099":  {map[string]string{"a.log": read("01/Jan/2099:00:00:00 +0200") + "\n" + threeDays(), "a.log.1": logOf(read("18/Nov/2026:08:00:00 +0200"))}, "2 files, newest line 2026-11-21 00:00:00 +0200, format combined", ""},
		"none":            {nil, "0 files, no line that can be read", "no file matches"},
		"cut":             {map[string]string{"a.log": packed(t, threeDays())[:100]}, "", "a.log"},
	} {
		dir := put(t, c.files)
		said, err := newSource(dir, "a.log*").Check(context.Background(), newest.AddDate(2, 0, 0))
		if c.said != "" && said != c.said || (err == nil) != (c.fail == "") || err != nil && !strings.Contains(err.Error(), c.fail) {
			t.Errorf("%s: %q, error %v", name, said, err)
		}
	}
}

// TestLineAllocatesNothing holds for every line but the first of its agent and its visitor.
func TestLineAllocatesNothing(t *testing.T) {
	w := window(t, "2026-11-20", "2026-11-20")
	config := Config{Paths: []string{"a"}, Vhosts: []string{"www.example.fi"}, Silence: time.Hour}
	p := newPass(newCounting(newPlan(w), &logSet{}, &meter{ctx: context.Background()}, config, w.Now, largestTable), partition{modulus: 1})
	lines := [][]byte{
		[]byte("www.example.fi:80 " + read("20/Nov/2026:10:00:00 +0200")),
		[]byte("www.example.fi:80 " + hit("2001:db8::1", "20/Nov/2026:10:01:00 +0200", `GET /%c3%a4\x22.css HTTP/1.1`, "200", `odd \"one\"`)),
		[]byte("WWW.example.fi:80 " + hit("192.0.2.3", "20/Nov/2026:11:01:00 +0200", `POST / HTTP/1.1`, "200", "curl/8")),
	}
	if n := testing.AllocsPerRun(100, func() {
		for _, l := range lines {
			p.line(l)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
