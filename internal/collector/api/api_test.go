package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/collectortest"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

var helsinki = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Helsinki")
	if err != nil {
		panic(err)
	}
	return zone
}()

// morning is a Monday; the window asks for the week before it.
var morning = time.Date(2026, 11, 23, 4, 15, 0, 0, helsinki)

func lastWeek() collector.Window {
	monday := observation.DateOf(morning)
	return collector.Window{Period: observation.Period{From: monday - 7, To: monday}, Now: morning, Zone: helsinki,
		Grains: []observation.Grain{observation.Day, observation.Week, observation.Snapshot}}
}

func TestNumber(t *testing.T) {
	for text, want := range map[string]api.Number{
		`12`: {Value: 12, Known: true}, `"12"`: {Value: 12, Known: true}, `" 12 "`: {Value: 12, Known: true}, `"-3.5"`: {Value: -3.5, Known: true},
		`"007"`: {Value: 7, Known: true}, `0`: {Known: true}, `null`: {}, `""`: {}, `"-"`: {}, `1.5e3`: {Value: 1500, Known: true},
	} {
		var got api.Number
		if err := json.Unmarshal([]byte(text), &got); err != nil || got != want {
			t.Errorf("%s: %+v, %v, want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{`"twelve"`, `{}`, `[]`, `true`, `"NaN"`, `"1e999"`, `1e999`, `"1e3"`, `"0x10p0"`, `"0x10"`, `"12 %"`, `"38%"`, `"+5"`, `"1_000"`, `"5 000"`, `"5\u00a0000"`, `"5,000"`,
		`"inf"`, `".5"`, `"5."`, `"٣"`} {
		var got api.Number
		if err := json.Unmarshal([]byte(text), &got); err == nil {
			t.Errorf("%s: read as %+v", text, got)
		}
	}
	for _, n := range []api.Number{{}, {Value: -1, Known: true}, {Value: 1.5, Known: true}, {Value: 1e15 + 1, Known: true}, {Value: 1 << 53, Known: true}, {Value: 1e300, Known: true}, {Value: math.NaN(), Known: true},
		{Value: math.Inf(1), Known: true}} {
		if got, err := n.Need("views"); err == nil {
			t.Errorf("%+v: taken as a count of %v", n, got)
		}
	}
	if got, err := (api.Number{Value: 1e15, Known: true}).Need("views"); err != nil || got != 1e15 {
		t.Errorf("10^15: %v, %v", got, err)
	}
}

func TestDecodeRefusesWhatIsNoJSON(t *testing.T) {
	for _, body := range []string{"", "<html>", "  <!doctype html>", `{"a":1}{`, `{"a":1} x`, `{"a":`, `{"a":"x"}`, "Too many requests"} {
		var into struct{ A api.Number }
		err := api.Decode([]byte(body), &into)
		if collector.ReasonOf(err) != collector.ReasonBadAnswer {
			t.Errorf("%q: %v, want a bad answer", body, err)
		}
	}
}

// platform returns a platform that a handler answers for.
func platform(t *testing.T, answer http.HandlerFunc) *api.Platform {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	client := fetch.New(fetch.Options{Spacing: -1, Pause: func(context.Context, time.Duration) error { return nil }})
	return &api.Platform{HTTP: client.Session(fetch.Policy{AllowPrivate: true}), Base: s.URL, Header: map[string][]string{"Authorization": {"Bearer x"}}}
}

func TestAsk(t *testing.T) {
	p := platform(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != "POST" || r.FormValue("method") != "Views.get" || r.Header.Get("Authorization") != "Bearer x" || r.URL.RawQuery != "" {
			http.Error(w, "no", http.StatusTeapot)
			return
		}
		_, _ = w.Write([]byte(`{"views":"7"}`))
	})
	var got struct{ Views api.Number }
	if _, err := p.Ask(context.Background(), api.Request{Path: "/index.php", Form: url.Values{"method": {"Views.get"}}}, &got); err != nil || got.Views.Value != 7 {
		t.Errorf("%+v, %v, want 7 views", got, err)
	}
}

var errLapsed = errors.New("the plan has lapsed")

func TestAPlatformsOwnWordsForAFailure(t *testing.T) {
	for _, status := range []int{200, 400} {
		p := platform(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = w.Write([]byte(`{"result":"error"}`))
		})
		p.Refusal = func(_ int, body []byte) error {
			var e struct{ Result string }
			if api.Decode(body, &e) == nil && e.Result == "error" {
				return errors.Join(errLapsed, collector.ErrBudget)
			}
			return nil
		}
		_, err := p.Ask(context.Background(), api.Request{Path: "/"}, &struct{}{})
		if !errors.Is(err, errLapsed) || collector.ResultOf(err) != observation.Budget {
			t.Errorf("status %d: %v (%s), want the platform's own words and their class", status, err, collector.ResultOf(err))
		}
	}
}

