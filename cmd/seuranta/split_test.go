package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seuranta/collectors"
	"seuranta/internal/config"
	"seuranta/internal/indicator"
	"seuranta/internal/observation"
	"seuranta/internal/schedule"
	"seuranta/internal/store"
	"seuranta/internal/store/embedded/embeddedtest"
	"seuranta/internal/world"
)

// TestAnySplitGivesTheSameFigures collects the logs of a made-up world whole, and again in pieces of any size in any order: the figures
// are equal, and what is told again writes nothing.
func TestAnySplitGivesTheSameFigures(t *testing.T) {
	ctx := context.Background()
	end := observation.NewDate(2026, 11, 2) // the eight weeks before hold the night of the 25 October
	w, err := world.New(ctx, world.Options{End: end, Weeks: 8, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "world")
	if err := w.Write(ctx, dir, "http://127.0.0.1"); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(filepath.Join(dir, "seuranta.yaml"), collectors.Kinds(), func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	days := observation.Period{From: end - 56, To: end}
	whole := newStore(t)
	collectDays(ctx, t, whole, cfg, w.Now(), days)
	want := figuresOfWorld(ctx, t, whole, cfg, w)

	seed := variable(t, "SEURANTA_SPLIT_SEED", rand.Uint64())
	t.Logf("SEURANTA_SPLIT_SEED=%d", seed)
	chance := rand.New(rand.NewPCG(seed, 0))
	pieces := newStore(t)
	for _, p := range shuffledPieces(chance, days) {
		collectDays(ctx, t, pieces, cfg, w.Now(), p)
	}
	if diff := cmp.Diff(want, figuresOfWorld(ctx, t, pieces, cfg, w)); diff != "" {
		t.Errorf("collected in pieces, the figures differ (-whole +pieces):\n%s", diff)
	}
	for name, s := range map[string]*store.Store{"whole": whole, "in pieces": pieces} {
		for _, p := range shuffledPieces(chance, days) {
			for _, run := range collectDays(ctx, t, s, cfg, w.Now(), p) {
				if run.New+run.Changed+run.Withdrawn > 0 {
					t.Errorf("collected %s, collecting %s again writes: %d new, %d changed, %d withdrawn", name, p.Label(), run.New, run.Changed, run.Withdrawn)
				}
			}
		}
	}
	if diff := cmp.Diff(want, figuresOfWorld(ctx, t, whole, cfg, w)); diff != "" {
		t.Errorf("after collecting again, the figures differ:\n%s", diff)
	}
}

func newStore(t *testing.T) *store.Store {
	t.Helper()
	engine, database := embeddedtest.Database(t)
	s, err := store.OpenEngine(context.Background(), engine, database, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if _, err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s
}

func collectDays(ctx context.Context, t *testing.T, s *store.Store, cfg *config.Config, now time.Time, days observation.Period) []observation.Run {
	t.Helper()
	var runs []observation.Run
	for _, source := range ofKind(cfg.Sources, "accesslog") {
		out, err := schedule.Run(ctx, s, schedule.Job{Source: source.Source, Settings: source.Settings, Days: days, Now: now, Dir: cfg.Dir, Metrics: cfg.Desk.Metrics})
		if err != nil || len(out.Rejected) > 0 {
			t.Fatal(err, out.Rejected)
		}
		runs = append(runs, out.Run)
	}
	return runs
}

// figuresOfWorld writes every figure of the world's truth as a line.
func figuresOfWorld(ctx context.Context, t *testing.T, s *store.Store, cfg *config.Config, w *world.World) []string {
	t.Helper()
	var periods []observation.Period
	for _, truth := range w.Truth() {
		if p := truth.Grain.Holding(truth.From); !slices.Contains(periods, p) {
			periods = append(periods, p)
		}
	}
	figures, err := indicator.New(cfg.Desk, s, w.Now(), time.Time{}).FiguresOf(ctx, indicator.Ask{}, periods)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, f := range figures {
		lines = append(lines, fmt.Sprintf("%s %s %v", f.ID, figureWords(f), f.Gaps))
	}
	return lines
}

// shuffledPieces cuts days into pieces of one to nine days, in an order of chance.
func shuffledPieces(chance *rand.Rand, days observation.Period) []observation.Period {
	var out []observation.Period
	for from := days.From; from < days.To; {
		to := min(days.To, from+1+observation.Date(chance.IntN(9)))
		out = append(out, observation.Period{From: from, To: to})
		from = to
	}
	chance.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}
