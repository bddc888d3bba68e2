package main

import (
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestRootIsKeptFromAnotherUsersFolder(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	uid := os.Getuid()
	if uid == 0 {
		nobody, err := user.Lookup("nobody")
		if err != nil {
			if os.Getenv("CI") != "" {
				t.Fatal(err)
			}
			t.Skip("there is no other user here")
		}
		uid, _ = strconv.Atoi(nobody.Uid)
		if err := refuseRoot(data, 0); err != nil {
			t.Errorf("root is refused its own: %v", err)
		}
		if err := os.Chown(dir, uid, -1); err != nil {
			t.Fatal(err)
		}
	}
	for _, when := range []string{"before it is made", "afterwards"} {
		if err := refuseRoot(data, 0); err == nil || !strings.Contains(err.Error(), "run `sudo -u ") {
			t.Errorf("%s root may work in the folder of another: %v", when, err)
		}
		if err := refuseRoot(data, uid); err != nil {
			t.Errorf("%s the owner is refused: %v", when, err)
		}
		if err := os.MkdirAll(data, 0o755); err != nil {
			t.Fatal(err)
		}
		_ = os.Chown(data, uid, -1)
	}
	if err := refuseRoot(filepath.Join(dir, "not", "there"), 0); err != nil {
		t.Errorf("what is not there belongs to nobody: %v", err)
	}
}
