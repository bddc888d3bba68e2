package config

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the expected output of testdata/bad anew")

// TestBad loads every file of testdata/bad and compares its faults with the text beside it.
func TestBad(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) < 40 {
		t.Fatalf("found %d bad files (%v), want at least 40", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		t.Run(name, func(t *testing.T) {
			_, err := Load(file, fakeKinds(), fakeEnv)
			var faults *Faults
			if !errors.As(err, &faults) {
				t.Fatalf("got error %v, want *Faults", err)
			}
			got := strings.ReplaceAll(err.Error(), filepath.Dir(file)+string(filepath.Separator), "") + "\n"
			checkManners(t, got)
			golden := strings.TrimSuffix(file, ".yaml") + ".txt"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("faults of %s (-want +got):\n%s", file, diff)
			}
		})
	}
}

// checkManners checks that a message gives away no secret and speaks no jargon.
func checkManners(t *testing.T, messages string) {
	t.Helper()
	for _, no := range []string{"c4n4ry", "hunter2", "yaml: ", "unmarshal", "!!", "strconv", "cannot parse", "invalid", "reflect", "observation.", "config.", "<nil>", "%!"} {
		if strings.Contains(messages, no) {
			t.Errorf("%q stands in the messages:\n%s", no, messages)
		}
	}
}
