package observation

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSpoken(t *testing.T) {
	row := func(part string, day Date, r Result) Coverage {
		return Coverage{CoverageKey: CoverageKey{Source: "loki", Part: part, Metric: "views", Grain: Day, From: day}, Result: r}
	}
	failed, log, other := row("", 1, Failed), row("log", 1, OK), row("", 2, Failed)
	elsewhere := row("log", 2, OK)
	elsewhere.Metric = "visitors"
	for name, c := range map[string]struct{ in, want []Coverage }{
		"nothing":                       {nil, nil},
		"parts alone":                   {[]Coverage{log, row("copy", 1, Failed)}, []Coverage{log, row("copy", 1, Failed)}},
		"the whole alone":               {[]Coverage{failed, other}, []Coverage{failed, other}},
		"a part was spoken of later":    {[]Coverage{failed, other, log}, []Coverage{other, log}},
		"and before":                    {[]Coverage{log, failed}, []Coverage{log}},
		"a part of another metric":      {[]Coverage{other, elsewhere}, []Coverage{other, elsewhere}},
		"a kind that knows of no parts": {[]Coverage{row("", 1, OK)}, []Coverage{row("", 1, OK)}},
	} {
		t.Run(name, func(t *testing.T) {
			before := append([]Coverage(nil), c.in...)
			if d := cmp.Diff(c.want, Spoken(c.in)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			if d := cmp.Diff(before, c.in); d != "" {
				t.Errorf("it changed what it was given:\n%s", d)
			}
		})
	}
}
