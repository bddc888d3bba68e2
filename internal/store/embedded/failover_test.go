//go:build linux && amd64

package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"golang.org/x/sys/unix"

	"seuranta/internal/store/embedded"
	"seuranta/internal/store/embedded/embeddedtest"
)

// slowly are statements of some seconds, and what they sum up to. The long one takes longer than a process that ends waits.
var slowly = map[string]struct {
	statement string
	sum       uint64
	waits     time.Duration // at least, a process that ends
}{
	"aggregate":      {"SELECT sum(number + sleepEachRow(0.05)), '' FROM numbers(50) SETTINGS max_block_size = 1", 50 * 49 / 2, time.Second},
	"long aggregate": {"SELECT sum(number + sleepEachRow(0.05)), '' FROM numbers(100) SETTINGS max_block_size = 1", 100 * 99 / 2, 2900 * time.Millisecond},
	"stream":         {"SELECT number + sleepEachRow(0.05), repeat('x', 100000) FROM numbers(50) SETTINGS max_block_size = 1", 50 * 49 / 2, time.Second},
}

func sum(db driver.Conn, statement string) (total uint64, err error) {
	rows, err := db.Query(background, statement)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var n uint64
		var pad string // so that a stream flows
		if err := rows.Scan(&n, &pad); err != nil {
			return 0, err
		}
		total += n
	}
	return total, rows.Err()
}

// ends are the ways in which the process that runs the engine may go.
var ends = map[string]func(t *testing.T, p *process){
	"gracefully": func(t *testing.T, p *process) { p.end(t) },
	"killed": func(t *testing.T, p *process) {
		if err := p.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		p.rest()
	},
}

// The process that runs the engine goes while it answers its guest; the guest gets the whole answer, and runs the engine.
func TestOwnerGoesInMidQuery(t *testing.T) {
	for way, end := range ends {
		for what, slow := range slowly {
			t.Run(way+" "+what, func(t *testing.T) {
				folder := t.TempDir()
				p := play(t, "share", folder)
				p.processNumber(t)
				s, db := opened(t, folder)
				got := make(chan error, 1)
				go func() {
					total, err := sum(db, slow.statement)
					if err == nil && total != slow.sum {
						err = fmt.Errorf("it sums up to %v", total)
					}
					got <- err
				}()
				time.Sleep(time.Second) // in the midst
				began := time.Now()
				end(t, p)
				if took := time.Since(began); way == "gracefully" && (took < slow.waits || took > slow.waits+3*time.Second) {
					t.Errorf("the other process ended after %s", took)
				}
				if err := <-got; err != nil {
					t.Error(err)
				}
				if n := one(t, db, "SELECT toUInt64(1)"); n != 1 || !s.Owner().Here {
					t.Errorf("%d, %+v", n, s.Owner())
				}
			})
		}
	}
}

// Guests insert while one process after the other that runs the engine is killed; every batch that was acknowledged is there
// once.
func TestOwnersAreKilledWhileGuestsInsert(t *testing.T) {
	folder := t.TempDir()
	first := play(t, "share", folder)
	first.processNumber(t)
	_, db := opened(t, folder)
	var told uint64
	stop, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		for ; ; told++ {
			select {
			case <-stop:
				ended <- nil
				return
			default:
				if err := insertOne(db, 1, told); err != nil {
					ended <- err
					return
				}
			}
		}
	}()
	const rounds = 3 // the first owner is another process; then it is this one, and others are killed as its guests
	for round := range rounds {
		time.Sleep(time.Duration(rand.IntN(400)) * time.Millisecond)
		ends["killed"](t, first)
		first = play(t, "add", folder)
		first.processNumber(t)
		t.Log("round", round)
	}
	close(stop)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if got := one(t, db, "SELECT count() FROM t FINAL WHERE process = 1"); got != told*rowsAdded || told == 0 {
		t.Errorf("%d rows of %d batches", got, told)
	}
	if got := one(t, db, "SELECT count() FROM t WHERE process != 1"); got == 0 {
		t.Error("the others inserted nothing")
	}
}

