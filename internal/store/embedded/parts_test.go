//go:build linux && amd64

package embedded

import "testing"

func TestUncovered(t *testing.T) {
	at := func(partition string, least, most int64) span { return span{"d.t", partition, least, most} }
	for name, c := range map[string]struct {
		remembered, have []span
		gone             int
	}{
		"nothing":                     {nil, []span{at("a", 1, 1)}, 0},
		"the same":                    {[]span{at("a", 1, 1), at("a", 3, 3)}, []span{at("a", 3, 3), at("a", 1, 1)}, 0},
		"merged":                      {[]span{at("a", 1, 1), at("a", 3, 3)}, []span{at("a", 1, 3)}, 0},
		"merged with a gap":           {[]span{at("a", 1, 5)}, []span{at("a", 1, 9)}, 0},
		"split":                       {[]span{at("a", 1, 5)}, []span{at("a", 4, 5), at("a", 1, 3)}, 0},
		"old and new on disk":         {[]span{at("a", 1, 5)}, []span{at("a", 1, 1), at("a", 1, 7), at("a", 2, 2)}, 0},
		"gone":                        {[]span{at("a", 1, 1)}, nil, 1},
		"gone before":                 {[]span{at("a", 1, 1), at("a", 2, 2)}, []span{at("a", 2, 2)}, 1},
		"gone in the middle":          {[]span{at("a", 1, 3)}, []span{at("a", 1, 1), at("a", 3, 3)}, 1},
		"gone at the end":             {[]span{at("a", 1, 3)}, []span{at("a", 1, 2)}, 1},
		"there in another partition":  {[]span{at("a", 1, 1)}, []span{at("b", 1, 1)}, 1},
		"there in another table":      {[]span{at("a", 1, 1)}, []span{{"d.u", "a", 1, 1}}, 1},
		"all of two partitions":       {[]span{at("a", 1, 1), at("b", 2, 2)}, nil, 2},
		"new ones are no old ones":    {[]span{at("a", 1, 1)}, []span{at("a", 2, 9)}, 1},
		"of an unpartitioned table":   {[]span{at("all", 1, 4)}, []span{at("all", 1, 4)}, 0},
		"nothing is left of anything": {nil, nil, 0},
	} {
		if got := uncovered(c.remembered, c.have); len(got) != c.gone {
			t.Errorf("%s: gone is %v", name, got)
		}
	}
}

func TestSpansAreReadBack(t *testing.T) {
	for _, p := range []span{{"d.t", "2026", 1, 20}, {"d.t", "all", 0, 0}} {
		if got, ok := parseSpan(p.String()); !ok || got != p {
			t.Errorf("%v came back as %v", p, got)
		}
	}
	for _, line := range []string{"", "d.t", "d.t\ta\t1", "d.t\ta\t1\tx", "d.t\ta\t\t1", "d.t\ta\t1\t2\t3"} {
		if got, ok := parseSpan(line); ok {
			t.Errorf("%q is read as %v", line, got)
		}
	}
}
