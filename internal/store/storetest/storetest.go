// Package storetest gives tests real stores: the embedded engine, Debian's clickhouse-server over TCP, and the embedded
// engine over HTTP, each with a fresh database of a random name.
package storetest

import (
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"seuranta/internal/store"
	"seuranta/internal/store/embedded/embeddedtest"
)

// Open opens a store on the database that it was made for.
type Open func(mod ...func(*store.Options)) *store.Store

// Engine is one kind of back end that every store test runs on.
type Engine struct {
	Name string
	// Database makes a database without tables; the stores that open opens on it are closed at the end of the test.
	Database func(t testing.TB) (open Open)
}

// Open opens a migrated store in a fresh database; reopen opens another store on the same database.
func (e Engine) Open(t testing.TB, mod ...func(*store.Options)) (s *store.Store, reopen Open) {
	t.Helper()
	open := e.Database(t)
	s = open(mod...)
	if _, err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s, open
}

// Engines returns the back ends: embedded, Debian's server over TCP, and the embedded engine's own handler over HTTP.
func Engines() []Engine {
	return []Engine{{"embedded", inProcess}, {"server", overTCP}, {"http", overHTTP}}
}

// Embedded opens a migrated store on the embedded engine.
func Embedded(t testing.TB, mod ...func(*store.Options)) (s *store.Store, reopen Open) {
	t.Helper()
	return Engine{"embedded", inProcess}.Open(t, mod...)
}

// Server opens a migrated store on Debian's clickhouse-server.
func Server(t testing.TB, mod ...func(*store.Options)) (s *store.Store, reopen Open) {
	t.Helper()
	return Engine{"server", overTCP}.Open(t, mod...)
}

// inProcess makes a database on the embedded engine.
func inProcess(t testing.TB) Open {
	t.Helper()
	engine, database := embeddedtest.Database(t)
	return func(mod ...func(*store.Options)) *store.Store {
		t.Helper()
		s, err := store.OpenEngine(context.Background(), engine, database, options(mod))
		return checked(t, s, err)
	}
}

// overTCP makes a database on Debian's clickhouse-server.
func overTCP(t testing.TB) Open {
	t.Helper()
	return DSN(t, "clickhouse://"+ServerAddress(t)+"/"+randomName())
}

// overHTTP makes a database on the embedded engine, reached as other processes do.
func overHTTP(t testing.TB) Open {
	t.Helper()
	engine, database := embeddedtest.Database(t)
	web := httptest.NewServer(engine)
	t.Cleanup(web.Close)
	return DSN(t, web.URL+"/"+database)
}

// DSN opens stores by an address.
func DSN(t testing.TB, dsn string) Open {
	return func(mod ...func(*store.Options)) *store.Store {
		t.Helper()
		o := options(mod)
		o.DSN = dsn
		s, err := store.Open(context.Background(), o)
		return checked(t, s, err)
	}
}

func randomName() string { return "test_" + strings.ToLower(rand.Text()) }

func options(mod []func(*store.Options)) store.Options {
	var o store.Options
	for _, m := range mod {
		m(&o)
	}
	return o
}

func checked(t testing.TB, s *store.Store, err error) *store.Store {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close the store: %v", err)
		}
	})
	return s
}

// server is the one clickhouse-server of this test process.
var server struct {
	sync.Mutex
	ready bool // Main will stop it
	own   *OwnServer
}

// Main runs the tests of a package and then stops the server that they used. Every TestMain that uses Server calls it.
func Main(m *testing.M) {
	server.ready = true
	_ = flag.Set("rapid.checks", "6") // each check is a database's life; -rapid.checks=N on the command line overrules it
	_ = flag.Set("rapid.nofailfile", "true")
	code := m.Run()
	if server.own != nil {
		server.own.Stop()
		_ = os.RemoveAll(server.own.dir)
	}
	os.Exit(code)
}

// ServerAddress starts Debian's clickhouse-server on a free loopback port, once a test process, and returns host:port.
// CLICKHOUSE_SERVER names another program; without it the one that `make setup-test` unpacked is taken.
func ServerAddress(t testing.TB) string {
	t.Helper()
	server.Lock()
	defer server.Unlock()
	if !server.ready {
		t.Fatal("TestMain of this package must call storetest.Main")
	}
	if server.own == nil {
		dir, err := os.MkdirTemp("", "seuranta-clickhouse-")
		if err != nil {
			t.Fatal(err)
		}
		server.own = newServer(t, dir)
		server.own.Start(t)
	}
	return server.own.Address
}

