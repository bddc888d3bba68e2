//go:build linux && amd64

package embedded_test

import (
	"crypto/sha256"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"seuranta/internal/store/embedded"
	"seuranta/internal/store/embedded/embeddedtest"
)

// made is a folder with the tables test_d.a, of two parts, and test_d.b, both
// remembered.
func made(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "data")
	t.Run("make", func(t *testing.T) {
		e := embeddedtest.Open(t, func(o *embedded.Options) { o.Path, o.Database = folder, "test_d*" })
		db := embeddedtest.Connect(t, e, "")
		exec(t, db, "CREATE DATABASE test_d")
		for _, table := range []string{"test_d.a", "test_d.b"} {
			exec(t, db, "CREATE TABLE "+table+" (n UInt64, s String) ENGINE = MergeTree PARTITION BY n % 2 ORDER BY n")
			exec(t, db, "INSERT INTO "+table+" SELECT number, toString(number) FROM numbers(10000)")
		}
		if err := e.Remember([]string{"test_d.b", "test_d.a", "test_d.a"}); err != nil {
			t.Fatal(err)
		}
	})
	return folder
}

// part is the folder of a part of a table.
func part(t *testing.T, folder, table string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(folder, "metadata", "test_d", table+".sql"))
	if err != nil || len(found) != 1 {
		t.Fatalf("description of %s: %v, %v", table, found, err)
	}
	description, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	_, id, _ := strings.Cut(string(description), "UUID '")
	id, _, _ = strings.Cut(id, "'")
	return filepath.Join(folder, "store", id[:3], id, "1_2_2_0")
}

func TestDamageIsToldAndNothingChanged(t *testing.T) {
	for name, c := range map[string]struct {
		harm  func(t *testing.T, folder string)
		words []string
	}{
		"a part's columns are empty": {
			func(t *testing.T, folder string) { truncate(t, filepath.Join(part(t, folder, "a"), "columns.txt"), 0) },
			[]string{"table test_d.a has a broken part ", "1_2_2_0 (", "it can be made again without loss", "Restore the folder from a backup; or accept the loss: move what is named above out of the folder, and remove ", "seuranta.parts"},
		},
		"a part's data is cut short": {
			func(t *testing.T, folder string) { truncate(t, filepath.Join(part(t, folder, "b"), "data.bin"), 100) },
			[]string{"table test_d.b has a broken part ", "1_2_2_0 (", "what only it held is lost"},
		},
		"a part was set aside": {
			func(t *testing.T, folder string) {
				p := part(t, folder, "a")
				rename(t, p, filepath.Join(filepath.Dir(p), "detached", "broken-on-start_1_2_2_0"))
			},
			[]string{"table test_d.a has lost a part (blocks 2 to 2 of partition 1; parts left: 1)", "remove ", "seuranta.parts"},
		},
		"a part is gone": {
			func(t *testing.T, folder string) {
				if err := os.RemoveAll(part(t, folder, "b")); err != nil {
					t.Fatal(err)
				}
			},
			[]string{"table test_d.b has lost a part (blocks 2 to 2 of partition 1; parts left: 1); what only it held is lost", "seuranta.parts"},
		},
		"all parts are gone": {
			func(t *testing.T, folder string) {
				if err := os.RemoveAll(filepath.Dir(part(t, folder, "b"))); err != nil {
					t.Fatal(err)
				}
			},
			[]string{"table test_d.b has lost a part (blocks 1 to 1 of partition 0; parts left: 0)", "(blocks 2 to 2 of partition 1; parts left: 0)"},
		},
		"a table's description is garbage": {
			func(t *testing.T, folder string) {
				write := filepath.Join(folder, "metadata", "test_d", "a.sql")
				if err := os.WriteFile(write, []byte("garbage"), 0o600); err != nil {
					t.Fatal(err)
				}
			},
			[]string{"table test_d.a has a broken description ", "a.sql; it can", "seuranta.tables"},
		},
		"a table's description is empty": {
			func(t *testing.T, folder string) {
				truncate(t, filepath.Join(folder, "metadata", "test_d", "a.sql"), 0)
			},
			[]string{"table test_d.a is gone: its description ", "a.sql is empty", "remove ", "seuranta.tables"},
		},
		"a table's description is gone": {
			func(t *testing.T, folder string) { remove(t, filepath.Join(folder, "metadata", "test_d", "a.sql")) },
			[]string{"table test_d.a is gone", "remove ", "seuranta.tables"},
		},
		"a database is gone": {
			func(t *testing.T, folder string) {
				remove(t, filepath.Join(folder, "metadata", "test_d.sql"))
				remove(t, filepath.Join(folder, "metadata", "test_d"))
			},
			[]string{"table test_d.* is gone with its database", "nothing was changed"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			folder := made(t)
			if err := tryOpen(t, folder); err != nil {
				t.Fatalf("before the harm: %v", err)
			}
			c.harm(t, folder)
			before := contents(t, folder)
			wantError(t, tryOpen(t, folder), embedded.ErrDamaged, append(c.words, folder)...)
			if left, err := os.ReadFile(filepath.Join(folder, "seuranta.rebuild")); err != nil || !strings.Contains(string(left), c.words[0]) {
				t.Errorf("the mark is %q, %v", left, err)
			}
			if diff := cmp.Diff(before, contents(t, folder)); diff != "" {
				t.Errorf("opening changed the folder:\n%s", diff)
			}
			wantError(t, tryOpen(t, folder), embedded.ErrDamaged, c.words...)
		})
	}
}

