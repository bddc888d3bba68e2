package schedule

import (
	"maps"
	"slices"

	"seuranta/internal/observation"
)

// memory is the small memory of a source during a run.
type memory struct {
	now     map[string]string
	changed map[string]string
}

// Get returns what is remembered under a key.
func (m *memory) Get(key string) (string, bool) {
	if v, ok := m.changed[key]; ok {
		return v, true
	}
	v, ok := m.now[key]
	return v, ok
}

// Set remembers a value; the run commits it.
func (m *memory) Set(key, value string) {
	if old, ok := m.Get(key); !ok || old != value {
		m.changed[key] = value
	}
}

func (m *memory) all() []observation.SourceState {
	var out []observation.SourceState
	for _, k := range slices.Sorted(maps.Keys(m.changed)) {
		out = append(out, observation.SourceState{Key: k, Value: m.changed[k]})
	}
	return out
}
