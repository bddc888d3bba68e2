package alarm

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seuranta/internal/observation"
)

var now = time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)

func source(id string) Source {
	return Source{SourceKey: observation.SourceKey{Organisation: "koske", Source: id}, Answered: now.Add(-24 * time.Hour)}
}

// visit is a visit some hours ago; parts are those that failed, and why.
func visit(hours int, result observation.Result, reason string, parts ...string) observation.SourceStatus {
	v := observation.SourceStatus{At: now.Add(-time.Duration(hours) * time.Hour), Result: result, Reason: reason}
	for i := 0; i < len(parts); i += 2 {
		v.Failing = append(v.Failing, observation.Failing{Part: parts[i], Reason: parts[i+1]})
	}
	return v
}

func visited(s Source, visits ...observation.SourceStatus) Source {
	s.Visits = visits
	return s
}

func failed(s Source, times int) Source {
	for i := range min(times, 2) {
		s.Visits = append(s.Visits, visit(i+1, observation.Failed, "failed"))
	}
	if times == 1 {
		s.Visits = append(s.Visits, visit(2, observation.OK, ""))
	}
	s.FailingSince = now.Add(-time.Hour)
	return s
}

func open(s Source) Source { s.Open = true; return s }

func late(s Source) Source { s.Late = true; return s }

func expires(s Source, in time.Duration) Source { s.CredentialExpires = now.Add(in); return s }

