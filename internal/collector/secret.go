package collector

import (
	"fmt"
	"io"
)

const hidden = "***"

// Secret is a value that nothing but Reveal gives away: it prints, marshals and logs itself as ***.
type Secret struct {
	value *string // a pointer, so that printing a struct that hides a Secret from package fmt shows an address only
}

// NewSecret wraps a value.
func NewSecret(value string) Secret { return Secret{value: &value} }

// Reveal returns the value itself. The result must go to where the secret is for and nowhere else.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// IsZero tells whether there is no value.
func (s Secret) IsZero() bool { return s.Reveal() == "" }

// Equal tells whether two secrets hold the same value.
func (s Secret) Equal(other Secret) bool { return s.Reveal() == other.Reveal() }

// Format writes *** for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// String returns ***.
func (s Secret) String() string { return hidden }

// MarshalText returns ***; JSON, YAML and slog write what it returns.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
