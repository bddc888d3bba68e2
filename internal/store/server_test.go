package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/embedded/embeddedtest"
	"seuranta/internal/store/storetest"
)

// canary is a password that must not be seen in any message.
const canary = "vaara-canary-77"

func openDSN(dsn string) (*store.Store, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return store.Open(ctx, store.Options{DSN: dsn})
}

func TestWrongDSNs(t *testing.T) {
	for _, dsn := range []string{"", "clickhouse://", "clickhouse:///seuranta", "clickhouse://ana:PASS@/seuranta", "clickhouse://ana:PASS@:9000/seuranta", "ana:PASS@host:9000", "host:9000",
		"mysql://ana:PASS@host:9000/x", "clickhouse://ana:PASS@host:port/x", "clickhouse://ana:PASS@host:9000/x?dial_timeout=PASS", "clickhouse://ana:PASS%zz@host:9000",
		"clickhouse://ana:PASS@ho st:9000", "clickhouse://ana:PASS@host:9000,:9001/x", "clickhouse://ana:PA SS#/@host:9000", "https://ana:PASS@host:8443/x", "\x00PASS"} {
		dsn = strings.ReplaceAll(dsn, "PASS", canary)
		_, err := store.ServerOptions(dsn)
		if err == nil || !strings.Contains(err.Error(), "read storage.dsn: want clickhouse://user:password@host:9000/database") || strings.Contains(err.Error(), canary) {
			t.Errorf("%q: %v", dsn, err)
		}
	}
}

func TestServerOptions(t *testing.T) {
	opt, err := store.ServerOptions("clickhouse://ana:oikea@one:9000,two:9001/koske?dial_timeout=200ms&max_execution_time=7&max_threads=1&compress=zstd")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(opt.Addr, " ") != "one:9000 two:9001" || opt.Auth.Database != "koske" || opt.Auth.Username != "ana" || opt.Auth.Password != "oikea" {
		t.Errorf("read as %v, %v", opt.Addr, opt.Auth)
	}
	if opt.DialTimeout != 200*time.Millisecond || opt.Settings["max_execution_time"] != 7 || opt.Settings["max_threads"] != 1 || opt.Compression.Method.String() != "zstd" {
		t.Errorf("what the DSN asks for is lost: %v %v %v", opt.DialTimeout, opt.Settings, opt.Compression)
	}
	opt, err = store.ServerOptions("clickhouse://host:9000")
	if err != nil || opt.Auth.Database != "seuranta" || opt.Auth.Username != "default" || opt.Settings["max_execution_time"] != 120 || opt.DialTimeout != 3*time.Second {
		t.Errorf("by default %+v, %v", opt, err)
	}
}

func TestOlderVersions(t *testing.T) {
	for version, older := range map[string]bool{"18.16.1": false, "18.16": false, "18.17.0": false, "19.1.1": false, "26.5.1.1": false, "100.1": false,
		"18.14.19": true, "1.1.54390": true, "17.99.9": true, "18": true, "": true, "head": true, "a.b.c": true} {
		if store.Older(version) != older {
			t.Errorf("%q is older: %v", version, !older)
		}
	}
}

// pretending serves the embedded engine as if it were another version; from and to must be of one length.
func pretending(t *testing.T, to string) (dsn string) {
	engine, database := embeddedtest.Database(t)
	from := engine.Version()
	if len(from) != len(to) {
		t.Fatalf("%s is not as long as %s", to, from)
	}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		engine.ServeHTTP(answer, r)
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(bytes.ReplaceAll(answer.Body.Bytes(), []byte(from), []byte(to)))
	}))
	t.Cleanup(web.Close)
	return strings.Replace(web.URL, "://", "://ana:"+canary+"@", 1) + "/" + database
}

