package observation

import "time"

// AlarmKey names what an alarm row is about: a fault of a source, of an organisation or, without both, of the whole
// installation.
type AlarmKey struct {
	Organisation string
	Source       string
	Fault        string // the kind of fault; "" is the way itself
	Way          string // "" is the fault itself, else what was told of it by this way
}

// Alarm is what is known of a fault, or of what was told of it. Rows are only ever added; of a key the newest version counts.
type Alarm struct {
	AlarmKey
	State   string
	Step    int       // how grave it is, for faults that get graver; 0 where they do not
	Since   time.Time // since when it is so
	Until   time.Time // when it comes to a head, or when it is tried again; zero where that means nothing
	Tries   int       // how often telling failed in a row
	Detail  string    // words or a code for whoever mends it, never a secret
	NotedAt time.Time // when the row was written
	Version Version   `json:"-"`
}

// Failures tells how often in a row a source failed.
type Failures struct {
	Runs  int
	Since time.Time // the first of them
}
