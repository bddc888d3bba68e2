//go:build linux && amd64

package embedded_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"os"
	osexec "os/exec"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"

	"seuranta/internal/store/embedded"
	"seuranta/internal/store/embedded/embeddedtest"
)

// A test that needs another process runs this binary again, with the name of a role
// in the environment.
const roleVariable = "SEURANTA_TEST_ROLE"

var roles = map[string]func(*embedded.Engine){
	"hold":  hold,
	"write": write,
	"stay":  stay,
}

// sharing are the roles of processes that share the folder.
var sharing = map[string]func(*embedded.Shared){
	"share": share,
	"add":   add,
	"turn":  turn,
}

// alone are the roles of processes that open the engine themselves, or not at all.
var alone = map[string]func(embedded.Options){
	"chat":  chat,
	"knock": knock,
}

func TestMain(m *testing.M) {
	if role := os.Getenv(roleVariable); role != "" {
		playRole(role)
		return
	}
	os.Exit(m.Run())
}

func playRole(role string) {
	o := embedded.Options{Library: os.Getenv("SEURANTA_LIBCHDB"), Path: os.Args[len(os.Args)-1], Database: "test_*", Program: "the other one"}
	if play, ok := alone[role]; ok {
		play(o)
		return
	}
	if play, ok := sharing[role]; ok {
		s, err := embedded.OpenShared(background, o, makeTable)
		exitOn(err)
		play(s)
		return
	}
	e, err := embedded.Open(background, o)
	exitOn(err)
	roles[role](e)
}

func exitOn(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// hold keeps the folder until its standard input ends.
func hold(e *embedded.Engine) {
	fmt.Println("ready")
	_, _ = io.Copy(io.Discard, os.Stdin)
	e.Close()
}

const rowsOfABatch = 3000

// write inserts batches for ever and prints the number of each one that the engine
// acknowledged.
func write(e *embedded.Engine) {
	conn, err := clickhouse.Open(&clickhouse.Options{Protocol: clickhouse.HTTP, Addr: []string{"embedded:0"},
		TransportFunc: func(*http.Transport) (http.RoundTripper, error) { return e, nil }})
	if err != nil {
		panic(err)
	}
	var first uint64
	if err := conn.QueryRow(background, "SELECT max(batch) FROM test_kill.t").Scan(&first); err != nil {
		panic(err)
	}
	for n := first + 1; ; n++ {
		err := batch(background, conn, "INSERT INTO test_kill.t (batch, n, s)", rowsOfABatch, func(i int) []any {
			return []any{n, uint64(i), fmt.Sprint("row\n\n", i)}
		})
		if err != nil {
			panic(err)
		}
		fmt.Println(n)
	}
}

// process is a running role.
type process struct {
	cmd   *osexec.Cmd
	lines *bufio.Scanner
	stdin io.WriteCloser
}

func play(t *testing.T, role, folder string) *process {
	t.Helper()
	cmd := osexec.Command(os.Args[0], folder)
	cmd.Env = append(os.Environ(), roleVariable+"="+role, "SEURANTA_LIBCHDB="+embeddedtest.Library(t))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return &process{cmd, bufio.NewScanner(out), in}
}

// line is the next thing the process says.
func (p *process) line(t *testing.T) string {
	t.Helper()
	if !p.lines.Scan() {
		t.Fatalf("the other process is silent: %v", p.lines.Err())
	}
	return p.lines.Text()
}

// rest is what the process still says, to its end.
func (p *process) rest() (lines []string) {
	for p.lines.Scan() {
		lines = append(lines, p.lines.Text())
	}
	_ = p.cmd.Wait()
	return lines
}
