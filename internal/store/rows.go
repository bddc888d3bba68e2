package store

import (
	"math"
	"slices"
	"time"

	"seuranta/internal/observation"
)

// ranked is an observation with the rank that the current table keeps the highest of.
type ranked struct {
	observation.Observation
	rank uint64
}

// rankedCoverage is the same for coverage; withdrawn marks coverage that a retraction took back.
type rankedCoverage struct {
	observation.Coverage
	withdrawn bool
	rank      uint64
}

// Bits of a rank above the version: a row that counts more must have the higher rank whatever the order of arrival.
const (
	completeBit    = 63
	resultBits     = 62
	versionOfARank = 1<<62 - 1
)

// day maps a day to the database's; those that it does not know are the nearest that it does.
func day(d observation.Date) time.Time {
	return min(max(d, observation.FirstDay), observation.LastDay).UTC()
}

// instant maps the zero time to the zero of the database and back: a DateTime knows no year 1. What else it does not know,
// such as the day on which an article of 1965 was published, is kept as unknown rather than as another time.
func instant(t time.Time) time.Time {
	if t.Unix() < 0 || t.Unix() > math.MaxUint32 {
		return time.Unix(0, 0).UTC()
	}
	return t.UTC()
}

func fromInstant(t time.Time) time.Time {
	if t.Unix() == 0 {
		return time.Time{}
	}
	return t.UTC()
}

func flag(b bool) uint8 {
	if b {
		return 1
	}
	return 0
}

func (o ranked) values() []any {
	return []any{o.Organisation, o.Source, o.Channel, o.Metric, o.Subject, o.Dims, string(o.Grain), day(o.From), o.Definition, o.Part,
		instant(o.ObservedAt), o.Value, flag(o.Complete), string(o.Basis), string(o.State), o.Note, o.By, uint64(o.Version), o.rank, o.Run}
}

// observationRow is where rows of observations are scanned to, one after the other: a place for each column, made once.
type observationRow struct {
	into                []any
	texts               shared
	row                 ranked
	grain, basis, state string
	from, at            time.Time
	complete            uint8
}

// scan returns the row, good until the next call.
func (r *observationRow) scan(scan func(...any) error) (*ranked, error) {
	o := &r.row
	if r.into == nil {
		r.into = []any{&o.Organisation, &o.Source, &o.Channel, &o.Metric, &o.Subject, &o.Dims, &r.grain, &r.from, &o.Definition, &o.Part,
			&r.at, &o.Value, &r.complete, &r.basis, &r.state, &o.Note, &o.By, (*uint64)(&o.Version), &o.rank, &o.Run}
		r.texts = sharing(r.into)
	}
	err := scan(r.into...)
	r.texts.share()
	o.Grain, o.From, o.ObservedAt, o.Complete = observation.Grain(r.grain), observation.DateOf(r.from), fromInstant(r.at), r.complete != 0
	o.Basis, o.State = observation.Basis(r.basis), observation.State(r.state)
	return o, err
}

func (c rankedCoverage) values() []any {
	state := observation.Valid
	if c.withdrawn {
		state = observation.Withdrawn
	}
	from, to := make([]time.Time, len(c.Gaps)), make([]time.Time, len(c.Gaps))
	for i, g := range c.Gaps {
		from[i], to[i] = instant(g.From), instant(g.To)
	}
	return []any{c.Organisation, c.Source, c.Channel, c.Part, c.Metric, string(c.Grain), day(c.From), string(c.Result), c.Reason, c.Detail,
		from, to, c.Subjects, string(state), uint64(c.Version), c.rank, c.Run}
}

// shared are the texts of a row. Rows come sorted, and most texts are those of the row before: they are kept once.
type shared struct {
	texts  []*string
	before []string
}

// sharing finds the texts among the places of a row.
func sharing(into []any) (s shared) {
	for _, place := range into {
		if text, ok := place.(*string); ok {
			s.texts = append(s.texts, text)
		}
	}
	s.before = make([]string, len(s.texts))
	return s
}

func (s shared) share() {
	for i, text := range s.texts {
		if *text != s.before[i] {
			s.before[i] = *text
		}
		*text = s.before[i]
	}
}

// coverageRow is the same for rows of coverage.
type coverageRow struct {
	into                 []any
	texts                shared
	row                  rankedCoverage
	grain, result, state string
	first                time.Time
	gapFrom, gapTo       []time.Time
	subjects             []string
}

// scan returns the row, good until the next call.
func (r *coverageRow) scan(scan func(...any) error) (*rankedCoverage, error) {
	c := &r.row
	if r.into == nil {
		r.into = []any{&c.Organisation, &c.Source, &c.Channel, &c.Part, &c.Metric, &r.grain, &r.first, &r.result, &c.Reason, &c.Detail,
			&r.gapFrom, &r.gapTo, &r.subjects, &r.state, (*uint64)(&c.Version), &c.rank, &c.Run}
		r.texts = sharing(r.into)
	}
	err := scan(r.into...)
	r.texts.share()
	c.Grain, c.From, c.Result = observation.Grain(r.grain), observation.DateOf(r.first), observation.Result(r.result)
	c.withdrawn = r.state == string(observation.Withdrawn)
	c.Gaps = nil
	for i := range min(len(r.gapFrom), len(r.gapTo)) {
		c.Gaps = append(c.Gaps, observation.Span{From: r.gapFrom[i].UTC(), To: r.gapTo[i].UTC()})
	}
	c.Subjects = listed(r.subjects)
	return c, err
}

