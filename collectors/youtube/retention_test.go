package youtube

import (
	"testing"

	"seuranta/internal/collector"
)

// YouTube's terms are about what is read with a key alone: that goes before a connection, also where the key cannot be had just now.
func TestRetains(t *testing.T) {
	key := collector.NewSecret("AIza")
	for name, test := range map[string]struct {
		config Config
		rules  int
	}{
		"a key": {Config{Key: key}, 1}, "a key that cannot be had": {Config{}, 1}, "connected": {Config{ClientID: "app"}, 0}, "both": {Config{Key: key, ClientID: "app"}, 1},
	} {
		rules := test.config.Retains(Kind().Retention)
		if len(rules) != test.rules || test.rules == 1 && (rules[0].Days != 30 || rules[0].Items) {
			t.Errorf("%s: %+v", name, rules)
		}
	}
}
