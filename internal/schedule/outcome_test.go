package schedule

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

func TestWhatPeriodsComeTo(t *testing.T) {
	for name, c := range map[string]struct {
		periods []observation.Result
		want    observation.Result
		reason  string
	}{
		"nothing asked":              {nil, observation.OK, ""},
		"all answered":               {[]observation.Result{"ok", "nodata"}, observation.OK, ""},
		"all without data":           {[]observation.Result{"nodata", "nodata"}, observation.NoData, ""},
		"all gone":                   {[]observation.Result{"gone", "gone"}, observation.Gone, "why gone"},
		"one metric gone":            {[]observation.Result{"ok", "withdrawn"}, observation.OK, ""},
		"one failed":                 {[]observation.Result{"ok", "failed"}, observation.Partial, "why failed"},
		"all failed, the first says": {[]observation.Result{"auth", "failed"}, observation.Auth, "why auth"},
		"a part and a failure":       {[]observation.Result{"partial", "failed"}, observation.Partial, "why failed"},
		"only parts":                 {[]observation.Result{"partial", "partial"}, observation.Partial, "why partial"},
		"gone and failed":            {[]observation.Result{"gone", "waiting"}, observation.Waiting, "why waiting"},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGather(job(t, website(t), nil), nil)
			for _, r := range c.periods {
				g.coverage = append(g.coverage, observation.Coverage{Result: r, Reason: "why " + string(r)})
			}
			if got, reason, _ := g.result(nil); got != c.want || reason != c.reason {
				t.Errorf("%s (%s), want %s (%s)", got, reason, c.want, c.reason)
			}
		})
	}
}

func TestWhereAnItemStood(t *testing.T) {
	var s shelf
	_, _ = run(t, &s, job(t, website(t), func(_ context.Context, w collector.Window, out collector.Sink, _ collector.State) error {
		tellAll(w, out)
		return errors.Join(out.Item(observation.Item{ID: "own"}), out.Item(observation.Item{ID: "blog", Channel: "blogi"}), out.Item(observation.Item{ID: "foreign", Outlet: "Yle"}))
	}))
	got := map[string]string{}
	for _, it := range s.commits[0].Items {
		got[it.ID] = it.Channel
	}
	if d := gocmp.Diff(map[string]string{"own": "kotisivut", "blog": "blogi", "foreign": ""}, got); d != "" {
		t.Errorf("channels of items (-want +got):\n%s", d)
	}
}

func TestMemory(t *testing.T) {
	s := shelf{states: map[string]string{"etag": "a", "offset": "1"}}
	_, err := run(t, &s, job(t, website(t), func(_ context.Context, w collector.Window, out collector.Sink, state collector.State) error {
		tellAll(w, out)
		if v, ok := state.Get("etag"); v != "a" || !ok {
			t.Errorf("etag %q, %v", v, ok)
		}
		if _, ok := state.Get("token"); ok {
			t.Error("it remembers what nobody told it")
		}
		state.Set("etag", "a")
		state.Set("offset", "2")
		if v, _ := state.Get("offset"); v != "2" {
			t.Errorf("offset %q; want what was set", v)
		}
		return nil
	}))
	if d := gocmp.Diff([]observation.SourceState{{Key: "offset", Value: "2"}}, s.commits[0].States); d != "" || err != nil {
		t.Errorf("only what changed is committed; %v (-want +got):\n%s", err, d)
	}
}

func TestAStoreThatFails(t *testing.T) {
	full := errors.New("disk full")
	_, err := Run(context.Background(), &shelf{fails: full}, job(t, website(t), func(context.Context, collector.Window, collector.Sink, collector.State) error {
		return collector.ErrAuth
	}))
	if !errors.Is(err, full) {
		t.Errorf("error %v; want that of the store", err)
	}
}

func TestEveryRunIsLogged(t *testing.T) {
	for name, c := range map[string]struct {
		result error
		want   []string
	}{
		"well": {nil, []string{"level=INFO", `msg="source collected"`, "run=run0", "source=loki", "kind=script", "took=", "result=ok", "new=", "unchanged="}},
		"bad":  {collector.ErrAuth, []string{"level=WARN", "result=auth", "took="}},
	} {
		t.Run(name, func(t *testing.T) {
			var s shelf
			var log bytes.Buffer
			j := job(t, website(t), func(_ context.Context, w collector.Window, out collector.Sink, _ collector.State) error {
				if c.result == nil {
					tellAll(w, out)
				}
				return c.result
			})
			j.Log = slog.New(slog.NewTextHandler(&log, nil))
			_, _ = run(t, &s, j)
			for _, want := range c.want {
				if !strings.Contains(log.String(), want) {
					t.Errorf("no %s in %s", want, &log)
				}
			}
		})
	}
}