// What a killed process leaves is no obstacle: its socket, its number in the lock, a file in the place of the socket.
func TestLeftoversOfAKilledProcess(t *testing.T) {
	long := filepath.Join(t.TempDir(), strings.Repeat("päivä", 20), strings.Repeat("x", 200))
	for name, change := range map[string]func(t *testing.T, socket string){
		"socket":     func(*testing.T, string) {},
		"plain file": func(t *testing.T, socket string) { remove(t, socket); write1(t, socket) },
		"link":       func(t *testing.T, socket string) { remove(t, socket); symlink(t, "/nowhere", socket) },
		"nothing":    func(t *testing.T, socket string) { remove(t, socket) },
	} {
		t.Run(name, func(t *testing.T) {
			folder := filepath.Join(long, name)
			p := play(t, "share", folder)
			p.processNumber(t)
			ends["killed"](t, p)
			socket := filepath.Join(folder, "seuranta.sock")
			if info, err := os.Lstat(socket); err != nil || info.Mode().Type() != os.ModeSocket || info.Mode().Perm() != 0o600 {
				t.Fatalf("the socket is %v, %v", info, err)
			}
			change(t, socket)
			s, db := opened(t, folder)
			if n := one(t, db, "SELECT toUInt64(1)"); n != 1 || !s.Owner().Here {
				t.Errorf("%d, %+v", n, s.Owner())
			}
			q := play(t, "share", folder)
			if got := q.processNumber(t); got != os.Getpid() {
				t.Errorf("process %d runs the engine", got)
			}
			q.end(t)
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			if left, err := filepath.Glob(socket + "*"); err != nil || len(left) > 0 {
				t.Errorf("%q is left, %v", left, err)
			}
		})
	}
}

func write1(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
}

func symlink(t *testing.T, target, path string) {
	t.Helper()
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
}

// A process that was halted keeps the folder; whoever waits for it is told so, before and in the midst of a statement, and
// goes on when it does.
func TestStoppedOwner(t *testing.T) {
	folder := t.TempDir()
	p := play(t, "share", folder)
	p.processNumber(t)
	_, db := opened(t, folder)
	if err := p.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	stat := fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid)
	if !within(patience, func() bool { b, _ := os.ReadFile(stat); return strings.Contains(string(b), ") T ") }) {
		t.Fatal("it is not stopped")
	}
	began, asked := time.Now(), make(chan error, 1)
	go func() { asked <- drain(background, db, "SELECT 1") }()
	words := fmt.Sprintf("process %d is stopped; let it go on with `kill -CONT", p.cmd.Process.Pid)
	_, err := tryShare(t, folder)
	wantError(t, err, embedded.ErrSilent, folder, words)
	wantError(t, <-asked, embedded.ErrSilent, folder, words)
	if took := time.Since(began); took < 8*time.Second || took > 13*time.Second {
		t.Errorf("it was told after %s", took)
	}
	if err := p.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	if got := one(t, db, "SELECT toUInt64(1)"); got != 1 {
		t.Error(got)
	}
	p.end(t)
}

// A lock without a socket: what an older version of the program leaves to see.
func TestOwnerWithoutASocket(t *testing.T) {
	folder := t.TempDir()
	p := play(t, "hold", folder)
	p.line(t)
	_, err := tryShare(t, folder)
	wantError(t, err, embedded.ErrSilent, folder, fmt.Sprintf("process %d; wait, or end it", p.cmd.Process.Pid))
	p.end(t)
}

// A guest's statement ends in the process that runs the engine when its context does.
func TestGuestsCancel(t *testing.T) {
	folder := t.TempDir()
	p := play(t, "share", folder)
	p.processNumber(t)
	_, db := opened(t, folder)
	for id, statement := range endless {
		if strings.HasPrefix(statement, "INSERT") {
			continue
		}
		ctx, cancel := context.WithTimeout(clickhouse.Context(background, clickhouse.WithQueryID(id)), 200*time.Millisecond)
		if err := drain(ctx, db, statement); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", id, err)
		}
		cancel()
		if !within(patience, func() bool { return running(t, db, id) == 0 }) {
			t.Errorf("%s still runs", id)
		}
	}
	p.end(t)
}

// An answer that is too large to be held back comes whole, or with an error that says so.
func TestLongAnswers(t *testing.T) {
	folder := t.TempDir()
	p := play(t, "share", folder)
	p.processNumber(t)
	_, db := opened(t, folder)
	const rows = 9_500_000 // of 8 bytes
	statement := fmt.Sprintf("SELECT number FROM numbers(%d)", rows)
	count := func(at int, f func()) (n int, err error) {
		got, err := db.Query(background, statement)
		if err != nil {
			return 0, err
		}
		defer got.Close()
		for ; got.Next(); n++ {
			if n == at {
				f()
			}
		}
		return n, got.Err()
	}
	if n, err := count(0, func() {}); n != rows || err != nil {
		t.Errorf("%d rows, %v", n, err)
	}
	n, err := count(100, func() { ends["killed"](t, p) })
	if n == rows {
		t.Fatal("the answer was there before the process was killed")
	}
	wantError(t, err, embedded.ErrGone, "run the command again")
	if got := one(t, db, "SELECT toUInt64(1)"); got != 1 {
		t.Error(got)
	}
}

