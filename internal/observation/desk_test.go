package observation_test

import (
	"testing"
	"time"

	. "seuranta/internal/observation"
)

func TestTextIn(t *testing.T) {
	for _, c := range []struct {
		text       Text
		lang, want string
	}{
		{Text{"fi": "Kotisivut", "sv": "Webbplats"}, "sv", "Webbplats"},
		{Text{"fi": "Kotisivut", "": "Koske"}, "sv", "Koske"},
		{Text{"sv": "Webbplats", "en": "Website"}, "fi", "Webbplats"},
		{Text{"en": "Website"}, "fi", "Website"},
		{nil, "fi", ""},
	} {
		if got := c.text.In(c.lang); got != c.want {
			t.Errorf("%v in %s is %q, want %q", c.text, c.lang, got, c.want)
		}
	}
}

func TestLifeWithin(t *testing.T) {
	year := Year.Holding(date(t, "2024-01-01"))
	for _, c := range []struct{ from, to, wantFrom, wantTo string }{
		{"", "", "2024-01-01", "2025-01-01"},
		{"2001-01-01", "2024-06-01", "2024-01-01", "2024-06-01"},
		{"2024-06-01", "", "2024-06-01", "2025-01-01"},
		{"", "2020-01-01", "2024-01-01", "2024-01-01"}, // over before: no days
		{"2030-01-01", "", "2030-01-01", "2030-01-01"},
	} {
		var l Life
		if c.from != "" {
			l.From = date(t, c.from)
		}
		if c.to != "" {
			l.To = date(t, c.to)
		}
		if got := l.Within(year); got.From.String() != c.wantFrom || got.To.String() != c.wantTo {
			t.Errorf("%v within 2024 is %v", l, got)
		}
	}
}

func TestDefinitionInForce(t *testing.T) {
	s := Source{Zone: time.UTC, Definitions: []Definition{{ID: "views-2", Metric: "views", From: date(t, "2025-03-01")}, {ID: "views-1", Metric: "views"}, {ID: "visits-1", Metric: "visits"}}}
	for day, want := range map[string]string{"1970-01-01": "views-1", "2025-02-28": "views-1", "2025-03-01": "views-2", "2026-11-21": "views-2"} {
		if got, ok := s.Definition("views", date(t, day)); !ok || got.ID != want {
			t.Errorf("on %s %s is in force, want %s", day, got.ID, want)
		}
	}
	if def, ok := s.Definition("reach", date(t, "2026-11-21")); ok {
		t.Errorf("reach is defined by %s", def.ID)
	}
}

func TestEmptySelection(t *testing.T) {
	full := Selection{Organisations: []string{"koske"}, Channels: []string{"a"}, Metrics: []string{"views"}, Grains: []Grain{Day}, Period: Period{0, 1}}
	if full.Empty() {
		t.Error("it selects nothing")
	}
	for name, change := range map[string]func(s *Selection){
		"organisations": func(s *Selection) { s.Organisations = nil }, "channels": func(s *Selection) { s.Channels = nil },
		"metrics": func(s *Selection) { s.Metrics = nil }, "grains": func(s *Selection) { s.Grains = nil }, "days": func(s *Selection) { s.Period = Period{} },
	} {
		s := full
		change(&s)
		if !s.Empty() {
			t.Errorf("without %s it selects something", name)
		}
	}
}