func TestServerTooOld(t *testing.T) {
	_, err := openDSN(pretending(t, "18.14.19"))
	if !errors.Is(err, store.ErrTooOld) || !strings.Contains(err.Error(), "runs 18.14.19, and answers are only known to be right from 18.16 on; upgrade it or use storage.path") {
		t.Errorf("%v", err)
	}
	if err != nil && strings.Contains(err.Error(), canary) {
		t.Error("the password is told")
	}
}

func TestUntestedVersion(t *testing.T) {
	for version, tested := range map[string]bool{"26.5.1.1": true, "27.1.1.1": false, "19.1.1.1": false} {
		s, err := openDSN(pretending(t, version))
		if err != nil {
			t.Fatal(err)
		}
		if i := s.Info(); i.Version != version || i.Tested != tested || i.Engine != "server" || strings.Contains(fmt.Sprintf("%+v", i), canary) {
			t.Errorf("info %+v, want %s tested %v", i, version, tested)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func testInfo(t *testing.T, e storetest.Engine) {
	s, _ := e.Open(t)
	i := s.Info()
	if !i.Tested || i.Version == "" || i.Database == "" || (i.Engine == "embedded") != (e.Name == "embedded") {
		t.Errorf("info %+v", i)
	}
}

func TestWrongPassword(t *testing.T) {
	address := storetest.ServerAddress(t)
	s, err := openDSN("clickhouse://ana:oikea@" + address + "/test_password")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	for _, user := range []string{"ana", "nobody", "default"} {
		_, err := openDSN("clickhouse://" + user + ":" + canary + "@" + address + "/x")
		if err == nil || strings.Contains(err.Error(), canary) || !strings.Contains(err.Error(), "user and password right?") || !strings.Contains(err.Error(), address) {
			t.Errorf("%s: %v", user, err)
		}
	}
}

func TestUnreachableServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refused := l.Addr().String()
	_ = l.Close()
	silent, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	html := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>a printer</html>") }))
	defer html.Close()
	for _, dsn := range []string{"clickhouse://ana:" + canary + "@" + refused + "/x", "http://ana:" + canary + "@" + refused + "/x",
		"clickhouse://ana:" + canary + "@" + silent.Addr().String() + "/x?dial_timeout=500ms", "clickhouse://ana:" + canary + "@no-such-host.invalid:9000/x",
		strings.Replace(html.URL, "://", "://ana:"+canary+"@", 1) + "/x"} {
		start := time.Now()
		_, err := openDSN(dsn)
		if !errors.Is(err, store.ErrUnreachable) || strings.Contains(err.Error(), canary) || !strings.Contains(err.Error(), "cannot be reached at ") {
			t.Errorf("%s: %v", strings.ReplaceAll(dsn, canary, "…"), err)
		}
		if took := time.Since(start); took > 12*time.Second {
			t.Errorf("%s: after %s", strings.ReplaceAll(dsn, canary, "…"), took)
		}
	}
}

// The server goes away while a store is open, and comes back.
func TestServerRestarts(t *testing.T) {
	server := storetest.StartServer(t)
	s := storetest.DSN(t, "clickhouse://"+server.Address+"/seuranta")()
	migrate(t, s)
	var ledger observation.Ledger
	told := func(n int) {
		c := crashCommit(5, n)
		c.Run.ID = "run-" + strconv.Itoa(n)
		c.Run = commit(t, s, c)
		ledger.Add(c)
	}
	told(0)
	server.Stop()
	for _, err := range []error{second(s.Commit(context.Background(), crashCommit(5, 2))), second(s.Observations(context.Background(), all()))} {
		if !errors.Is(err, store.ErrUnreachable) || !strings.Contains(err.Error(), server.Address) {
			t.Errorf("while the server is away: %v", err)
		}
	}
	server.Start(t)
	told(2)
	server.Stop()
	server.Start(t)
	told(4) // over connections that the server has forgotten
	compareWithLedger(t, s, &ledger, time.Time{})
}

func second[T any](_ T, err error) error { return err }