func TestAllowance(t *testing.T) {
	now := morning
	var state collectortest.Memory
	asked := 0
	p := platform(t, func(w http.ResponseWriter, _ *http.Request) { asked++; _, _ = w.Write([]byte(`{}`)) })
	renew := func() { // as a restart does
		p.Allowance = &api.Allowance{Calls: 3, Per: time.Hour, State: &state, Now: func() time.Time { return now }}
	}
	ask := func() error { _, err := p.Ask(context.Background(), api.Request{Path: "/"}, &struct{}{}); return err }
	for i := range 3 {
		renew()
		if err := ask(); err != nil {
			t.Fatalf("call %d: %v", i+1, err)
		}
		now = now.Add(time.Minute)
	}
	renew()
	var wait *collector.WaitError
	if err := ask(); !errors.As(err, &wait) || !wait.Until.Equal(morning.Add(time.Hour)) || asked != 3 {
		t.Errorf("the fourth call in an hour: %v after %d calls, want to wait until %v", err, asked, morning.Add(time.Hour))
	}
	now = wait.Until.Add(time.Second)
	if err := ask(); err != nil || asked != 4 {
		t.Errorf("when the hour is over: %v", err)
	}
}

func TestAllowanceHeedsThePlatform(t *testing.T) {
	now := morning
	var state collectortest.Memory
	p := platform(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("x-ratelimit-remaining", "0")
		_, _ = w.Write([]byte(`{}`))
	})
	renew := func() {
		p.Allowance = &api.Allowance{Calls: 100, Per: time.Hour, State: &state, Now: func() time.Time { return now },
			Told: func(header func(string) string) (int, time.Time, bool) {
				return 0, now.Add(10 * time.Minute), header("X-RateLimit-Remaining") == "0"
			}}
	}
	renew()
	if _, err := p.Ask(context.Background(), api.Request{Path: "/"}, &struct{}{}); err != nil {
		t.Fatal(err)
	}
	renew()
	if _, err := p.Ask(context.Background(), api.Request{Path: "/"}, &struct{}{}); collector.ResultOf(err) != observation.Waiting {
		t.Errorf("a call after the platform said that none is left: %v, want to wait", err)
	}
}

func TestLevels(t *testing.T) {
	for name, c := range map[string]struct {
		now  time.Time
		days observation.Period
		want string // the day that it is told for
	}{
		"in the morning it is that of the day before": {morning, lastWeek().Period, "2026-11-22"},
		"in the evening that of the day itself":       {morning.Add(16 * time.Hour), lastWeek().Period, "2026-11-23"},
		"of the past there is none":                   {morning, observation.Period{From: lastWeek().From - 7, To: lastWeek().From}, ""},
		"nor of what is to come":                      {morning, observation.Period{From: lastWeek().To + 7, To: lastWeek().To + 14}, ""},
	} {
		var out collectortest.Recorder
		w := lastWeek()
		w.Now, w.Period = c.now, c.days
		if err := api.NewTeller(&out, w, nil).Level("list", "subscribers", 812); err != nil {
			t.Fatal(err)
		}
		told := out.Recording().Observations
		if got := len(told); got > 1 || got == 0 != (c.want == "") || got == 1 && told[0].From.String() != c.want {
			t.Errorf("%s: %+v, want %q", name, told, c.want)
		}
	}
}

func TestDaysOfAnotherZone(t *testing.T) {
	var out collectortest.Recorder
	w := lastWeek()
	w.Now = time.Date(2026, 11, 23, 0, 30, 0, 0, helsinki) // Sunday is not over in UTC
	days := api.NewTeller(&out, w, time.UTC).Periods(observation.Day)
	if len(days) != 6 || out.Recording().Zone != "UTC" {
		t.Errorf("%d days, zone %q, want six days of UTC", len(days), out.Recording().Zone)
	}
}

