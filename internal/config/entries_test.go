package config

import (
	"errors"
	"strings"
	"testing"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// grid is a made-up kind whose settings are a mapping that names metrics: each entry may be at fault.
type grid struct {
	Columns map[string]string `yaml:"columns" doc:"what stands under each head"`
}

func (g *grid) Validate() []collector.Fault {
	var out []collector.Fault
	for head, what := range g.Columns {
		if what == "dat" {
			out = append(out, collector.Fault{Key: "columns", Entry: head, Message: "this is nothing"})
		}
	}
	return out
}

func (*grid) New(collector.Deps) collector.Collector { return nil }

func (g *grid) Tells() collector.Telling {
	t := collector.Telling{Grains: []observation.Grain{observation.Day}, ChannelOptional: true, Channels: []string{"linkedin"}, Places: map[string]collector.Place{}}
	for head, metric := range g.Columns {
		t.Metrics = append(t.Metrics, metric)
		t.Places[metric] = collector.Place{Key: "columns", Entry: head}
	}
	return t
}

// TestFaultsOfEntriesStandAtThem: what is wrong with an entry of a mapping is told with its place and its key, as it is
// written, whatever signs are in it.
func TestFaultsOfEntriesStandAtThem(t *testing.T) {
	const head = "organisations: [{id: koske}]\nchannels: [{id: li, kind: linkedin}]\nsources:\n  - id: lit\n    kind: grid\n    channel: li\n"
	kinds := []collector.Kind{{Name: "grid", New: func() collector.Config { return &grid{} }, Channels: []string{"linkedin"}}}
	for text, want := range map[string]string{
		"    columns:\n      Seuraajat: followers\n      Muu: dat\n":                         `seuranta.yaml:9:7: Muu: this is nothing`,
		"    columns:\n      Seuraajat: followers\n      Reaktiot: reaction\n":               `seuranta.yaml:9:7: Reaktiot: there is no metric "reaction"; did you mean "reactions"?`,
		"    columns: {Seuraajat: followers, Reaktiot: reaction}\n":                          `seuranta.yaml:7:37: Reaktiot: there is no metric "reaction"`,
		"    columns:\n      Seuraajat: followers\n      \"Muu (kpl.) [2] x.y\": dat\n":      `seuranta.yaml:9:7: Muu (kpl.) [2] x.y: this is nothing`,
		"    columns:\n      a.b: followers\n      \"x.[1]\": reaction\n":                    `seuranta.yaml:9:7: x.[1]: there is no metric "reaction"`,
		"    columns:\n      Seuraajat: followers\n      \"https://a:hunter2@b.fi/\": dat\n": `seuranta.yaml:9:7: ***: a password`,
	} {
		_, err := load("seuranta.yaml", []byte(head+text), surroundings{dir: t.TempDir(), kinds: kinds, env: fakeEnv})
		var faults *Faults
		if !errors.As(err, &faults) || !strings.Contains(faults.Error(), want) || strings.Contains(faults.Error(), "hunter2") {
			t.Errorf("%s\ngot %v\nwant %s", text, err, want)
		}
	}
}
