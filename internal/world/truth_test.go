package world

import (
	"cmp"
	"reflect"
	"slices"
	"testing"

	"seuranta/internal/observation"
)

// key names a figure.
type key struct {
	target, metric string
	grain          observation.Grain
	from           observation.Date
	dims           string
	asOf           int64
}

func keyOf(f Truth) key { return key{f.Target, f.Metric, f.Grain, f.From, f.Dims, f.AsOf.Unix()} }

// websites are the figures of the websites among those of the standard world.
func websites() []Truth {
	return slices.DeleteFunc(slices.Clone(standardTruth()), func(f Truth) bool { return f.Metric != "views" && f.Metric != "visitors" })
}

// TestAccountsAreKnownByTheWeek counts what must be shown of the accounts: followers and publications of every week; what posts
// earned in weeks that were looked at at both ends, but for the week in which YouTube began to count otherwise.
func TestAccountsAreKnownByTheWeek(t *testing.T) {
	got := map[string]int{}
	for _, f := range standard().socialTruth() {
		got[f.Target+" "+f.Metric]++
	}
	for name, want := range map[string]int{
		"facebook followers": 54, "x publications": 54, "youtube subscribers": 54, "bluesky followers": 54, "linkedin impressions": 54, "linkedin reactions": 54, "tiktok media_views": 54,
		"x reactions_earned": 53 - 2, "x impressions_earned": 53 - 2, "facebook views_earned": 53, "youtube reactions_earned": 53, "youtube views_earned": 52,
		"mastodon shares_earned": 8, "instagram views_earned": 3, "threads views_earned": 8, "facebook media_views": 54, "facebook reach": 54, "facebook reactions_earned": 0, "facebook engagements": 54, "instagram reach": 54, "threads shares": 54,
	} {
		if got[name] != want {
			t.Errorf("%s: %d weeks, want %d", name, got[name], want)
		}
	}
}

func TestTruthHoldsEveryFigureOnce(t *testing.T) {
	w := standard()
	truth := standardTruth()
	seen := map[key]bool{}
	for _, f := range truth {
		seen[keyOf(f)] = true
	}
	// Of 54 weeks: the websites by the week and by the day, media hits twice and publications, three levels, five columns of the
	// sheet, appearances twice; of 11 whole months sign-ups three times and the websites; three of earlier. Of services: three of the script by the
	// week and by the day, five of the letter, one of the list.
	if want := 2*2*(54+54*7) + 54*(3+3+5+2) + 3*11 + 2*11 + 3 + 3*(54+54*7) + 54*(5+1) + len(w.socialTruth()); len(truth) != want || len(seen) != want {
		t.Errorf("%d figures, %d different, not %d", len(truth), len(seen), want)
	}
	if w.plan.weeks.From != day("2025-11-10") || w.plan.weeks.To != day("2026-11-23") {
		t.Errorf("the weeks are %s to %s", w.plan.weeks.From, w.plan.weeks.To)
	}
	sorted := slices.IsSortedFunc(truth, func(a, b Truth) int {
		if a.Target != b.Target {
			return cmp.Compare(a.Target, b.Target)
		}
		if a.Metric+a.Dims != b.Metric+b.Dims {
			return cmp.Compare(a.Metric+a.Dims, b.Metric+b.Dims)
		}
		if a.Grain != b.Grain {
			return cmp.Compare(a.Grain, b.Grain)
		}
		return int(a.From - b.From)
	})
	if !sorted {
		t.Error("the figures are not sorted")
	}
	if !reflect.DeepEqual(truth, w.Truth()) {
		t.Error("asked twice, the truth is another")
	}
}

// What a state promises: a value, a range, or neither.
func TestStatesAndValuesAgree(t *testing.T) {
	for _, f := range websites() {
		var ok bool
		switch f.State {
		case StateOK:
			ok = f.Value != nil && *f.Value > 0 && f.Measured == f.Expected && f.Low == nil
		case StateZero:
			ok = f.Value != nil && *f.Value == 0 && f.Measured == f.Expected && f.Low == nil
		case StatePartial:
			ok = f.Value != nil && f.Measured < f.Expected && f.Metric == "views" && f.Low == nil
		case StateBounded:
			ok = f.Value == nil && *f.Low <= *f.High && f.Measured < f.Expected && f.Metric == "visitors" && f.Grain == observation.Week
		case StateMissing:
			ok = f.Value == nil && f.Measured == 0 && f.Expected > 0 && f.Low == nil
		case StateNotApplicable:
			ok = f.Value == nil && f.Measured == 0 && f.Expected == 0 && f.Low == nil
		}
		if !ok {
			t.Errorf("%s", show(f))
		}
	}
}

// A week's views are those of its days; its visitors are at least those of its largest day, and fewer than those of all
// its days, because people come again.
func TestWeeksAgreeWithTheirDays(t *testing.T) {
	truth := websites()
	byKey := map[key]Truth{}
	for _, f := range truth {
		byKey[keyOf(f)] = f
	}
	again := 0
	for _, f := range truth {
		if f.Grain != observation.Week || f.Value == nil {
			continue
		}
		sum, largest := 0.0, 0.0
		for d := f.From; d < f.From+7; d++ {
			if v := byKey[keyOf(Truth{Target: f.Target, Metric: f.Metric, Grain: observation.Day, From: d})].Value; v != nil {
				sum += *v
				largest = max(largest, *v)
			}
		}
		if f.Metric == "views" && *f.Value != sum || f.Metric == "visitors" && (*f.Value > sum || *f.Value < largest) {
			t.Errorf("%s; the days have %v, the largest %v", show(f), sum, largest)
		}
		if f.Metric == "visitors" && *f.Value < sum {
			again++
		}
	}
	if again < 50 {
		t.Errorf("only in %d weeks somebody came again", again)
	}
}