// itemValues returns the row of an item in the history.
func itemValues(it observation.Item) []any {
	return []any{it.Organisation, it.ID, it.Source, it.Channel, it.Outlet, it.Kind, instant(it.PublishedAt), instant(it.FirstSeen), it.Title, it.URL,
		it.Language, it.Text, string(it.State), uint64(it.Version), it.Run, it.Tags, it.Projects, it.Note, it.By}
}

// currentItemValues returns the row of an item in the current table, in the place of a moment that it counts at, or counted at
// once.
func currentItemValues(it observation.Item, at time.Time) []any {
	row := itemValues(it)
	return slices.Concat(row[:1], []any{instant(at)}, row[1:])
}

// itemRow is the same for rows of items.
type itemRow struct {
	into            []any
	texts           shared
	row             observation.Item
	published, seen time.Time
	tags, projects  []string
}

// scan returns the row, good until the next call.
func (r *itemRow) scan(scan func(...any) error) (*observation.Item, error) {
	it := &r.row
	if r.into == nil {
		r.into = []any{&it.Organisation, &it.ID, &it.Source, &it.Channel, &it.Outlet, &it.Kind, &r.published, &r.seen, &it.Title, &it.URL,
			&it.Language, &it.Text, (*string)(&it.State), (*uint64)(&it.Version), &it.Run, &r.tags, &r.projects, &it.Note, &it.By}
		r.texts = sharing(r.into)
	}
	err := scan(r.into...)
	r.texts.share()
	it.PublishedAt, it.FirstSeen = fromInstant(r.published), fromInstant(r.seen)
	it.Tags, it.Projects = listed(r.tags), listed(r.projects)
	return it, err
}

// listed returns a list of its own, nil when it is empty.
func listed(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return slices.Clone(list)
}

func runValues(r observation.Run) []any {
	var parts, hashes, names []string
	var status []int32
	var sizes, counts []int64
	for _, a := range r.Answers {
		parts, hashes = append(parts, a.Part), append(hashes, a.SHA256)
		status, sizes = append(status, int32(a.Status)), append(sizes, a.Size)
	}
	var failing, reasons []string
	for _, f := range r.Failing {
		failing, reasons = append(failing, f.Part), append(reasons, f.Reason)
	}
	for _, c := range r.Told {
		names, counts = append(names, c.Name), append(counts, c.N)
	}
	grains := make([]string, len(r.Grains))
	for i, g := range r.Grains {
		grains[i] = string(g)
	}
	return []any{r.ID, r.Organisation, r.Source, r.Kind, r.Zone, r.StartedAt.UnixMilli(), r.CommittedAt.UnixMilli(), day(r.Window.From), day(r.Window.To),
		grains, string(r.Result), r.Reason, r.Detail, flag(r.Backfill), uint32(r.Calls), r.Cost, parts, status, sizes, hashes, names, counts,
		r.Config, r.Program, uint32(r.New), uint32(r.Changed), uint32(r.Unchanged), uint32(r.Withdrawn), r.Note, failing, reasons}
}

// failingOf joins what a row says of the parts that were not read.
func failingOf(parts, reasons []string) (out []observation.Failing) {
	for i := range min(len(parts), len(reasons)) {
		out = append(out, observation.Failing{Part: parts[i], Reason: reasons[i]})
	}
	return out
}

func scanRun(scan func(...any) error) (r observation.Run, err error) {
	var started, committed int64
	var from, to time.Time
	var grains, parts, hashes, names, failing, reasons []string
	var status []int32
	var sizes, counts []int64
	var result string
	var backfill uint8
	var calls, fresh, changed, unchanged, withdrawn uint32
	err = scan(&r.ID, &r.Organisation, &r.Source, &r.Kind, &r.Zone, &started, &committed, &from, &to,
		&grains, &result, &r.Reason, &r.Detail, &backfill, &calls, &r.Cost, &parts, &status, &sizes, &hashes, &names, &counts,
		&r.Config, &r.Program, &fresh, &changed, &unchanged, &withdrawn, &r.Note, &failing, &reasons)
	r.StartedAt, r.CommittedAt = time.UnixMilli(started).UTC(), time.UnixMilli(committed).UTC()
	r.Window = observation.Period{From: observation.DateOf(from), To: observation.DateOf(to)}
	for _, g := range grains {
		r.Grains = append(r.Grains, observation.Grain(g))
	}
	for i := range parts {
		r.Answers = append(r.Answers, observation.Answer{Part: parts[i], Status: int(status[i]), Size: sizes[i], SHA256: hashes[i]})
	}
	for i := range names {
		r.Told = append(r.Told, observation.Count{Name: names[i], N: counts[i]})
	}
	r.Failing = failingOf(failing, reasons)
	r.Result, r.Backfill, r.Calls = observation.Result(result), backfill != 0, int(calls)
	r.New, r.Changed, r.Unchanged, r.Withdrawn = int(fresh), int(changed), int(unchanged), int(withdrawn)
	return r, err
}
