package store

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestAServerThatSaysThePasswordBack: what a server or a proxy in front of it echoes stands in no message.
func TestAServerThatSaysThePasswordBack(t *testing.T) {
	const password, others = "canary-7pw/+=x", "canary-other/+"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, given, _ := r.BasicAuth()
		http.Error(w, fmt.Sprintf("refused: %s %s %v %s", given, r.Header.Get("Authorization"), r.Header, r.URL)+" %63anary-7pw/%2B%3Dx", http.StatusForbidden)
	}))
	defer server.Close()
	_, err := Open(context.Background(), Options{DSN: "http://u:canary-7pw%2F%2B%3Dx@" + strings.TrimPrefix(server.URL, "http://") + "/seuranta?user=u&pass=canary-other%2F%2B&api_token=canary-other%2F%2B"})
	if err == nil {
		t.Fatal("it was opened")
	}
	for _, form := range []string{password, base64.StdEncoding.EncodeToString([]byte("u:" + password)), "canary-7pw%2F", "%63anary", others, "canary-other"} {
		if strings.Contains(err.Error(), form) {
			t.Errorf("%q stands in: %v", form, err)
		}
	}
	if !strings.Contains(err.Error(), "refused") {
		t.Errorf("what the server said is lost: %v", err)
	}
}
