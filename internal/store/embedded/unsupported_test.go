//go:build !(linux && amd64)

package embedded

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestOtherPlatformsAreToldToUseAServer(t *testing.T) {
	_, located := Locate("", "")
	_, opened := Open(context.Background(), Options{})
	for _, err := range []error{located, opened} {
		if !errors.Is(err, ErrLibrary) || !strings.Contains(err.Error(), "storage.dsn") {
			t.Errorf("got %v", err)
		}
	}
}
