package api_test

import (
	"testing"

	"seuranta/internal/collector/api"
	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
)

// TestWhichExportKnowsADayBetter: the one that reaches further, of two that reach as far the one that was downloaded later where both say
// so, and else the one that comes now.
func TestWhichExportKnowsADayBetter(t *testing.T) {
	day := observation.NewDate(2026, 11, 1)
	file := func(from, to int, taken int64, what string) api.Export {
		return api.Export{Period: observation.Period{From: day + observation.Date(from), To: day + observation.Date(to)}, What: what, Taken: taken}
	}
	var memory collectortest.Memory
	api.KnownExports(&memory).Keep(file(0, 10, 50, "content"))
	for name, c := range map[string]struct {
		file api.Export
		day  int
		want bool
	}{
		"ends earlier":                   {file(0, 8, 0, "content"), 3, true},
		"ends earlier, of another day":   {file(-5, 8, 0, "content"), -2, false},
		"ends earlier, downloaded later": {file(0, 8, 90, "content"), 3, true},
		"ends later":                     {file(5, 12, 0, "content"), 7, false},
		"as far, downloaded before":      {file(0, 10, 40, "content"), 3, true},
		"as far, downloaded later":       {file(0, 10, 60, "content"), 3, false},
		"as far, and nobody knows when":  {file(0, 10, 0, "content"), 3, false},
		"of another kind of file":        {file(0, 8, 0, "followers"), 3, false},
	} {
		if got := api.KnownExports(&memory).Newer(c.file, day+observation.Date(c.day)); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	x := api.KnownExports(&memory)
	x.Keep(file(0, 12, 0, "content"))
	if !x.Newer(file(0, 11, 0, "content"), day+9) || x.Newer(file(0, 12, 30, "content"), day+9) {
		t.Error("a file that reaches further did not take the place of the one before")
	}
	for i := range 900 {
		x.Keep(file(2*i, 2*i+1, 0, "many"))
	}
	if text, _ := memory.Get("exports"); len(text) > 40_000 {
		t.Errorf("%d bytes are remembered", len(text))
	}
}

// TestOfWhatWasTakenBackOtherDaysStay: of a file of which a day was taken back any file may tell that day again, while all others are
// known as before: also how far it reached, wherever in it the day lies.
func TestOfWhatWasTakenBackOtherDaysStay(t *testing.T) {
	day := observation.NewDate(2026, 11, 1)
	file := func(from, to observation.Date) api.Export {
		return api.Export{Period: observation.Period{From: day + from, To: day + to}, What: "content"}
	}
	for _, back := range []observation.Period{{From: day + 9, To: day + 10}, {From: day + 4, To: day + 6}, {From: day, To: day + 1}, {From: day - 5, To: day + 3}, {From: day + 20, To: day + 30}} {
		var before collectortest.Memory
		api.KnownExports(&before).Keep(file(0, 10))
		text, _ := before.Get("exports")
		var after collectortest.Memory
		for name, value := range api.ExportsBeside(map[string]string{"exports": text, "seen": "x"}, back) {
			after.Set(name, value)
		}
		x := api.KnownExports(&after)
		for d := day - 1; d < day+11; d++ {
			if got, want := x.Newer(file(-5, 9), d), d >= day && d < day+10 && !back.Contains(d); got != want {
				t.Errorf("%s taken back: that %s is known better is %v, want %v", back.Label(), d, got, want)
			}
		}
		if x.Newer(file(-5, 11), day+7) {
			t.Errorf("%s taken back: a file that reaches further does not count", back.Label())
		}
		if _, seen := after.Get("seen"); seen {
			t.Error("what is no file is remembered")
		}
	}
	for _, states := range []map[string]string{nil, {"exports": "nonsense"}, {"exports": `[{"from":"2026-11-03","to":"2026-11-05"}]`}} {
		if left := api.ExportsBeside(states, observation.Period{From: observation.FirstDay, To: observation.LastDay + 1}); len(left) > 0 {
			t.Errorf("of all days taken back %v stays", left)
		}
	}
}
