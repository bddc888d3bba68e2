package observation

import (
	"slices"
	"time"
)

// Heard is when a part of a source was first spoken of, and when it answered last.
type Heard struct {
	Organisation string
	Source       string
	Part         string
	First        time.Time
	Answered     time.Time // zero when it never did
}

// partKey names a part of a source.
type partKey struct {
	SourceKey
	part string
}

func (c Coverage) partKey() partKey { return partKey{SourceKey{c.Organisation, c.Source}, c.Part} }

// parts knows which parts sources have, of those that name them.
type parts map[SourceKey][]string

func partsOf(sources []Source) parts {
	out := parts{}
	for _, s := range sources {
		if s.Parts != nil {
			out[s.Key()] = s.Parts
		}
	}
	return out
}

// former tells whether coverage is of a part that its source no longer has.
func (p parts) former(c Coverage) bool {
	if c.Part == "" {
		return false
	}
	named, ok := p[SourceKey{c.Organisation, c.Source}]
	return ok && !slices.Contains(named, c.Part)
}

// WithFormer returns those of the sources of which the coverage knows a part that they no longer have.
func WithFormer(all []Coverage, sources []Source) []Source {
	named := partsOf(sources)
	if len(named) == 0 {
		return nil
	}
	found := map[SourceKey]bool{}
	for _, c := range all {
		if named.former(c) {
			found[SourceKey{c.Organisation, c.Source}] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(sources), func(s Source) bool { return !found[s.Key()] })
}

// Succeeded leaves out of coverage what one part of a source made up for in the place of another. A part that was first heard
// of after a former part answered last, as a feed at its new address, stands in that one's place: of what the two said of a
// period the better counts, an answer rather than a part of it, that rather than a failure. It changes nothing of all.
func Succeeded(all []Coverage, sources []Source, heard []Heard) []Coverage {
	s := succession{parts: partsOf(sources), heard: map[partKey]Heard{}, told: map[CoverageKey][]Coverage{}}
	for _, h := range heard {
		s.heard[partKey{SourceKey{h.Organisation, h.Source}, h.Part}] = h
	}
	for _, c := range all {
		if c.Result.weight() > 0 && c.Part != "" {
			s.told[c.periodKey()] = append(s.told[c.periodKey()], c)
		}
	}
	return slices.DeleteFunc(slices.Clone(all), s.madeUpFor)
}

// periodKey is the key without the part.
func (c Coverage) periodKey() CoverageKey {
	key := c.CoverageKey
	key.Part = ""
	return key
}

type succession struct {
	parts parts
	heard map[partKey]Heard
	told  map[CoverageKey][]Coverage // what was answered, be it in part, by period
}

// madeUpFor tells whether better was said of the period of c by a part in its place, or by one in whose place it is.
func (s succession) madeUpFor(c Coverage) bool {
	if c.Result.Answered() || c.Part == "" {
		return false
	}
	return slices.ContainsFunc(s.told[c.periodKey()], func(other Coverage) bool {
		return other.Result.weight() > c.Result.weight() && (s.inPlace(other, c) || s.inPlace(c, other))
	})
}

// inPlace tells whether the part of next stands in the place of that of old.
func (s succession) inPlace(next, old Coverage) bool {
	return s.parts.former(old) && s.heard[next.partKey()].First.After(s.heard[old.partKey()].Answered)
}
