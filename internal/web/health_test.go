package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// TestHealthIsToldByStatus: who watches the program needs nothing but the status code, and whoever reads on learns why.
func TestHealthIsToldByStatus(t *testing.T) {
	for status, want := range map[string]int{"ok": http.StatusOK, "failing": http.StatusServiceUnavailable} {
		in := Health{Status: status, Why: "the reason", Version: "1", Since: time.Unix(1_700_000_000, 0).UTC()}
		answer := httptest.NewRecorder()
		Healthz(func(ctx context.Context) Health {
			if _, limited := ctx.Deadline(); !limited {
				t.Error("a look at the health may take for ever")
			}
			return in
		}).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/healthz", nil))
		var got Health
		if err := json.Unmarshal(answer.Body.Bytes(), &got); err != nil || answer.Code != want || got != in {
			t.Errorf("%s: %d %+v %v", status, answer.Code, got, err)
		}
	}
}