// TestAcceptedLoss does what the message says and opens the rest.
func TestAcceptedLoss(t *testing.T) {
	folder := made(t)
	p := part(t, folder, "a")
	truncate(t, filepath.Join(p, "columns.txt"), 0)
	wantError(t, tryOpen(t, folder), embedded.ErrDamaged, p)
	rename(t, p, filepath.Join(t.TempDir(), "away"))
	remove(t, filepath.Join(folder, "seuranta.parts"))
	t.Run("open", func(t *testing.T) {
		db := embeddedtest.Connect(t, embeddedtest.Open(t, func(o *embedded.Options) { o.Path = folder }), "test_d")
		if a, b := one(t, db, "SELECT count() FROM a"), one(t, db, "SELECT count() FROM b"); a != 5000 || b != 10000 {
			t.Errorf("%d and %d rows", a, b)
		}
	})
	if _, err := os.Stat(filepath.Join(folder, "seuranta.rebuild")); err != nil {
		t.Errorf("the mark that a rebuild is due: %v", err)
	}
}

// TestADatabaseWithoutItsDescription loses nothing: the link beside it says all that it
// said.
func TestADatabaseWithoutItsDescription(t *testing.T) {
	folder := made(t)
	path := filepath.Join(folder, "metadata", "test_d.sql")
	before := contents(t, folder)
	remove(t, path)
	for range 2 {
		if err := tryOpen(t, folder); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, contents(t, folder)); diff != "" {
			t.Errorf("the folder is another one:\n%s", diff)
		}
		truncate(t, path, 0)
	}
	garble(t, path)
	if err := tryOpen(t, folder); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, contents(t, folder)); diff != "" {
		t.Errorf("the folder is another one:\n%s", diff)
	}
}

