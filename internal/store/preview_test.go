package store_test

import (
	"context"
	"testing"

	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/storetest"
)

// testPreview counts what a commit would do, twice, and then does it. Of dimensions that it does not speak of it takes nothing
// back.
func testPreview(t *testing.T, e storetest.Engine) {
	d := newDesk(t, e)
	part := views("2026-11-21", 4)
	part.Dims = "region=keski-suomi"
	d.told(views("2026-11-20", 1), views("2026-11-21", 1), views("2026-11-22", 1), part)
	c := observation.Commit{Run: run("loki"), Observations: []observation.Observation{views("2026-11-19", 1), views("2026-11-20", 2), views("2026-11-22", 1)},
		Complete: []observation.Completion{observation.CompletionOf(part)}, CompleteDims: []string{""}}
	for range 2 { // it changes nothing
		if n, err := d.store.Preview(context.Background(), c); err != nil || n != (store.Planned{New: 1, Changed: 1, Unchanged: 1, Withdrawn: 1}) {
			t.Errorf("it would do %+v, %v", n, err)
		}
	}
	d.counts(d.tell(c), 1, 1, 1, 1)
	c.Observations[0].Definition = ""
	if _, err := d.store.Preview(context.Background(), c); err == nil {
		t.Error("it counts what can never be stored")
	}
}
