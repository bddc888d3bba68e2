package web

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// Health is what /healthz tells. It holds no name of a source: whoever may ask whether the program is well need not know
// what it reads.
type Health struct {
	Status   string    `json:"status"` // ok or failing
	Why      string    `json:"why,omitempty"`
	Version  string    `json:"version"`
	Since    time.Time `json:"since"`     // when this process began
	LastLook time.Time `json:"last_look"` // when it last looked what is due
}

// healthWithin is how long a look at the program's health may take.
const healthWithin = 3 * time.Second

// Healthz answers with the program's health: 200 when it is well, 503 when it is not.
func Healthz(look func(context.Context) Health) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), healthWithin)
		defer cancel()
		h := look(ctx)
		b, err := json.Marshal(h)
		if err != nil {
			http.Error(w, "the health cannot be told", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		if h.Status != "ok" {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_, _ = w.Write(append(b, '\n')) // a client that left reads nothing
	})
}
