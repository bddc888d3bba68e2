package collectortest

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seuranta/internal/observation"
)

// checkSecrets searches all that the trials left for the canary that stood in every secret: logs, errors, what the store
// tells, and the files that it lies in.
func (b *bench) checkSecrets(t *testing.T) {
	b.seek(t, "the log", b.log.String())
	b.seek(t, "the errors", strings.Join(b.errors, "\n"))
	for what, text := range b.stored(t) {
		b.seek(t, what, text)
	}
	found := 0
	err := filepath.WalkDir(b.data, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return nil // the engine tidies up while we look
		}
		text, _ := os.ReadFile(path)
		found += bytes.Count(text, []byte(b.marker))
		b.seek(t, "the file "+filepath.Base(path), string(text))
		return nil
	})
	if err != nil || found == 0 {
		t.Errorf("the search finds nothing in %s, not even what is there (%v)", b.data, err)
	}
}

// seek reports the canary, plain or as it stands in a head line of Basic authorization.
func (b *bench) seek(t *testing.T, what, text string) {
	t.Helper()
	for _, form := range []string{b.canary, base64.StdEncoding.EncodeToString([]byte(b.canary)), base64.StdEncoding.EncodeToString([]byte(":" + b.canary))} {
		if strings.Contains(text, strings.TrimRight(form, "=")) {
			t.Errorf("a secret of the source stands in %s", what)
		}
	}
}

// stored returns all that the store tells of the trials.
func (b *bench) stored(t *testing.T) map[string]string {
	t.Helper()
	ctx, organisations := context.Background(), []string{observation.Shared}
	out := map[string]string{}
	keep := func(what string, all any, err error) {
		text, failed := json.Marshal(all)
		if err != nil || failed != nil {
			t.Fatal(err, failed)
		}
		out[what] += string(text)
	}
	for _, s := range b.sources {
		organisations = append(organisations, s.Organisation)
		states, err := b.store.States(ctx, s.Organisation, s.ID)
		keep("a state", states, err)
	}
	runs, err := b.store.Runs(ctx, organisations, 10_000, time.Time{})
	keep("a run", runs, err)
	items, err := b.store.Items(ctx, observation.ItemSelection{Organisations: organisations, Span: observation.Span{To: time.Date(2105, 1, 1, 0, 0, 0, 0, time.UTC)}})
	keep("an item", items, err)
	s := b.sources[0]
	all := observation.Selection{Organisations: organisations, Channels: []string{s.Channel}, Metrics: s.Metrics, Grains: observation.Grains(),
		Period: observation.Period{From: observation.FirstDay, To: observation.LastDay + 1}}
	coverage, err := b.store.Coverage(ctx, all)
	keep("a coverage", coverage, err)
	told, err := b.store.Observations(ctx, all)
	keep("an observation", told, err)
	return out
}