func TestIssues(t *testing.T) {
	var out collectortest.Recorder
	teller := api.NewTeller(&out, lastWeek(), nil)
	letters := api.Letters{Kind: "mailtool", Channel: "uutiskirje", Part: "letters", Metrics: []string{"sends_total", "unique_opens_total"}}
	sent := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, helsinki) }
	err := teller.Issues(letters, []api.Issue{
		{ID: "2", Title: "Marraskuu", SentAt: sent(18, 9), Counts: map[string]float64{"sends_total": 800, "unique_opens_total": 300}},
		{ID: "2", Title: "Marraskuu", SentAt: sent(18, 9), Counts: map[string]float64{"sends_total": 800, "unique_opens_total": 300}},
		{ID: "4", Title: "Vastaa: matti@example.fi", SentAt: sent(20, 9)},
		{ID: "1", Title: "Lokakuu", SentAt: sent(1, 9), Counts: map[string]float64{"sends_total": 790}},
		{ID: "3", Title: "Tulossa", SentAt: sent(24, 9), Counts: map[string]float64{"sends_total": 800}},
		{ID: "0", Title: "Vanha", SentAt: sent(1, 9).AddDate(0, -6, 0), Counts: map[string]float64{"sends_total": 700}},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := out.Recording()
	if len(got.Items) != 3 {
		t.Errorf("%d items, want the letters of the last weeks that were sent: %+v", len(got.Items), got.Items)
	}
	sends := map[string]float64{}
	for _, o := range got.Observations {
		if o.Metric == "sends" {
			sends[o.From.String()] = o.Value
		}
		if o.Metric == "unique_opens_total" && o.Basis != observation.Estimate {
			t.Errorf("openings are told as %s, they are an estimate", o.Basis)
		}
	}
	if _, told := sends["2026-11-20"]; len(sends) != 6 || told || sends["2026-11-18"] != 800 || sends["2026-11-19"] != 0 {
		t.Errorf("sends by day %v, want 800 on Wednesday, nothing on Friday, whose letter has no number, and 0 on the other days of the week", sends)
	}
	for _, i := range got.Items {
		if collector.Personal(i.Title) != "" {
			t.Errorf("the title %q tells of a person", i.Title)
		}
	}
}

func TestThrough(t *testing.T) {
	list := func(all int, pages ...int) (asked []int, err error) {
		err = api.Through(func(so, page int) (int, int, error) {
			asked = append(asked, so)
			if page > len(pages) {
				return 0, all, nil
			}
			return pages[page-1], all, nil
		})
		return asked, err
	}
	for _, c := range []struct {
		all   int
		pages []int
		asked []int
	}{{0, []int{0}, []int{0}}, {3, []int{3}, []int{0}}, {5, []int{2, 2, 1}, []int{0, 2, 4}}} {
		if asked, err := list(c.all, c.pages...); err != nil || !slices.Equal(asked, c.asked) {
			t.Errorf("%d in pages of %v: asked at %v, %v, want %v", c.all, c.pages, asked, err, c.asked)
		}
	}
	if _, err := list(5, 2, 2); collector.ReasonOf(err) != collector.ReasonBadAnswer {
		t.Errorf("a list that ends too early: %v, want a bad answer", err)
	}
	err := api.Through(func(so, _ int) (int, int, error) { return 1, so + 10, nil })
	if collector.ReasonOf(err) != collector.ReasonBadAnswer {
		t.Errorf("a list without end: %v, want a bad answer", err)
	}
}

func TestPages(t *testing.T) {
	var out collectortest.Recorder
	teller := api.NewTeller(&out, lastWeek(), nil)
	err := teller.Pages("pages", "kotisivut", "https://www.example.fi", teller.Periods(observation.Day)[0], []api.Page{
		{Path: "/hanke?utm_source=x", Views: 5}, {Path: "/hanke/", Title: "Hanke", Views: 7}, {Path: "/", Views: 20}, {Path: "/?p=7", Views: 3},
		{Path: "/haku?s=matti.meikalainen@example.fi", Views: 1}, {Path: "/tili/matti.meikalainen@example.fi", Views: 4},
	}, 2)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	titles := map[string]string{"": ""}
	for _, i := range out.Recording().Items {
		titles[i.ID] = i.Title
	}
	for _, o := range out.Recording().Observations {
		got[titles[o.Subject]] = o.Value
	}
	if want := map[string]float64{"": 40, "/": 20, "Hanke": 12}; len(got) != 3 || got[""] != want[""] || got["/"] != want["/"] || got["Hanke"] != want["Hanke"] {
		t.Errorf("views by page %v, want %v", got, want)
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{"days":[{"day":"2026-11-01","views":"12"}]}`, `{"days":[{"views":null}]}`, `<html>`, `[]`, `{"days":[{"views":1e400}]}`, "\x00"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var into struct {
			Days []struct {
				Day   string     `json:"day"`
				Views api.Number `json:"views"`
			} `json:"days"`
		}
		if err := api.Decode(body, &into); err != nil {
			return
		}
		for _, d := range into.Days {
			if n, err := d.Views.Need("views"); err == nil && (n < 0 || n > 1e15 || n != float64(int64(n))) {
				t.Errorf("%q: a count of %v", body, n)
			}
		}
	})
}

func TestARefusalForTooManyCallsSaysUntilWhen(t *testing.T) {
	var state collectortest.Memory
	until, calls := morning.Add(20*time.Minute), 0
	p := platform(t, func(w http.ResponseWriter, _ *http.Request) {
		calls++
		w.Header().Set("X-Left", "0")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	p.Allowance = &api.Allowance{Calls: 100, Per: time.Hour, State: &state, Now: func() time.Time { return morning },
		Told: func(header func(string) string) (int, time.Time, bool) { return 0, until, header("X-Left") == "0" }}
	_, err := p.Ask(context.Background(), api.Request{Path: "/"}, &struct{}{})
	var wait *collector.WaitError
	if !errors.As(err, &wait) || !wait.Until.Equal(until) || collector.ResultOf(err) != observation.Waiting {
		t.Errorf("%v, want to wait until %v", err, until)
	}
	if calls != 1 {
		t.Errorf("it was asked %d times although it said when", calls)
	}
}

// TestTheLaterMomentCounts: a platform that says in two ways until when it wants to be left alone is left alone until the later; a
// moment that is over, that comes in more than a week or that cannot be is not believed, be it told of a refusal or of an answer.
func TestTheLaterMomentCounts(t *testing.T) {
	for _, c := range []struct {
		retryAfter string
		reset      int64
		want       time.Duration
		good       observation.Result // of a second question, when the first was answered
	}{
		{"3600", morning.Add(-time.Hour).Unix(), time.Hour, observation.OK},
		{"", morning.Add(-time.Hour).Unix(), 15 * time.Minute, observation.OK},
		{"3600", morning.Add(10 * time.Minute).Unix(), time.Hour, observation.Waiting},
		{"600", morning.Add(time.Hour).Unix(), time.Hour, observation.Waiting},
		{"2", morning.Add(time.Hour).Unix(), time.Hour, observation.Waiting},
		{"", morning.AddDate(0, 0, 6).Unix(), 6 * 24 * time.Hour, observation.Waiting},
		{"", morning.AddDate(1, 0, 0).Unix(), 15 * time.Minute, observation.OK},
		{"3600", morning.AddDate(1, 0, 0).Unix(), time.Hour, observation.OK},
		{"", morning.Add(time.Hour).UnixMilli(), 15 * time.Minute, observation.OK},
		{"", math.MaxInt64, 15 * time.Minute, observation.OK},
		{"31536000", math.MaxInt64, 7 * 24 * time.Hour, observation.OK},
	} {
		status := http.StatusTooManyRequests
		p := platform(t, func(w http.ResponseWriter, _ *http.Request) {
			if c.retryAfter != "" {
				w.Header().Set("Retry-After", c.retryAfter)
			}
			w.WriteHeader(status)
			_, _ = w.Write([]byte(`{}`))
		})
		p.HTTP = fetch.New(fetch.Options{Spacing: -1, Now: func() time.Time { return morning }, Pause: func(context.Context, time.Duration) error { return nil }}).Session(fetch.Policy{AllowPrivate: true})
		ask := func() error {
			_, err := p.Ask(t.Context(), api.Request{Path: "/"}, &struct{}{})
			return err
		}
		renew := func() {
			p.Allowance = &api.Allowance{Calls: 100, Per: time.Hour, State: new(collectortest.Memory), Now: func() time.Time { return morning },
				Told: func(func(string) string) (int, time.Time, bool) { return 0, time.Unix(c.reset, 0), true }}
		}
		renew()
		err := ask()
		var wait *collector.WaitError
		var failed *fetch.Error
		until := time.Time{}
		switch {
		case errors.As(err, &wait):
			until = wait.Until
		case errors.As(err, &failed):
			until = failed.Until
		}
		if collector.ResultOf(err) != observation.Waiting || !until.Equal(morning.Add(c.want)) {
			t.Errorf("%+v: %v, want to wait until %v", c, err, morning.Add(c.want))
		}
		renew()
		status = http.StatusOK
		if err := errors.Join(ask(), ask()); collector.ResultOf(err) != c.good {
			t.Errorf("%+v: after an answer with none left %v, want %s", c, err, c.good)
		}
	}
}

// TestWordsGoBeforeCallsThatAreLeft: what a refusal says in words of a class counts, also where its head says that no calls are left
// until a moment; words of no class, and a page of somebody in between, do not.
func TestWordsGoBeforeCallsThatAreLeft(t *testing.T) {
	until := morning.Add(20 * time.Minute)
	for name, c := range map[string]struct {
		own  error
		want observation.Result
	}{
		"nothing": {nil, observation.Waiting}, "other words": {errors.New("too many"), observation.Waiting}, "a page": {&api.BadAnswerError{Text: "a page"}, observation.Waiting},
		"a budget": {collector.ErrBudget, observation.Budget}, "a credential": {collector.ErrAuth, observation.Auth}, "gone": {collector.ErrGone, observation.Gone},
	} {
		var state collectortest.Memory
		p := platform(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) })
		p.Refusal = func(int, []byte) error { return c.own }
		p.Allowance = &api.Allowance{Calls: 100, Per: time.Hour, State: &state, Now: func() time.Time { return morning },
			Told: func(func(string) string) (int, time.Time, bool) { return 0, until, true }}
		_, err := p.Ask(t.Context(), api.Request{Path: "/"}, &struct{}{})
		var wait *collector.WaitError
		if collector.ResultOf(err) != c.want || errors.As(err, &wait) != (c.want == observation.Waiting) || wait != nil && !wait.Until.Equal(until) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// TestNoUseInAnotherTry: what the platform says in its own way, or by words of a class that asking again does not change, ends the
// tries at once; an answer that says nothing does not.
func TestNoUseInAnotherTry(t *testing.T) {
	until := morning.Add(time.Hour)
	for name, c := range map[string]struct {
		rest    func(int, map[string][]string, []byte) (time.Time, bool)
		refusal error
		calls   int
		want    observation.Result
	}{
		"nothing":       {nil, nil, 3, observation.Waiting},
		"its own way":   {func(int, map[string][]string, []byte) (time.Time, bool) { return until, true }, nil, 1, observation.Waiting},
		"its words":     {nil, &collector.WaitError{Until: until}, 1, observation.Waiting},
		"a budget":      {nil, collector.ErrBudget, 1, observation.Budget},
		"a credential":  {nil, collector.ErrAuth, 1, observation.Auth},
		"another fault": {nil, errors.New("something else"), 3, observation.Waiting},
	} {
		calls := 0
		p := platform(t, func(w http.ResponseWriter, _ *http.Request) { calls++; w.WriteHeader(http.StatusTooManyRequests) })
		p.Rest, p.Refusal = c.rest, func(int, []byte) error { return c.refusal }
		_, err := p.Ask(context.Background(), api.Request{Path: "/"}, &struct{}{})
		if collector.ResultOf(err) != c.want || calls != c.calls {
			t.Errorf("%s: %v after %d calls, want %s after %d", name, err, calls, c.want, c.calls)
		}
		var wait *collector.WaitError
		var failed *fetch.Error
		if c.calls == 1 && c.want == observation.Waiting && !(errors.As(err, &wait) && wait.Until.Equal(until)) && !(errors.As(err, &failed) && failed.Until.Equal(until)) {
			t.Errorf("%s: %v does not say until when", name, err)
		}
	}
}
