package main

import (
	"fmt"
	"strings"
	"testing"

	"seuranta/sql"
)

// smallDesk is a configuration with one log of a few days.
const smallDesk = `organisations: [{id: koske, name: Koske}]
channels: [{id: kotisivut, kind: website, name: Kotisivut}]
sources: [{id: loki, kind: accesslog, channel: kotisivut, paths: ["access.log*"]}]
`

const browser = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"

// smallLog is the log from Monday 2026-11-02 to the day last of that month, with as many views a day as its number.
func smallLog(last int) string {
	var b strings.Builder
	line := func(day, hour int, host, path string) {
		fmt.Fprintf(&b, "192.0.2.%s - - [%02d/Nov/2026:%02d:00:00 +0200] \"GET %s HTTP/1.1\" 200 512 \"-\" %q\n", host, day, hour, path, browser)
	}
	line(1, 23, "1", "/style.css")
	for day := 2; day <= last; day++ {
		line(day, 0, "1", "/style.css")
		for v := range day {
			line(day, 9, fmt.Sprint(10+v), fmt.Sprintf("/sivu-%d", v))
		}
		line(day, 23, "1", "/style.css")
	}
	line(last+1, 0, "1", "/style.css")
	return b.String()
}

// failpoints are the named places of migrating and committing, in their order.
func failpoints(t *testing.T) []string {
	t.Helper()
	names := []string{"migrate:table"}
	all, err := sql.Migrations()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		for _, s := range m.Steps {
			names = append(names, fmt.Sprintf("migrate:%04d:%s", m.Number, s.Name))
		}
		names = append(names, fmt.Sprintf("migrate:%04d:recorded", m.Number))
	}
	return append(names, "commit:begin", "commit:observations", "commit:coverage", "commit:items", "commit:states", "commit:run",
		"apply:observations", "apply:coverage", "apply:mark")
}

// TestKilledAtEveryPlace kills `collect` at each named place, runs it again, and wants the figures of a run that nobody killed.
func TestKilledAtEveryPlace(t *testing.T) {
	whole := t.TempDir()
	writeFiles(t, whole, map[string]string{"seuranta.yaml": smallDesk, "access.log": smallLog(15)})
	collect := []string{"collect", "--from", "2026-11-02", "--to", "2026-11-15", "--now", "2026-11-16T06:00:00Z"}
	figures := []string{"figures", "--period", "2026-11-02..2026-11-15", "--format", "csv", "--now", "2026-11-16T06:00:00Z"}
	program(t, whole, 0, collect...)
	want, _ := program(t, whole, 0, figures...)
	if !strings.Contains(want, ",119,") { // 2 + 3 + … + 15
		t.Fatalf("the figures of the run that nobody killed:\n%s", want)
	}
	for _, at := range failpoints(t) {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			writeFiles(t, dir, map[string]string{"seuranta.yaml": smallDesk, "access.log": smallLog(15)})
			if out, errs, code := attempt(t, dir, []string{failpointVariable + "=" + at}, collect...); code != -1 {
				t.Fatalf("it was not killed at %s: exit code %d\n%s%s", at, code, out, errs)
			}
			program(t, dir, 0, collect...)
			if got, _ := program(t, dir, 0, figures...); got != want {
				t.Errorf("after a kill at %s:\n%s\nwant\n%s", at, got, want)
			}
			out, _ := program(t, dir, 0, collect...)
			if !strings.Contains(out, " 0    0        ") {
				t.Errorf("a third run writes something:\n%s", out)
			}
		})
	}
}