// TestMergesAreNoDamage merges parts behind the back of the list, as a process does that
// is killed before it writes a new one.
func TestMergesAreNoDamage(t *testing.T) {
	folder := made(t)
	list := filepath.Join(folder, "seuranta.parts")
	kept, err := os.ReadFile(list)
	if err != nil || !strings.Contains(string(kept), "test_d.a\t1\t2\t2\n") {
		t.Fatalf("remembered is %q, %v", kept, err)
	}
	t.Run("merge", func(t *testing.T) {
		db := embeddedtest.Connect(t, embeddedtest.Open(t, func(o *embedded.Options) { o.Path = folder }), "test_d")
		for range 3 {
			exec(t, db, "INSERT INTO a SELECT number, toString(number) FROM numbers(10)")
			exec(t, db, "OPTIMIZE TABLE a FINAL")
		}
	})
	merged, err := os.ReadFile(list)
	if err != nil || !strings.Contains(string(merged), "test_d.a\t1\t2\t8\n") {
		t.Fatalf("after the merges remembered is %q, %v", merged, err)
	}
	for _, content := range [][]byte{kept, merged, []byte("half a li")} {
		if err := os.WriteFile(list, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := tryOpen(t, folder); err != nil {
			t.Errorf("with the list %q: %v", content, err)
		}
	}
	remove(t, list) // an older program left none
	if err := tryOpen(t, folder); err != nil {
		t.Error(err)
	}
}

// TestForgottenPartsAreNoDamage empties a table of which nothing is remembered any more.
func TestForgottenPartsAreNoDamage(t *testing.T) {
	folder := made(t)
	p := part(t, folder, "a")
	t.Run("forget", func(t *testing.T) {
		e := embeddedtest.Open(t, func(o *embedded.Options) { o.Path = folder })
		if err := e.ForgetParts([]string{"a"}); err != nil {
			t.Fatal(err)
		}
		exec(t, embeddedtest.Connect(t, e, "test_d"), "TRUNCATE TABLE a")
		kept, err := os.ReadFile(filepath.Join(folder, "seuranta.parts"))
		if err != nil || strings.Contains(string(kept), "test_d.a") || !strings.Contains(string(kept), "test_d.b") {
			t.Errorf("remembered is %q, %v", kept, err)
		}
	})
	if err := os.RemoveAll(p); err != nil {
		t.Fatal(err)
	}
	if err := tryOpen(t, folder); err != nil {
		t.Error(err)
	}
}

func TestARebuildIsDueUntilItIsDone(t *testing.T) {
	folder := made(t)
	t.Run("begin", func(t *testing.T) {
		e := embeddedtest.Open(t, func(o *embedded.Options) { o.Path = folder })
		if due, _ := e.Due(); due {
			t.Error("it is due from the beginning")
		}
		for _, found := range []string{"the first\n", "the second\n"} {
			if err := e.SetDue(found); err != nil {
				t.Fatal(err)
			}
			if due, found := e.Due(); !due || found != "the first\n" {
				t.Errorf("it is due: %v, because of %q", due, found)
			}
		}
	})
	remove(t, filepath.Join(part(t, folder, "a"), "data.bin"))
	wantError(t, tryOpen(t, folder), embedded.ErrDamaged)
	rename(t, part(t, folder, "a"), filepath.Join(t.TempDir(), "away"))
	remove(t, filepath.Join(folder, "seuranta.parts"))
	t.Run("end", func(t *testing.T) {
		e := embeddedtest.Open(t, func(o *embedded.Options) { o.Path = folder })
		due, found := e.Due()
		if !due || !strings.HasPrefix(found, "the first\n") || !strings.Contains(found, "test_d.a has a broken part") {
			t.Errorf("it is due: %v, because of %q", due, found)
		}
		for range 2 {
			if err := e.Done(); err != nil {
				t.Fatal(err)
			}
		}
		if due, _ := e.Due(); due {
			t.Error("it is still due")
		}
	})
}

func TestRememberReplacesWhatWasRemembered(t *testing.T) {
	folder := made(t)
	t.Run("drop", func(t *testing.T) {
		e := embeddedtest.Open(t, func(o *embedded.Options) { o.Path, o.Database = folder, "test_d" })
		exec(t, embeddedtest.Connect(t, e, "test_d"), "DROP TABLE a SYNC")
		if err := e.Remember([]string{"b"}); err != nil {
			t.Fatal(err)
		}
		if err := e.Remember([]string{"b\nc"}); err == nil {
			t.Error("a name of two lines was taken")
		}
	})
	t.Run("name", func(t *testing.T) {
		if err := embeddedtest.Open(t).Remember([]string{"b"}); err == nil {
			t.Error("a table of no database was taken")
		}
	})
	if b, err := os.ReadFile(filepath.Join(folder, "seuranta.tables")); err != nil || string(b) != "test_d.b\n" {
		t.Errorf("remembered is %q, %v", b, err)
	}
	if err := tryOpen(t, folder); err != nil {
		t.Error(err)
	}
}

// contents are the sums of the files that hold data; the engine writes its status,
// its configuration and temporary files at each start.
func contents(t *testing.T, folder string) map[string][32]byte {
	t.Helper()
	sums := map[string][32]byte{}
	for _, below := range []string{"metadata", "store", "data", "seuranta.tables", "seuranta.parts"} {
		err := filepath.WalkDir(filepath.Join(folder, below), func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			b, err := os.ReadFile(path)
			sums[path] = sha256.Sum256(b)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return sums
}

func truncate(t *testing.T, path string, size int64) {
	t.Helper()
	if err := os.Truncate(path, size); err != nil {
		t.Fatal(err)
	}
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}
