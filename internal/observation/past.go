package observation

import "time"

// Past is one version of an answer, of coverage or of an item, with the moment from which on it was known.
type Past[T any] struct {
	What        T
	Withdrawn   bool // it took back what was known before
	CommittedAt time.Time
}