// What cannot be asked for twice is for the process that runs the engine to do.
func TestGuestsChangeNoTables(t *testing.T) {
	folder := t.TempDir()
	p := play(t, "share", folder)
	p.processNumber(t)
	_, db := opened(t, folder)
	for _, statement := range []string{"CREATE TABLE u (n UInt8) ENGINE = Memory", "DROP TABLE t", "TRUNCATE TABLE t", "INSERT INTO t SELECT 1, 1, 1, ''",
		"INSERT INTO t VALUES (1, 1, 1, '')", "ALTER TABLE t DELETE WHERE 1", "OPTIMIZE TABLE t FINAL", "WITH 1 AS x INSERT INTO t SELECT x, x, x, ''"} {
		if got := code(t, db.Exec(background, statement)); got != 497 {
			t.Errorf("%s: code %d", statement, got)
		}
	}
	for statement, want := range map[string]int32{"SELECT * FROM nope": 60, "": 62, "SELECT 1; SELECT 2": 62, "SELECT file('/etc/passwd')": 497} {
		if got := code(t, drain(background, db, statement)); got != want {
			t.Errorf("%q: code %d", statement, got)
		}
	}
	for _, statement := range []string{"SHOW TABLES", "EXISTS TABLE t", "DESCRIBE TABLE t", "WITH 1 AS x SELECT x", "(SELECT 1)"} {
		if err := drain(background, db, statement); err != nil {
			t.Errorf("%s: %v", statement, err)
		}
	}
	p.end(t)
}

func TestSharingAFolderOfAnotherClickHouse(t *testing.T) {
	folder := t.TempDir()
	f, err := os.Create(filepath.Join(folder, "status"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	_, err = tryShare(t, folder)
	wantError(t, err, embedded.ErrLocked, "another ClickHouse")
}

func TestSharingAReadOnlyFolder(t *testing.T) {
	disk, remount := embeddedtest.Disk(t, 64<<10)
	if disk == "" {
		return
	}
	remount(unix.MS_RDONLY, "")
	_, err := tryShare(t, filepath.Join(disk, "data"))
	wantError(t, err, embedded.ErrReadOnly, "mount it for writing")
	remount(0, "")
	_, db := opened(t, filepath.Join(disk, "data"))
	if got := one(t, db, "SELECT toUInt64(1)"); got != 1 {
		t.Error(got)
	}
}

// Whoever has the folder puts its socket back when somebody removed it or put something else there.
func TestSocketIsPutBack(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, socket string){
		"removed":    func(*testing.T, string) {},
		"folder":     func(t *testing.T, socket string) { makeFolder(t, socket) },
		"plain file": write1,
		"listener":   func(t *testing.T, socket string) { listenAt(t, socket, "HTTP/1.0 200 OK\r\n\r\n") },
		"silence":    func(t *testing.T, socket string) { listenAt(t, socket, "") },
	} {
		t.Run(name, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "data")
			p := play(t, "share", folder)
			p.processNumber(t)
			socket := filepath.Join(folder, "seuranta.sock")
			remove(t, socket)
			change(t, socket)
			began := time.Now()
			s, db := opened(t, folder)
			if n := one(t, db, "SELECT toUInt64(1)"); n != 1 || s.Owner().Process != p.cmd.Process.Pid {
				t.Errorf("%d, %+v", n, s.Owner())
			}
			if took := time.Since(began); took > 8*time.Second {
				t.Errorf("it took %s", took)
			}
			p.end(t)
		})
	}
}

func makeFolder(t *testing.T, path string) {
	t.Helper()
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
}

// listenAt says something to everybody who comes to a socket, and then nothing more.
func listenAt(t *testing.T, socket, what string) {
	t.Helper()
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			defer c.Close()
			_, _ = io.WriteString(c, what)
		}
	}()
}

// A folder that holds something, in the place of the socket, is named: nobody removes what it may be good for.
func TestAFolderInThePlaceOfTheSocket(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	p := play(t, "share", folder)
	p.processNumber(t)
	socket := filepath.Join(folder, "seuranta.sock")
	remove(t, socket)
	makeFolder(t, socket)
	write1(t, filepath.Join(socket, "x"))
	_, err := tryShare(t, folder)
	wantError(t, err, embedded.ErrSilent, socket+" is a folder", "remove it", fmt.Sprintf("process %d", p.cmd.Process.Pid))
	ends["killed"](t, p)
	_, err = tryShare(t, folder)
	wantError(t, err, embedded.ErrFolder, socket+": is a directory", "remove that folder")
}
