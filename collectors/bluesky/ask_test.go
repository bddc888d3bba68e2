package bluesky

import (
	"fmt"
	"strings"
	"testing"
)

// TestOnlyKnownCodesAreShown: the name of an error may be anything, also somebody's; those that are known are shown.
func TestOnlyKnownCodesAreShown(t *testing.T) {
	for code, want := range map[string]string{"InvalidRequest": "InvalidRequest", "UpstreamFailure": "UpstreamFailure", "KanarialintuKerttu": "another code", "AuthKerttu": "another code", "Kerttu Kanarialintu": "another code"} {
		for _, status := range []int{400, 401, 403, 404, 500} {
			err := refusal(status, fmt.Appendf(nil, `{"error":%q,"message":"Kerttu"}`, code))
			if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "Kerttu") {
				t.Errorf("%d %s: %v, want %s", status, code, err, want)
			}
		}
	}
}
