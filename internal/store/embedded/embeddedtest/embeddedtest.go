// Package embeddedtest gives tests a real embedded engine: a fresh database with a
// random name for each, on one engine that the tests running at the moment share.
package embeddedtest

import (
	"context"
	"crypto/rand"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"seuranta/internal/store/embedded"
)

const (
	prefix    = "test_"
	inProject = ".tools/node_modules/@chdb/lib-linux-x64-gnu/libchdb.so"
)

// Library is the path of the engine's library: SEURANTA_LIBCHDB, or the project's
// setup folder. Without it the test fails: a test of the store without its engine
// has tested nothing.
func Library(t testing.TB) string {
	t.Helper()
	if path := os.Getenv("SEURANTA_LIBCHDB"); path != "" {
		return path
	}
	path := filepath.Join(project(t), inProject)
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("the engine's library is not there, run make setup: %v", err)
	}
	return path
}

// project walks up from the working directory to the folder with go.mod.
func project(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the working directory")
		}
		dir = filepath.Dir(dir)
	}
}

// Open opens an engine of the test's own in a fresh folder and closes it at the end
// of the test. A process has one engine at a time, so such a test cannot run in
// parallel with others that use one.
func Open(t testing.TB, mod ...func(*embedded.Options)) *embedded.Engine {
	t.Helper()
	o := embedded.Options{Library: Library(t), Path: t.TempDir(), Database: prefix + "*"}
	for _, m := range mod {
		m(&o)
	}
	e, err := embedded.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// Database makes a database with a random name on the shared engine and drops it at
// the end of the test. The engine is opened by the first test that needs it and
// closed when no test does.
func Database(t testing.TB) (*embedded.Engine, string) {
	t.Helper()
	e := shared.acquire(t)
	name := prefix + strings.ToLower(rand.Text())
	admin := Connect(t, e, "")
	if err := admin.Exec(context.Background(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := admin.Exec(context.Background(), "DROP DATABASE "+name+" SYNC"); err != nil {
			t.Error(err)
		}
	})
	return e, name
}

// Connect opens the driver on an engine, with a database in which unqualified names
// are looked for; the connection is closed at the end of the test.
func Connect(t testing.TB, e *embedded.Engine, database string) driver.Conn {
	t.Helper()
	conn, err := clickhouse.Open(&clickhouse.Options{
		Protocol:      clickhouse.HTTP,
		Addr:          []string{"embedded:0"},
		Auth:          clickhouse.Auth{Database: database},
		TransportFunc: func(*http.Transport) (http.RoundTripper, error) { return e, nil },
		MaxOpenConns:  100,
		MaxIdleConns:  100,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	})
	return conn
}

// shared is the engine that all tests of a process use.
var shared engine

type engine struct {
	mu     sync.Mutex
	engine *embedded.Engine
	folder string
	users  int
}

func (s *engine) acquire(t testing.TB) *embedded.Engine {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users == 0 {
		s.open(t)
	}
	s.users++
	t.Cleanup(func() { s.release(t) })
	return s.engine
}

// open makes a folder that outlives the first test, which t.TempDir would not.
func (s *engine) open(t testing.TB) {
	t.Helper()
	library := Library(t)
	folder, err := os.MkdirTemp("", "seuranta-test-")
	if err != nil {
		t.Fatal(err)
	}
	s.folder = folder
	s.engine, err = embedded.Open(context.Background(),
		embedded.Options{Library: library, Path: folder, Database: prefix + "*"})
	if err != nil {
		os.RemoveAll(folder)
		t.Fatal(err)
	}
}

func (s *engine) release(t testing.TB) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users--; s.users > 0 {
		return
	}
	if err := s.engine.Close(); err != nil {
		t.Error(err)
	}
	if err := os.RemoveAll(s.folder); err != nil {
		t.Error(err)
	}
}
