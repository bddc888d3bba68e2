package schedule

import (
	"context"
	"maps"
	"slices"
	"strings"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

// Keeper is a store that can write down at once, outside any commit, what a source remembers.
type Keeper interface {
	Keep(organisation, source, key, value string)
	Kept(organisation, source string) map[string]string
}

// keptPrefix begins the keys of what was spent at a platform. It stays spent when the process is killed before its commit, or the
// collector breaks down.
const keptPrefix = "calls"

// AfterRetraction returns what a source goes on remembering when its answers of some days were taken back, by name: what it spent at
// its platform, and the files that told other days.
func AfterRetraction(states map[string]string, days observation.Period) map[string]string {
	out := map[string]string{}
	maps.Copy(out, states)
	maps.DeleteFunc(out, func(key, value string) bool { return !strings.HasPrefix(key, keptPrefix) || value == "" })
	maps.Copy(out, api.ExportsBeside(states, days))
	return out
}

// memory is the small memory of a source during a run.
type memory struct {
	now     map[string]string
	changed map[string]string
	touched map[string]bool // what was set, be it to what it was
	keeper  Keeper          // nil where the store keeps nothing before a commit
	source  observation.Source
}

// newMemory returns what a source remembers: what is stored, and before that what was kept.
func newMemory(store Store, source observation.Source, states map[string]string) *memory {
	m := &memory{now: states, changed: map[string]string{}, touched: map[string]bool{}, source: source}
	m.keeper, _ = store.(Keeper)
	return m
}

// Remembered returns the memory of a source for a look that commits nothing: of what it changes only the calls that it spends
// are kept. Where the store cannot say what it knows, there is what was kept.
func Remembered(ctx context.Context, store Store, source observation.Source) collector.State {
	states, err := store.States(ctx, source.Organisation, source.ID)
	if err != nil {
		states = nil
	}
	return newMemory(store, source, states)
}

// Get returns what is remembered under a key. What is kept wins: another process may have asked the platform meanwhile.
func (m *memory) Get(key string) (string, bool) {
	if m.keeps(key) {
		if v, ok := m.keeper.Kept(m.source.Organisation, m.source.ID)[key]; ok {
			return v, true
		}
	}
	if v, ok := m.changed[key]; ok {
		return v, true
	}
	v, ok := m.now[key]
	return v, ok
}

// Set remembers a value; the run commits it, and what was spent is kept at once.
func (m *memory) Set(key, value string) {
	m.touched[key] = true
	if old, ok := m.Get(key); ok && old == value {
		return
	}
	m.changed[key] = value
	if m.keeps(key) {
		m.keeper.Keep(m.source.Organisation, m.source.ID, key, value)
	}
}

// keeps says whether a key is kept before the commit.
func (m *memory) keeps(key string) bool { return m.keeper != nil && strings.HasPrefix(key, keptPrefix) }

// distrust forgets what a collector that broke down remembered. The calls that it spent are spent.
func (m *memory) distrust() {
	maps.DeleteFunc(m.changed, func(key, _ string) bool { return !strings.HasPrefix(key, keptPrefix) })
}

func (m *memory) all() []observation.SourceState {
	var out []observation.SourceState
	for _, k := range slices.Sorted(maps.Keys(m.changed)) {
		out = append(out, observation.SourceState{Key: k, Value: m.changed[k]})
	}
	return out
}
