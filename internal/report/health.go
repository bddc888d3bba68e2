package report

import (
	"cmp"
	"slices"

	"seuranta/internal/chart"
	"seuranta/internal/indicator"
	"seuranta/internal/locale"
	"seuranta/internal/observation"
)

// standing is how a source stands, and the channels that it tells of, in the order of the page.
type standing struct {
	indicator.SourceHealth
	channels []observation.Channel
}

// health says of every source how it stands, those in trouble first, then in the order of the page's channels; and what else
// readers must know of the installation.
func (m maker) health(tracks []track) healthView {
	var v healthView
	troubled := 0
	all := m.sources(tracks)
	slices.SortStableFunc(all, func(a, b standing) int {
		return cmp.Compare(rank(!inTrouble(a.SourceHealth)), rank(!inTrouble(b.SourceHealth)))
	})
	for _, s := range all {
		well := !inTrouble(s.SourceHealth)
		if !well {
			troubled++
		}
		v.Sources = append(v.Sources, sourceView{ID: chart.Plain(s.Source), Name: m.sourceName(s), Words: m.sourceWords(s.SourceHealth), Well: well})
	}
	for _, w := range m.in.Warnings {
		v.Warnings = append(v.Warnings, chart.Plain(w))
	}
	v.Well = troubled == 0 && len(v.Warnings) == 0
	switch {
	case len(v.Sources) == 0:
	case troubled > 0:
		v.Summary = m.l.Text("health.trouble", "n", troubled)
	default:
		v.Summary = m.l.Text("health.well", "n", len(v.Sources))
	}
	return v
}

func rank(well bool) int {
	if well {
		return 1
	}
	return 0
}

// sourceName is what people call a source: its channels, with the id that the configuration gives it.
func (m maker) sourceName(s standing) string {
	var names []string
	for _, c := range s.channels {
		if name := m.channelName(c); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return m.l.Text("health.name", "channel", m.l.List(names), "source", chart.Plain(s.Source))
}

// sources lists each source once, in the order of the page; those that only tell what the page does not show come last, by
// their ids. Where series tell different things of one, the worse counts.
func (m maker) sources(tracks []track) []standing {
	series := make([]indicator.Series, 0, len(tracks)+len(m.in.Series))
	for _, t := range tracks {
		series = append(series, t.Series)
	}
	unseen := slices.DeleteFunc(slices.Clone(m.in.Series), func(s indicator.Series) bool { return s.Grain == observation.Week })
	slices.SortStableFunc(unseen, func(a, b indicator.Series) int { return cmp.Compare(a.Channel.ID, b.Channel.ID) })
	var out []standing
	at := map[string]int{}
	for _, s := range append(series, unseen...) {
		known := slices.SortedFunc(slices.Values(s.Sources), func(a, b indicator.SourceHealth) int { return cmp.Compare(a.Source, b.Source) })
		for _, h := range known {
			i, told := at[h.Source]
			if !told {
				i, at[h.Source] = len(out), len(out)
				out = append(out, standing{SourceHealth: h})
			}
			out[i].add(h, s.Channel)
		}
	}
	return out
}

// add takes another series' word on the source.
func (s *standing) add(h indicator.SourceHealth, c observation.Channel) {
	worse := cmp.Or(
		cmp.Compare(rank(!inTrouble(h)), rank(!inTrouble(s.SourceHealth))), h.LastGood.Compare(s.LastGood), cmp.Compare(h.Result, s.Result), cmp.Compare(h.Reason, s.Reason),
	) < 0
	if worse {
		s.SourceHealth = h
	}
	if !slices.ContainsFunc(s.channels, func(o observation.Channel) bool { return o.ID == c.ID }) {
		s.channels = append(s.channels, c)
	}
}

func inTrouble(s indicator.SourceHealth) bool {
	return s.Late || s.LastGood.IsZero() || !s.Result.Answered() && !s.Result.NotApplicable()
}

// sourceWords says what the newest run of a source came to, and how old its newest answer is.
func (m maker) sourceWords(s indicator.SourceHealth) string {
	reason := m.reason(cmp.Or(s.Reason, string(s.Result)))
	if s.LastRun.IsZero() && s.LastGood.IsZero() {
		reason = m.reason(indicator.ReasonNoRun)
	}
	if len(s.Failing) > 0 {
		reason = FailingWords(m.l, s.Failing)
	}
	key := healthKey(s)
	if byHand(s) && s.LastGood.IsZero() {
		return m.l.Text("health.typed.never")
	}
	if s.LastGood.IsZero() {
		return m.l.Text(key+".never", "reason", reason)
	}
	if key == "health.partial" && len(s.Failing) == 0 && (s.Reason == "" || s.Reason == string(observation.Partial)) {
		key = "health.part" // the reason says nothing more
	}
	return m.l.Text(key, "reason", reason, "when", m.l.Instant(s.LastGood.In(m.zone)), "age", m.l.Age(m.in.Now.Sub(s.LastGood)))
}

// byHand tells whether a source is spoken of as what people typed. Of files that are read on schedule and cannot be read it is
// told as of any other source.
func byHand(s indicator.SourceHealth) bool {
	return s.Typed && (s.Result == "" || s.Result.Answered())
}

// manyFailing is how many parts of a source are named that were not read.
const manyFailing = 3

// FailingWords names the parts of a source that were not read, each with its reason, and says how many more there are.
func FailingWords(l *locale.Locale, failing []observation.Failing) string {
	var out []string
	for i, f := range failing {
		if more := len(failing) - i; i == manyFailing {
			out = append(out, l.Text("health.failing.more", "n", more))
			break
		}
		reason := f.Reason
		if l.Has("reason." + reason) {
			reason = l.Text("reason." + reason)
		}
		out = append(out, chart.Plain(f.Part)+" ("+chart.Plain(reason)+")")
	}
	return l.List(out)
}

func healthKey(s indicator.SourceHealth) string {
	switch {
	case byHand(s) && s.Late:
		return "health.typed.due"
	case byHand(s):
		return "health.typed"
	case s.Result.NotApplicable():
		return "health.ended"
	case s.Result == observation.Partial:
		return "health.partial"
	case !s.Result.Answered() || s.LastGood.IsZero():
		return "health.bad"
	case s.Late:
		return "health.late"
	}
	return "health.ok"
}

// manyWell is how many sources that are well a page names before it folds them away: what matters must not be pushed down.
const manyWell = 8

// Shown are the sources that stand open on the page: all when they are few, else those in trouble.
func (v healthView) Shown() []sourceView {
	if v.Folded() == nil {
		return v.Sources
	}
	return v.Sources[:v.troubled()]
}

// Folded are the sources that are well, when they are many.
func (v healthView) Folded() []sourceView {
	if well := v.Sources[v.troubled():]; len(well) > manyWell {
		return well
	}
	return nil
}

// troubled counts the sources in trouble; they come first.
func (v healthView) troubled() int {
	n := 0
	for n < len(v.Sources) && !v.Sources[n].Well {
		n++
	}
	return n
}
