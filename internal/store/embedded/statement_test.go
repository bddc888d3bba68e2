package embedded

import (
	"errors"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/proto"
)

// refusal is the code with which a statement is refused, 0 for none.
func refusal(t *testing.T, err error) int32 {
	t.Helper()
	var e *proto.Exception
	if err != nil && !errors.As(err, &e) {
		t.Fatalf("no exception: %v", err)
	}
	if e == nil {
		return 0
	}
	return e.Code
}

func TestRoutes(t *testing.T) {
	for src, want := range map[string]route{
		"SELECT 1":                               streamed,
		"select 1;":                              streamed,
		" -- c\n /* d */ ((SELECT 1))":           streamed,
		"WITH 1 AS x SELECT x":                   streamed,
		"SHOW TABLES":                            buffered,
		"INSERT INTO t SELECT 1":                 buffered,
		"INSERT INTO t VALUES ('FORMAT')":        buffered,
		"CREATE TABLE t (a UInt8) ENGINE Memory": buffered,
	} {
		if s, err := readStatement(src); err != nil || s.route != want || s.text != src {
			t.Errorf("%s: %+v, %v", src, s, err)
		}
	}
}

func TestRefusedNames(t *testing.T) {
	for src, want := range map[string]int32{
		"SELECT 'file', profile, files FROM t":            0,
		"SELECT disk FROM t":                              0,
		"SELECT engine FROM system.tables":                0,
		"CREATE TABLE t (a UInt8) ENGINE = Memory":        0,
		"CREATE TABLE t (a UInt8) ENGINE = mergetree":     0,
		"CREATE TABLE t (a UInt8) ENGINE = `Memory`":      codeAccessDenied,
		"CREATE TABLE t (a UInt8) ENGINE = Log":           codeAccessDenied,
		"CREATE TABLE t (a UInt8) ENGINE":                 codeAccessDenied,
		"SELECT FILE":                                     codeAccessDenied,
		"SELECT t.`file`":                                 codeAccessDenied,
		"SELECT 1 INTO OUTFILE 'x'":                       codeAccessDenied,
		"SELECT 1 SETTINGS d = \"Disk\" (type = web)":     codeAccessDenied,
		"CREATE VIEW v AS SELECT * FROM Executable('x')":  codeAccessDenied,
		"EXPLAIN SELECT 1; DROP TABLE t":                  codeSyntax,
		"SELECT 1;;":                                      codeSyntax,
		"ATTACH TABLE t":                                  codeSyntax,
		"(ATTACH TABLE t)":                                codeSyntax,
		"(":                                               codeSyntax,
		";":                                               codeSyntax,
		"-- nothing":                                      codeSyntax,
		"SYSTEM SHUTDOWN":                                 codeSyntax,
		"INSERT INTO t FORMAT TSV 1":                      codeNotImplemented,
		"INSERT INTO t (s) SETTINGS a = 1 FORMAT JSON {}": codeNotImplemented,
	} {
		if _, err := readStatement(src); refusal(t, err) != want {
			t.Errorf("%s: %v, want code %d", src, err, want)
		}
	}
}

func TestReadInsert(t *testing.T) {
	got, err := readInsert("INSERT INTO t (`FORMAT`, b) -- c\n format /* d */ native", "/proc/self/fd/7")
	if want := "INSERT INTO t (`FORMAT`, b) -- c\n FROM INFILE '/proc/self/fd/7' COMPRESSION 'none' FORMAT Native"; err != nil || got != want {
		t.Errorf("got %q, %v", got, err)
	}
	for _, src := range []string{"INSERT INTO t", "FORMAT Native", "INSERT INTO t FORMAT Native;", "INSERT INTO t VALUES", "SELECT 1 FORMAT Native"} {
		if got, err := readInsert(src, "f"); refusal(t, err) == 0 {
			t.Errorf("%s was read as %q", src, got)
		}
	}
}
