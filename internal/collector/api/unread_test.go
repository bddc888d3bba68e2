package api_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
)

// TestEntriesAreReadOneByOne: an entry of another form costs itself, and something else in the place of a number that number.
func TestEntriesAreReadOneByOne(t *testing.T) {
	var got struct {
		List api.List[struct {
			ID string
			N  api.Count
		}]
	}
	if err := json.Unmarshal([]byte(`{"list":[{"id":"a","n":1},"odd",{"id":5},{"id":"b","n":"5 000"},{"id":"c"}]}`), &got); err != nil {
		t.Fatal(err)
	}
	if l := got.List; len(l) != 5 || l[0].N.Value != 1 || l[1].ID != "" || l[2].ID != "" || !math.IsNaN(l[3].N.Value) || l[3].N.Lack("n").Reason != collector.ReasonBadAnswer || l[4].N.Known {
		t.Errorf("%+v", got.List)
	}
	if err := json.Unmarshal([]byte(`{"list":{}}`), &got); err == nil {
		t.Error("what is no list is read as one")
	}
}

// TestUnread: posts that could not be read are said to lack on the days that they may be of, are not taken for deleted, and where nothing
// else came nothing is told.
func TestUnread(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	today := observation.DateOf(now)
	w := collector.Window{Period: observation.Period{From: today - 3, To: today}, Now: now, Zone: time.UTC, Grains: []observation.Grain{observation.Day}}
	read := func(id string, days int) api.Post { return api.Post{ID: id, At: now.AddDate(0, 0, -days)} }
	memory := new(collectortest.Memory)
	visit := func(posts ...api.Post) (collectortest.Recording, error) {
		var list api.Listing
		for _, p := range posts {
			list.Take(p, nil)
		}
		var out collectortest.Recorder
		tell := api.NewTeller(&out, w, nil)
		err := tell.Posts(t.Context(), api.Posts{Kind: "k", Channel: "c", Part: "p", Metrics: []string{"views_total"}, Since: today - 10, Unread: list.Unread, State: memory, Items: memory}, list.Posts)
		memory.Learn(out.Recording().Items)
		return out.Recording(), err
	}
	if out, err := visit(read("1", 1), read("2", 2), read("3", 3)); err != nil || len(out.Items) != 3 {
		t.Fatal(len(out.Items), err)
	}
	for name, c := range map[string]struct {
		second   api.Post
		partial  string
		told     int
		complete bool
	}{
		"without a time":             {second: api.Post{ID: "2"}, partial: "[2026-11-20 2026-11-21 2026-11-22]", told: 2},
		"without an id":              {second: api.Post{At: now.AddDate(0, 0, -2)}, partial: "[2026-11-21]", told: 2},
		"without either":             {partial: "[2026-11-20 2026-11-21 2026-11-22]", told: 2},
		"from before":                {second: api.Post{At: now.AddDate(0, 0, -60)}, partial: "[]", told: 3, complete: true},
		"that came once more, whole": {second: api.Post{ID: "1"}, partial: "[]", told: 3, complete: true},
	} {
		posts := []api.Post{read("1", 1), c.second, read("3", 3)}
		if c.complete {
			posts = append(posts, read("2", 2))
		}
		out, err := visit(posts...)
		partial := []string{}
		for _, o := range out.Coverage {
			if o.Metric == "publications" && o.Result == observation.Partial && o.Reason == collector.ReasonBadAnswer {
				partial = append(partial, o.From.String())
			}
		}
		deleted := 0
		for _, it := range out.Items {
			deleted += len(it.Tags)
		}
		if fmt.Sprint(partial) != c.partial || len(out.Items) != c.told || deleted > 0 || errors.Is(err, collector.ErrPartial) == c.complete || !c.complete && collector.ReasonOf(err) != collector.ReasonBadAnswer {
			t.Errorf("%s: %d posts, %d deleted, in part %v, want %s: %v", name, len(out.Items), deleted, partial, c.partial, err)
		}
	}
	if out, err := visit(api.Post{}, api.Post{}); collector.ResultOf(err) != observation.Failed || len(out.Items)+len(out.Coverage) != 0 {
		t.Errorf("where none could be read: %d items, %v", len(out.Items), err)
	}
	if out, err := visit(read("1", 1), read("3", 3)); err != nil || len(out.Items) != 3 || len(out.Items[0].Tags)+len(out.Items[1].Tags)+len(out.Items[2].Tags) != 1 {
		t.Errorf("one that is not there is deleted: %d items, %v", len(out.Items), err)
	}
}
