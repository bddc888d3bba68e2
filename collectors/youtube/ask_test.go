package youtube

import (
	"fmt"
	"strings"
	"testing"

	"seuranta/internal/collector/api"
	"seuranta/internal/collectortest"
)

// TestOnlyKnownCodesAreShown: the code of a failure may be anything, also somebody's name; the first that is known is shown.
func TestOnlyKnownCodesAreShown(t *testing.T) {
	d := &desk{units: &units{new(collectortest.Memory), api.Clock(morning), 100}}
	for reason, want := range map[string]string{"invalidParameter": "invalidParameter", "forbidden": "forbidden", "KanarialintuKerttu": "another code", "KERTTU_KANARIALINTU": "another code"} {
		for _, form := range []string{`{"error":{"errors":[{"reason":%q}],"message":"Kerttu"}}`, `{"error":{"details":[{"reason":%q}]}}`, `{"error":{"status":%q}}`, `{"error":{"errors":[{"reason":"Kerttu"}],"status":%q}}`} {
			for _, status := range []int{400, 401, 403, 404} {
				err := d.refusal(status, fmt.Appendf(nil, form, reason))
				if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(strings.ToLower(err.Error()), "kerttu") {
					t.Errorf("%d %s: %v, want %s", status, reason, err, want)
				}
			}
		}
	}
}
