package platforms

import (
	"net/http"
	"time"
)

// Interlude is a platform that answers otherwise for a while.
type Interlude struct {
	Platform
	From, To time.Time // half-open
	Instead  Platform
}

// Answer answers as whichever of the two is there at the moment.
func (i Interlude) Answer(w http.ResponseWriter, r *http.Request, now time.Time) {
	if !now.Before(i.From) && now.Before(i.To) {
		i.Instead.Answer(w, r, now)
		return
	}
	i.Platform.Answer(w, r, now)
}

// Refusal answers everything in one way.
type Refusal struct {
	Status int
	Header map[string]string
	Body   any // as JSON
}

// Answer refuses.
func (f Refusal) Answer(w http.ResponseWriter, _ *http.Request, _ time.Time) {
	for name, value := range f.Header {
		w.Header().Set(name, value)
	}
	writeJSON(w, f.Status, f.Body)
}
