package schedule

import (
	"context"
	"testing"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// library notes whose items it is asked for.
type library struct {
	*shelf
	asked []string
}

func (l *library) Known(_ context.Context, organisation string, _ []string) (map[string]observation.Item, error) {
	l.asked = append(l.asked, organisation)
	return nil, nil
}

// lookup is a collector that asks what is known of items of its own and of shared ones.
type lookup struct{ deps collector.Deps }

func (lookup) Validate() []collector.Fault              { return nil }
func (lookup) New(d collector.Deps) collector.Collector { return lookup{d} }
func (l lookup) Collect(ctx context.Context, _ collector.Window, _ collector.Sink) error {
	for _, organisation := range []string{"", observation.Shared} {
		if _, err := l.deps.Items.Known(ctx, organisation, []string{"url:https://example.fi/a"}); err != nil {
			return err
		}
	}
	return nil
}

// TestItemsOfNoOrganisationAreTheSourcesOwn: a collector does not know whose it is, and finds its items all the same.
func TestItemsOfNoOrganisationAreTheSourcesOwn(t *testing.T) {
	l := &library{shelf: &shelf{}}
	j := job(t, website(t), nil)
	j.Settings = lookup{}
	if _, err := Run(t.Context(), l, j); err != nil {
		t.Fatal(err)
	}
	if len(l.asked) != 2 || l.asked[0] != "koske" || l.asked[1] != observation.Shared {
		t.Errorf("asked for items of %q, want those of koske, then shared ones", l.asked)
	}
}