func TestFaults(t *testing.T) {
	const day = 24 * time.Hour
	never := late(source("a"))
	never.Answered, never.Expected = time.Time{}, now.Add(-7*time.Hour)
	for name, c := range map[string]struct {
		source Source
		want   string
	}{
		"well":              {source("a"), ""},
		"failed once":       {failed(source("a"), 1), ""},
		"failed twice":      {failed(source("a"), 2), "koske/a/source_failed error 1 since -1h0m0s"},
		"a part":            {visited(source("a"), visit(1, "partial", "partial", "Yle", "not_found"), visit(2, "partial", "partial", "HS", "auth", "Yle", "failed")), "koske/a/source_failed/Yle error 1 since -2h0m0s"},
		"refused once":      {visited(source("a"), visit(1, "auth", "auth"), visit(2, "ok", "")), "koske/a/source_failed error 1 since -1h0m0s"},
		"refused at first":  {visited(source("a"), visit(1, "auth", "auth")), "koske/a/source_failed error 1 since -1h0m0s"},
		"gone once":         {visited(source("a"), visit(1, "gone", ""), visit(2, "ok", "")), "koske/a/source_failed error 1 since -1h0m0s"},
		"a part refused":    {visited(source("a"), visit(1, "partial", "partial", "Yle", "auth", "HS", "failed"), visit(2, "ok", "")), "koske/a/source_failed/Yle error 1 since -1h0m0s"},
		"refused, well":     {visited(source("a"), visit(1, "ok", ""), visit(2, "auth", "auth")), ""},
		"another part":      {visited(source("a"), visit(1, "partial", "partial", "Yle", "not_found"), visit(2, "partial", "partial", "HS", "auth")), ""},
		"a part, then all":  {visited(source("a"), visit(1, "failed", "failed"), visit(2, "partial", "partial", "HS", "auth")), "koske/a/source_failed/HS error 1 since -2h0m0s"},
		"all, then a part":  {visited(source("a"), visit(1, "partial", "partial", "HS", "auth"), visit(2, "failed", "failed")), "koske/a/source_failed/HS error 1 since -2h0m0s"},
		"all, all":          {visited(source("a"), visit(1, "failed", "failed"), visit(2, "budget", "budget")), "koske/a/source_failed error 1 since -2h0m0s"},
		"gone":              {visited(source("a"), visit(1, "gone", "gone"), visit(2, "gone", "gone")), "koske/a/source_failed error 1 since -2h0m0s"},
		"not offered":       {visited(source("a"), visit(1, "not_offered", "x"), visit(2, "withdrawn", "x")), ""},
		"short feeds":       {visited(source("a"), visit(1, "partial", "feed_short"), visit(2, "partial", "feed_short")), ""},
		"a full feed":       {visited(source("a"), visit(1, "partial", "partial", "Yle", "rolled_over"), visit(2, "partial", "partial", "Yle", "rolled_over")), ""},
		"a waiting part":    {lately(source("a"), visit(1, "partial", "partial", "Yle", "waiting"), visit(2, "partial", "partial", "Yle", "waiting")), ""},
		"an old gap":        {visited(source("a"), visit(1, "partial", "log_silent"), visit(2, "partial", "log_silent")), ""},
		"a gap to this day": {open(visited(source("a"), visit(1, "partial", "log_silent"), visit(2, "partial", "log_silent"))), "koske/a/source_failed error 1 since -2h0m0s"},
		"well again":        {visited(source("a"), visit(1, "ok", ""), visit(2, "failed", "failed")), ""},
		"one visit":         {visited(source("a"), visit(1, "failed", "failed")), ""},
		"late":              {late(source("a")), "koske/a/source_late warning 1 since -24h0m0s"},
		"late and failing":  {late(failed(source("a"), 7)), "koske/a/source_failed error 1 since -1h0m0s"},
		"late, failed once": {late(failed(source("a"), 1)), "koske/a/source_late warning 1 since -24h0m0s"},
		"never answered":    {never, "koske/a/source_late warning 1 since -7h0m0s"},
		"in 15 days":        {expires(source("a"), 15*day), ""},
		"in 14 days":        {expires(source("a"), 14*day), "koske/a/credential_expires warning 1 since 0s"},
		"in 3 days":         {expires(source("a"), 3*day), "koske/a/credential_expires warning 2 since -264h0m0s"},
		"in a second":       {expires(source("a"), time.Second), "koske/a/credential_expires warning 2 since -335h59m59s"},
		"now":               {expires(source("a"), 0), "koske/a/credential_expires error 3 since -336h0m0s"},
		"long ago":          {expires(source("a"), -400*day), "koske/a/credential_expires error 3 since -9936h0m0s"},
		"both":              {expires(failed(source("a"), 2), day), "koske/a/credential_expires warning 2 since -312h0m0s, koske/a/source_failed error 1 since -1h0m0s"},
	} {
		got := ""
		for i, f := range Faults(Known{Now: now, Sources: []Source{c.source}}) {
			if i > 0 {
				got += ", "
			}
			got += fmt.Sprintf("%s %s %d since %v", f.ID(), f.Severity(), f.Step, f.Since.Sub(now))
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// lately is a source that waits, or has a part that does, with its visits of a day and more, the newest first.
func lately(s Source, visits ...observation.SourceStatus) Source {
	s.Lately = visits
	for _, v := range visits {
		if v.Result != observation.Waiting && len(s.Visits) < 2 {
			s.Visits = append(s.Visits, v)
		}
	}
	return s
}

// TestWhoWaitsForLong: a server that is busy is left alone for a while; one that says so for a day, or a part that does, has
// failed, whatever comes in between but an answer.
func TestWhoWaitsForLong(t *testing.T) {
	all := func(hours int) observation.SourceStatus { return visit(hours, "waiting", "waiting") }
	yle := func(hours int, reason string) observation.SourceStatus {
		return visit(hours, "partial", "partial", "Yle", reason)
	}
	for name, c := range map[string]struct {
		source Source
		want   string
	}{
		"for some hours":               {lately(source("a"), all(1), all(20)), ""},
		"once, long ago":               {lately(source("a"), all(100)), ""},
		"for a day":                    {lately(source("a"), all(1), all(13), all(25)), "koske/a/source_failed since -25h0m0s waiting"},
		"read once a day":              {lately(source("a"), all(0), all(24)), "koske/a/source_failed since -24h0m0s waiting"},
		"an answer in between":         {lately(source("a"), all(1), visit(13, "ok", ""), all(25)), ""},
		"a part came in between":       {lately(source("a"), all(1), yle(13, "waiting"), all(25)), "koske/a/source_failed/Yle since -25h0m0s waiting"},
		"failing once in between":      {lately(source("a"), all(1), visit(13, "failed", "failed"), all(25)), "koske/a/source_failed since -25h0m0s waiting"},
		"failed twice, then waits":     {lately(source("a"), all(1), visit(2, "failed", "failed"), visit(3, "failed", "deadline"), visit(26, "ok", "")), "koske/a/source_failed since -3h0m0s failed"},
		"a part for some hours":        {lately(source("a"), yle(1, "waiting"), yle(20, "waiting"), visit(26, "ok", "")), ""},
		"a part for a day":             {lately(source("a"), yle(1, "waiting"), yle(13, "waiting"), yle(25, "waiting")), "koske/a/source_failed/Yle since -25h0m0s waiting"},
		"a part, read in between":      {lately(source("a"), yle(1, "waiting"), visit(13, "ok", ""), yle(25, "waiting")), ""},
		"a part that failed twice":     {lately(source("a"), yle(1, "waiting"), yle(2, "not_found"), yle(3, "not_found"), visit(26, "ok", "")), "koske/a/source_failed/Yle since -3h0m0s waiting"},
		"a part waits and fails":       {lately(source("a"), yle(1, "not_found"), yle(13, "waiting"), yle(25, "failed")), "koske/a/source_failed/Yle since -25h0m0s not_found"},
		"a part waits and failed once": {lately(source("a"), yle(1, "waiting"), yle(2, "not_found"), visit(26, "ok", "")), ""},
	} {
		got := ""
		for _, f := range Faults(Known{Now: now, Sources: []Source{c.source}}) {
			got += fmt.Sprintf("%s since %v %s", f.ID(), f.Since.Sub(now), f.Detail)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestDisks(t *testing.T) {
	const gb = 1 << 30
	for _, c := range []struct {
		free, total uint64
		was, want   bool
	}{
		{50 * gb, 100 * gb, false, false}, {4 * gb, 100 * gb, false, true}, {5 * gb, 100 * gb, false, false}, {5 * gb, 100 * gb, true, true}, {8 * gb, 100 * gb, true, false},
		{gb - 1, 8 * gb, false, true}, {gb, 8 * gb, false, false}, {gb, 8 * gb, true, true}, {5 * gb / 4, 8 * gb, true, false}, {0, 0, false, false}, {0, 0, true, false},
	} {
		got := Faults(Known{Now: now, Disk: &Disk{c.free, c.total}, DiskStands: c.was})
		if (len(got) == 1) != c.want {
			t.Errorf("%d of %d MB free, stood %v: %v", c.free>>20, c.total>>20, c.was, got)
		}
		if len(got) == 1 && (got[0].ID() != "disk_full" || diskOf(got[0].Detail) != (Disk{c.free, c.total})) {
			t.Errorf("%+v", got[0])
		}
	}
	if got := Faults(Known{Now: now, DiskStands: true}); len(got) > 0 {
		t.Errorf("a server's disk: %v", got)
	}
}

// A disk that goes up and down by a little is told of once.
func TestADiskDoesNotFlap(t *testing.T) {
	begun, stood := 0, false
	for i := range 1000 {
		is := len(Faults(Known{Now: now, Disk: &Disk{uint64(1<<30 + (i%2*2-1)<<20), 1 << 40}, DiskStands: stood})) > 0
		if is && !stood {
			begun++
		}
		stood = is
	}
	if begun != 1 {
		t.Errorf("it began %d times", begun)
	}
}

// drawFaults draws what can be wrong with few things, so that faults meet, get graver and go.
func drawFaults(t *rapid.T, at time.Time) []Fault {
	var k Known
	k.Now = at
	for _, id := range []string{"a", "b"} {
		s := Source{SourceKey: observation.SourceKey{Organisation: "koske", Source: id}, Answered: at.Add(-time.Hour), Late: rapid.Bool().Draw(t, "late")}
		for range 2 {
			of := []observation.SourceStatus{visit(1, "ok", ""), visit(1, "failed", "failed"), visit(1, "partial", "partial", "p", "auth"), visit(1, "partial", "partial", "p", "auth", "q q ", "auth")}
			s.Visits = append(s.Visits, of[rapid.IntRange(0, 3).Draw(t, "visit")])
		}
		if days := rapid.IntRange(-1, 16).Draw(t, "days"); days < 16 {
			s.CredentialExpires = at.Add(time.Duration(days) * 24 * time.Hour)
		}
		k.Sources = append(k.Sources, s)
	}
	k.Disk = &Disk{uint64(rapid.IntRange(0, 3).Draw(t, "free")) << 29, 1 << 33}
	return Faults(k)
}

// Whatever comes and goes, telling keeps to the board: nothing is told twice in a row, nothing over that nobody knew of, and
// when all is told the way knows what stands.
func TestTellingFollowsTheBoard(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		board := NewBoard(nil, []string{"koske"})
		knows := map[string]int{} // what a reader of the letters believes: the step of what stands
		for i := range rapid.IntRange(1, 12).Draw(t, "looks") {
			at := now.Add(time.Duration(i) * time.Hour)
			faults := drawFaults(t, at)
			if !slices.IsSortedFunc(faults, compare) {
				t.Fatal("not sorted")
			}
			board.add(board.changes(faults, at))
			if again := board.changes(faults, at); len(again) > 0 {
				t.Fatalf("looked at twice it changes again: %v", again)
			}
			if got, want := fmt.Sprint(ids(board.Standing())), fmt.Sprint(ids(faults)); got != want {
				t.Fatalf("%s stand, want %s", got, want)
			}
			if rapid.Bool().Draw(t, "the way fails") {
				continue
			}
			tell, quiet := board.untold("mail")
			board.add(quiet)
			for _, row := range quiet {
				believe(knows, Notice{faultOf(row), row.State == over})
			}
			for _, n := range tell {
				step, stood := knows[n.ID()]
				if n.Over && !stood || !n.Over && stood && step >= n.Step {
					t.Fatalf("%s at step %d (over: %v) is told to who believes %v", n.ID(), n.Step, n.Over, knows)
				}
				believe(knows, n)
				board.add([]observation.Alarm{n.told("mail")})
			}
			if again, _ := board.untold("mail"); len(again) > 0 || len(knows) != len(faults) {
				t.Fatalf("told, and %v is untold; believed are %v", again, knows)
			}
		}
	})
}

func believe(knows map[string]int, n Notice) {
	if knows[n.ID()] = n.Step; n.Over {
		delete(knows, n.ID())
	}
}

func ids(faults []Fault) (out []string) {
	for _, f := range faults {
		out = append(out, fmt.Sprint(f.ID(), f.Step))
	}
	return out
}

func TestOthersOrganisationsAreLeftAlone(t *testing.T) {
	theirs := observation.Alarm{AlarmKey: observation.AlarmKey{Organisation: "iso", Source: "x", Fault: SourceFailed}, State: stands}
	board := NewBoard([]observation.Alarm{theirs}, []string{"koske"})
	if got := board.changes(nil, now); len(got) > 0 {
		t.Errorf("changes %v", got)
	}
	if tell, _ := board.untold("mail"); len(tell) > 0 || len(board.Standing()) > 0 {
		t.Errorf("told is %v", tell)
	}
}

func TestPauses(t *testing.T) {
	board, at := NewBoard(nil, nil), now
	var pauses []time.Duration
	for range 9 {
		if !board.open("mail", at) {
			t.Fatal("it is not open")
		}
		row := board.failed("mail", at, "no")
		board.add([]observation.Alarm{row})
		pauses = append(pauses, row.Until.Sub(at))
		if board.open("mail", row.Until.Add(-time.Second)) {
			t.Error("it is open before its time")
		}
		at = row.Until
	}
	if got := fmt.Sprint(pauses); got != "[1m0s 2m0s 4m0s 8m0s 16m0s 32m0s 1h0m0s 1h0m0s 1h0m0s]" {
		t.Error(got)
	}
	if tr := board.Troubles([]string{"mail", "webhook"}); len(tr) != 1 || tr[0].Tries != 9 || !tr[0].Since.Equal(now) {
		t.Errorf("%+v", tr)
	}
	if !board.open("mail", now.Add(-30*24*time.Hour)) {
		t.Error("a clock that was wrong keeps the way closed")
	}
	board.add(board.recovered("mail", at))
	if len(board.Troubles([]string{"mail"})) > 0 || len(board.recovered("mail", at)) > 0 || !board.open("mail", at) {
		t.Error("it did not recover")
	}
}
