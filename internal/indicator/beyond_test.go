package indicator

import (
	"context"
	"encoding/json"
	"testing"
)

// TestSumsThatCanBeWritten: an old store may hold numbers beyond all counting; what they come to is a number all the same, which JSON
// has a form for.
func TestSumsThatCanBeWritten(t *testing.T) {
	p := newPage()
	p.visit("16.11. 04:00", "reactions", "old 9.11. 12:00 reactions=-1.7e308")
	p.visit("23.11. 05:00", "reactions", "old 9.11. 12:00 reactions=1.7e308", "new 17.11. 09:00 reactions=1.7e308", "newer 18.11. 09:00 reactions=1.7e308")
	for _, metric := range []string{"reactions_earned", "reactions_total"} {
		figures, err := p.judge().Figures(context.Background(), Ask{Metrics: []string{metric}, Period: period("2026-W47"), Channels: []string{"facebook"}})
		if err != nil || len(figures) != 1 || figures[0].Value == nil {
			t.Fatalf("%s: %+v, %v", metric, figures, err)
		}
		if _, err := json.Marshal(figures); err != nil {
			t.Errorf("%s: %v", metric, err)
		}
	}
}