// OwnServer is a clickhouse-server that a test may stop and start again.
type OwnServer struct {
	Address string // host:port
	dir     string
	process *os.Process
}

// StartServer starts a clickhouse-server for one test, which also knows a user ana with the password oikea.
func StartServer(t testing.TB) *OwnServer {
	t.Helper()
	s := newServer(t, t.TempDir())
	s.Start(t)
	t.Cleanup(s.Stop)
	return s
}

func program(t testing.TB) string {
	t.Helper()
	if p := os.Getenv("CLICKHOUSE_SERVER"); p != "" {
		return p
	}
	dir, err := os.Getwd()
	for ; err == nil && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		p := filepath.Join(dir, ".tools", "debian", "clickhouse", "run")
		if _, err := os.Stat(p); err == nil {
			return p
		}
	}
	t.Fatal("Debian's clickhouse-server is not there: run `make setup-test`, or set CLICKHOUSE_SERVER")
	return ""
}

func newServer(t testing.TB, dir string) *OwnServer {
	t.Helper()
	tcp, web, inter := freePort(t), freePort(t), freePort(t)
	for name, text := range map[string]string{"config.xml": serverConfig(dir, tcp, web, inter), "users.xml": serverUsers} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return &OwnServer{Address: fmt.Sprintf("127.0.0.1:%d", tcp), dir: dir}
}

// Start starts the server and waits until it answers.
func (s *OwnServer) Start(t testing.TB) {
	t.Helper()
	log, err := os.Create(filepath.Join(s.dir, "out.log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd := exec.Command(program(t), "--config-file="+filepath.Join(s.dir, "config.xml"))
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = diesWithUs()
	started := make(chan error)
	go func() { // the kernel sends Pdeathsig when the thread that started the server ends, so this one must live on
		runtime.LockOSThread()
		started <- cmd.Start()
		select {}
	}()
	if err := <-started; err != nil {
		t.Fatalf("start clickhouse-server: %v", err)
	}
	s.process = cmd.Process
	waitFor(t, s.Address, log.Name())
}

// Stop kills the server.
func (s *OwnServer) Stop() {
	if s.process != nil {
		_ = s.process.Kill()
		_, _ = s.process.Wait()
		s.process = nil
	}
}

func waitFor(t testing.TB, address, log string) {
	t.Helper()
	for range 300 {
		if c, err := net.DialTimeout("tcp", address, time.Second); err == nil {
			_ = c.Close()
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	out, _ := os.ReadFile(log)
	t.Fatalf("clickhouse-server does not answer on %s:\n%s", address, out)
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func serverConfig(dir string, tcp, web, inter int) string {
	return fmt.Sprintf(`<?xml version="1.0"?>
<yandex>
  <logger><level>warning</level><log>%[1]s/server.log</log><errorlog>%[1]s/error.log</errorlog></logger>
  <listen_host>127.0.0.1</listen_host><tcp_port>%[2]d</tcp_port><http_port>%[3]d</http_port>
  <interserver_http_port>%[4]d</interserver_http_port><interserver_http_host>127.0.0.1</interserver_http_host>
  <max_concurrent_queries>200</max_concurrent_queries><mark_cache_size>67108864</mark_cache_size><uncompressed_cache_size>0</uncompressed_cache_size>
  <path>%[1]s/data/</path><tmp_path>%[1]s/tmp/</tmp_path><user_files_path>%[1]s/files/</user_files_path><format_schema_path>%[1]s/format/</format_schema_path>
  <users_config>users.xml</users_config><default_profile>default</default_profile><default_database>default</default_database>
  <timezone>UTC</timezone><mlock_executable>false</mlock_executable>
</yandex>
`, dir, tcp, web, inter)
}

const serverUsers = `<?xml version="1.0"?>
<yandex>
  <profiles><default><max_memory_usage>4000000000</max_memory_usage></default></profiles>
  <users><default><password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default>
    <ana><password>oikea</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></ana></users>
  <quotas><default><interval><duration>3600</duration><queries>0</queries><errors>0</errors><result_rows>0</result_rows><read_rows>0</read_rows><execution_time>0</execution_time></interval></default></quotas>
</yandex>
`
