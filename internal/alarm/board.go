package alarm

import (
	"slices"
	"strings"
	"time"

	"seuranta/internal/observation"
)

// The states of rows: of a fault and of what was told of it, and of a way.
const (
	stands  = "stands"
	over    = "over"
	dropped = "dropped" // nobody asks for it any more: it is neither there nor mended, and nobody is told
	failing = "failing" // nothing goes out by the way
	working = "working"
)

// Board is what the store knows of faults and of what was told.
type Board struct {
	rows map[observation.AlarmKey]observation.Alarm
	ours func(organisation string) bool
	asks func(Fault) bool // nil: all is asked for
}

// NewBoard reads rows of the store; those of other organisations than these are left alone: a server may hold the numbers of
// several installations.
func NewBoard(rows []observation.Alarm, organisations []string) Board {
	b := Board{rows: map[observation.AlarmKey]observation.Alarm{}, ours: func(o string) bool { return o == "" || slices.Contains(organisations, o) }}
	b.add(rows)
	return b
}

func (b Board) add(rows []observation.Alarm) {
	for _, r := range rows {
		if b.ours(r.Organisation) {
			b.rows[r.AlarmKey] = r
		}
	}
}

// key names the fault in the store: a part stands behind its kind.
func (f Fault) key() observation.AlarmKey {
	key := observation.AlarmKey{Organisation: f.Organisation, Source: f.Source, Fault: f.Kind}
	if f.Part != "" {
		key.Fault += " " + f.Part
	}
	return key
}

func faultOf(r observation.Alarm) Fault {
	kind, part, _ := strings.Cut(r.Fault, " ")
	return Fault{Kind: kind, Part: part, Organisation: r.Organisation, Source: r.Source, Since: r.Since, Until: r.Until, Step: r.Step, Detail: r.Detail}
}

// Standing returns the faults that stand, sorted by organisation, source and kind.
func (b Board) Standing() (out []Fault) {
	for key, r := range b.rows {
		if key.Fault != "" && key.Way == "" && r.State == stands {
			out = append(out, faultOf(r))
		}
	}
	slices.SortFunc(out, compare)
	return out
}

// stood tells whether a fault stands, as far as the board knows.
func (b Board) stood(key observation.AlarmKey) bool { return b.rows[key].State == stands }

// changes returns the rows that bring the board to these faults.
func (b Board) changes(faults []Fault, now time.Time) (out []observation.Alarm) {
	found := map[observation.AlarmKey]bool{}
	for _, f := range faults {
		found[f.key()] = true
		is := b.rows[f.key()]
		row := observation.Alarm{AlarmKey: f.key(), State: stands, Step: f.Step, Since: f.Since, Until: f.Until, Detail: f.Detail}
		switch {
		case is.State != stands:
			out = append(out, row)
		case is.Step != f.Step || !is.Until.Equal(f.Until) || is.Detail != f.Detail && f.Kind != DiskFull:
			row.Since = is.Since
			out = append(out, row)
		}
	}
	for _, f := range b.Standing() {
		if !found[f.key()] {
			state := over
			if b.asks != nil && !b.asks(f) {
				state = dropped
			}
			out = append(out, observation.Alarm{AlarmKey: f.key(), State: state, Since: now, Until: f.Until, Step: f.Step, Detail: f.Detail})
		}
	}
	return out
}

// Update brings the board, and not the store, to what is known.
func (b Board) Update(k Known) {
	k.DiskStands = b.stood(Fault{Kind: DiskFull}.key())
	b.add(b.changes(Faults(k), k.Now))
}

// Notice is one thing to tell: a fault that began or got graver, or one that is over.
type Notice struct {
	Fault
	Over bool
}

// told is the row that says that a way told a notice.
func (n Notice) told(way string) observation.Alarm {
	row := observation.Alarm{AlarmKey: n.key(), State: stands, Step: n.Step, Since: n.Since, Until: n.Until, Detail: n.Detail}
	row.Way = way
	if n.Over {
		row.State = over
	}
	return row
}

// untold returns what a way has to tell, and what it is to know without anybody being told: that a fault is less grave, or
// that it gave way to another one of the same source.
func (b Board) untold(way string) (tell []Notice, quiet []observation.Alarm) {
	for key, is := range b.rows {
		if key.Fault == "" || key.Way != "" {
			continue
		}
		at := key
		at.Way = way
		knows, n := b.rows[at], Notice{faultOf(is), is.State != stands}
		switch {
		case n.Over && knows.State != stands, !n.Over && knows.State == stands && knows.Step == is.Step:
		case is.State == dropped, n.Over && b.replaced(key), !n.Over && knows.State == stands && knows.Step > is.Step:
			quiet = append(quiet, n.told(way))
		default:
			tell = append(tell, n)
		}
	}
	slices.SortFunc(tell, func(a, b Notice) int { return compare(a.Fault, b.Fault) })
	return tell, quiet
}

// replaced tells whether a fault is over because its source has a worse one.
func (b Board) replaced(key observation.AlarmKey) bool {
	whole := key
	whole.Fault = SourceFailed
	return key != whole && (key.Fault == SourceLate || strings.HasPrefix(key.Fault, SourceFailed)) && b.stood(whole)
}

// Trouble is a way by which nothing goes out.
type Trouble struct {
	Way    string
	Since  time.Time
	Next   time.Time // when it is tried again
	Tries  int
	Detail string
}

// Troubles returns the ways that fail, of those that are named.
func (b Board) Troubles(ways []string) (out []Trouble) {
	for _, way := range ways {
		if r := b.rows[observation.AlarmKey{Way: way}]; r.State == failing {
			out = append(out, Trouble{Way: way, Since: r.Since, Next: r.Until, Tries: r.Tries, Detail: r.Detail})
		}
	}
	return out
}

// Unsent counts the faults that stand and that a way has not told.
func (b Board) Unsent(way string) (n int) {
	tell, _ := b.untold(way)
	for _, t := range tell {
		if !t.Over {
			n++
		}
	}
	return n
}

// Told returns when a way told of a fault that stands; zero when it did not.
func (b Board) Told(f Fault, way string) time.Time {
	key := f.key()
	key.Way = way
	if r := b.rows[key]; r.State == stands && r.Step >= f.Step {
		return r.NotedAt
	}
	return time.Time{}
}

// The pauses after a way failed: each twice as long as the one before.
const (
	firstPause   = time.Minute
	longestPause = time.Hour
)

// open tells whether a way may be tried now. A pause that lies further ahead than any can was made by a clock that was wrong.
func (b Board) open(way string, now time.Time) bool {
	r := b.rows[observation.AlarmKey{Way: way}]
	return r.State != failing || !now.Before(r.Until) || r.Until.Sub(now) > longestPause
}

// failed is the row that says that a way failed once more.
func (b Board) failed(way string, now time.Time, why string) observation.Alarm {
	r := b.rows[observation.AlarmKey{Way: way}]
	if r.State != failing {
		r = observation.Alarm{AlarmKey: observation.AlarmKey{Way: way}, State: failing, Since: now}
	}
	r.Tries++
	r.Detail, r.Until = why, now.Add(min(longestPause, firstPause<<min(r.Tries-1, 10)))
	return r
}

// recovered is the row that says that a way works again; none when it did all the time.
func (b Board) recovered(way string, now time.Time) []observation.Alarm {
	if b.rows[observation.AlarmKey{Way: way}].State != failing {
		return nil
	}
	return []observation.Alarm{{AlarmKey: observation.AlarmKey{Way: way}, State: working, Since: now}}
}
