package world

import (
	"slices"

	"seuranta/internal/observation"
)

// cover is how much of a stretch a log covers.
type cover int

const (
	none cover = iota
	part
	whole
)

// silence is the longest time that may pass without a line before the log is taken to have stopped.
const silence = 24 * 60 * 60

// covered returns the stretches that lines at these moments cover, given in any order.
func covered(lines []moment) []span {
	lines = slices.Sorted(slices.Values(lines))
	var out []span
	for i, at := range lines {
		if i == 0 || at-lines[i-1] > silence {
			out = append(out, span{at, at})
		}
		out[len(out)-1].to = at
	}
	return out
}

// covers tells how much of s the stretches cover.
func covers(stretches []span, s span) cover {
	best := none
	for _, c := range stretches {
		switch {
		case c.from <= s.from && s.to <= c.to:
			return whole
		case c.from < s.to && s.from < c.to:
			best = part
		}
	}
	return best
}

// alive tells whether d lies in the life of the site.
func (s *site) alive(d observation.Date) bool {
	return !s.life.Within(observation.Period{From: d, To: d + 1}).Empty()
}