// The disk broke on a Tuesday at two and was back on the Thursday of the week after the next at nine.
func TestTheOutageLooksAsPlanned(t *testing.T) {
	byKey := map[key]Truth{}
	for _, f := range standardTruth() {
		byKey[keyOf(f)] = f
	}
	for _, c := range []struct {
		metric string
		grain  observation.Grain
		from   string
		state  string
		of     int
	}{
		{"views", observation.Week, "2026-09-14", StatePartial, 1},
		{"views", observation.Week, "2026-09-21", StateMissing, 0},
		{"views", observation.Week, "2026-09-28", StatePartial, 3},
		{"visitors", observation.Week, "2026-09-14", StateBounded, 1},
		{"visitors", observation.Week, "2026-09-21", StateMissing, 0},
		{"visitors", observation.Week, "2026-09-28", StateBounded, 3},
		{"views", observation.Day, "2026-09-14", StateOK, 1},
		{"views", observation.Day, "2026-09-15", StatePartial, 0},
		{"visitors", observation.Day, "2026-09-15", StateMissing, 0},
		{"views", observation.Day, "2026-09-16", StateMissing, 0},
		{"views", observation.Day, "2026-10-01", StatePartial, 0},
		{"visitors", observation.Day, "2026-10-01", StateMissing, 0},
		{"visitors", observation.Day, "2026-10-02", StateOK, 1},
	} {
		f := byKey[keyOf(Truth{Target: Home, Metric: c.metric, Grain: c.grain, From: day(c.from)})]
		if f.State != c.state || f.Measured != c.of {
			t.Errorf("%s", show(f))
		}
	}
}

// Somebody who reads over midnight is a visitor of both days and of both weeks.
func TestAReaderOverMidnightCountsOnBothDays(t *testing.T) {
	s := standard().sites[1]
	sunday := day("2026-11-15")
	for _, v := range s.visits {
		n := map[observation.Date]int{}
		for _, st := range v.steps {
			n[st.at.day(s.plan.zone)]++
		}
		if n[sunday] >= 3 && n[sunday+1] >= 3 {
			return
		}
	}
	t.Error("nobody read from Sunday to Monday")
}

func TestCover(t *testing.T) {
	const hour = 60 * 60
	stretches := covered([]moment{50 * hour, 0, 24 * hour, 49 * hour, 60 * hour})
	if want := []span{{0, 24 * hour}, {49 * hour, 60 * hour}}; !reflect.DeepEqual(stretches, want) {
		t.Fatalf("covered are %v", stretches)
	}
	for s, want := range map[span]cover{
		{0, 24 * hour}:         whole,
		{1, 24*hour + 1}:       part,
		{24 * hour, 49 * hour}: none,
		{48 * hour, 60 * hour}: part,
		{49 * hour, 60 * hour}: whole,
		{60 * hour, 70 * hour}: none,
		{-1, 1}:                part,
	} {
		if got := covers(stretches, s); got != want {
			t.Errorf("%v is covered %v, not %v", s, got, want)
		}
	}
	if covers(covered(nil), span{0, 1}) != none {
		t.Error("a log without lines covers something")
	}
}

// The rules of a week, also those that the world itself does not need: a week that is partly outside the life of its
// channel is judged by the days inside.
func TestJudgement(t *testing.T) {
	who := func(names ...string) map[visitor]bool {
		m := map[visitor]bool{}
		for _, n := range names {
			m[visitor{address: n}] = true
		}
		return m
	}
	outside := tally{}
	full := tally{alive: true, cover: whole, views: 5, visitors: who("a", "b")}
	again := tally{alive: true, cover: whole, views: 2, visitors: who("b")}
	empty := tally{alive: true, cover: whole}
	cut := tally{alive: true, cover: part, views: 3, visitors: who("c")}
	lost := tally{alive: true}
	for name, c := range map[string]struct {
		days            []tally
		views, visitors Truth
	}{
		"whole":      {[]tally{full, again}, Truth{State: StateOK, Value: number(7)}, Truth{State: StateOK, Value: number(2)}},
		"born later": {[]tally{outside, full, empty}, Truth{State: StateOK, Value: number(5)}, Truth{State: StateOK, Value: number(2)}},
		"outside":    {[]tally{outside}, Truth{State: StateNotApplicable}, Truth{State: StateNotApplicable}},
		"quiet":      {[]tally{empty, empty}, Truth{State: StateZero, Value: number(0)}, Truth{State: StateZero, Value: number(0)}},
		"lost":       {[]tally{lost, lost}, Truth{State: StateMissing}, Truth{State: StateMissing}},
		"cut":        {[]tally{cut, lost}, Truth{State: StatePartial, Value: number(3)}, Truth{State: StateMissing}},
		"broken":     {[]tally{full, again, cut}, Truth{State: StatePartial, Value: number(10)}, Truth{State: StateBounded, Low: number(2), High: number(3)}},
		"quiet part": {[]tally{empty, lost}, Truth{State: StatePartial, Value: number(0)}, Truth{State: StateBounded, Low: number(0), High: number(0)}},
	} {
		views, visitors := together(c.days).viewsTruth(), together(c.days).visitorsTruth()
		c.views.Metric, c.visitors.Metric = "views", "visitors"
		if !reflect.DeepEqual(views, c.views) || !reflect.DeepEqual(visitors, c.visitors) {
			t.Errorf("%s: %s; %s", name, show(views), show(visitors))
		}
	}
}
