package feed

import (
	"slices"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// cover says of every closed day of the window how far the feed measured it.
func (s *source) cover(v *visit, w collector.Window, out collector.Sink) {
	if !w.Asks(observation.Day) {
		return
	}
	for _, p := range w.Periods(observation.Day) {
		c := v.day(p.From, w)
		c.Part, c.Metric, c.Grain, c.From = v.part, s.metric(), observation.Day, p.From
		out.Cover(c)
	}
}

// day says how far one day was measured.
func (v *visit) day(d observation.Date, w collector.Window) observation.Coverage {
	from, to := d.Start(w.Zone).Unix(), d.End(w.Zone).Unix()
	gaps := v.memory.gaps(from, to)
	if len(gaps) > 0 {
		return v.unmeasured(gaps, from, to, w)
	}
	if v.silent(w.Now) && v.memory.Newest < from {
		return observation.Coverage{Result: observation.Partial, Reason: collector.ReasonFeedSilent, Gaps: spans([]stretch{{from, to}}, w.Zone)}
	}
	if _, has := slices.BinarySearch(v.contents.Days, int32(d)); has || d < observation.DateOf(w.Now.In(w.Zone))-daysRemembered {
		return observation.Coverage{Result: observation.OK}
	}
	return observation.Coverage{Result: observation.NoData}
}

// unmeasured says why a day was not measured whole, or not at all: for the reason of the newest of its gaps.
func (v *visit) unmeasured(gaps []stretch, from, to int64, w collector.Window) observation.Coverage {
	c := observation.Coverage{Result: observation.Failed, Gaps: spans(gaps, w.Zone)}
	newest := gaps[len(gaps)-1]
	first, last := v.memory.ends()
	switch {
	case v.err != nil && newest.From >= last:
		c.Result, c.Reason, c.Detail = collector.ResultOf(v.err), collector.ReasonOf(v.err), v.err.Error()
	case newest.To <= first:
		c.Reason = collector.ReasonFeedShort
	default:
		c.Reason = collector.ReasonRolledOver
	}
	if gaps[0] != (stretch{from, to}) {
		c.Result = observation.Partial
	}
	return c
}

// ends returns where what was measured begins and ends; without any of it both lie at the beginning of time.
func (m *memory) ends() (first, last int64) {
	if len(m.Measured) == 0 {
		return always, always
	}
	return m.Measured[0].From, m.Measured[len(m.Measured)-1].To
}

// gaps returns what is missing between two moments.
func (m *memory) gaps(from, to int64) []stretch {
	var out []stretch
	at := from
	for _, s := range m.Measured {
		if s.From > at && at < to {
			out = append(out, stretch{at, min(s.From, to)})
		}
		at = max(at, s.To)
	}
	if at < to {
		out = append(out, stretch{at, to})
	}
	return out
}

// longestQuiet is the least time without news that is remarkable, and quietFactor how many times longer than ever before.
const (
	longestQuiet = int64(48 * time.Hour / time.Second)
	quietFactor  = 4
)

// silent tells whether the feed has had no news for so long that it may have stopped, which looks the same as no news.
func (v *visit) silent(now time.Time) bool {
	return v.memory.Rhythm > 0 && now.Unix()-v.memory.Newest > max(longestQuiet, quietFactor*v.memory.Rhythm)
}

func spans(gaps []stretch, zone *time.Location) []observation.Span {
	var out []observation.Span
	for _, g := range gaps {
		out = append(out, observation.Span{From: time.Unix(g.From, 0).In(zone), To: time.Unix(g.To, 0).In(zone)})
	}
	return out
}
