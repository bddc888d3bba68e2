package collectortest

import (
	"context"
	"maps"
	"slices"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// Memory is what outlasts a visit where there is no store: what the source remembers, and the items that it told. Its zero
// value is that of a source that was never visited.
type Memory struct {
	states map[string]string
	items  []observation.Item
}

var (
	_ collector.State = (*Memory)(nil)
	_ collector.Items = (*Memory)(nil)
)

// Get returns what is remembered under a key.
func (m *Memory) Get(key string) (string, bool) {
	v, ok := m.states[key]
	return v, ok
}

// Set remembers a value.
func (m *Memory) Set(key, value string) {
	if m.states == nil {
		m.states = map[string]string{}
	}
	m.states[key] = value
}

// Known returns, by alias, the items told so far that go by one of the aliases. An item that names no organisation is one of
// the source's own, whatever that is called.
func (m *Memory) Known(ctx context.Context, organisation string, aliases []string) (map[string]observation.Item, error) {
	out := map[string]observation.Item{}
	for _, it := range m.items {
		own := it.Organisation == "" && organisation != observation.Shared
		if !own && it.Organisation != organisation {
			continue
		}
		for _, a := range it.Aliases {
			if _, taken := out[a]; !taken && slices.Contains(aliases, a) {
				known := it
				known.Aliases = nil
				out[a] = known
			}
		}
	}
	return out, ctx.Err()
}

// Learn takes in the items that a visit told: of an item told again only what is new.
func (m *Memory) Learn(told []observation.Item) {
	for _, it := range told {
		i := slices.IndexFunc(m.items, func(have observation.Item) bool { return have.ID == it.ID && have.Organisation == it.Organisation })
		if i < 0 {
			m.items = append(m.items, it)
			continue
		}
		aliases := m.items[i].Aliases
		m.items[i] = it
		m.items[i].Aliases = slices.Concat(aliases, it.Aliases)
	}
}

// States returns all that is remembered.
func (m *Memory) States() map[string]string { return maps.Clone(m.states) }
