//go:build linux && amd64

package embedded_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"seuranta/internal/store/embedded/embeddedtest"
)

// secret makes a file outside of the data folder that no statement may read. The
// statements here name only things the test made: an engine that is let loose
// changes what it is pointed at.
func secret(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret.tsv")
	if err := os.WriteFile(path, []byte("canary\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestStatementsStayInTheDatabase(t *testing.T) {
	e, name := embeddedtest.Database(t)
	db := embeddedtest.Connect(t, e, name)
	path := secret(t)
	folder := filepath.Dir(path)
	exec(t, db, "CREATE TABLE t (a String) ENGINE = MergeTree ORDER BY a")
	const denied, syntax = 497, 62
	for statement, want := range map[string]int32{
		"SELECT * FROM file('PATH', 'LineAsString')":                            denied,
		"SELECT file('PATH')":                                                   denied,
		"SELECT `file`('PATH')":                                                 denied,
		"SELECT /* */ \"file\" -- x\n ('PATH')":                                 denied,
		"SELECT arrayMap(file, ['PATH'])":                                       denied,
		"SELECT x.* APPLY file FROM (SELECT 'PATH' AS a) AS x":                  denied,
		"SELECT * FROM default.`PATH`":                                          denied,
		"SELECT * FROM filesystem('FOLDER')":                                    denied,
		"SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')":              denied,
		"SELECT * FROM s3('http://127.0.0.1:1/bucket/key', 'TSV', 'a String')":  denied,
		"SELECT * FROM remote('127.0.0.1:1', 'a.b')":                            denied,
		"SELECT * FROM mysql('127.0.0.1:1', 'a', 'b', 'c', 'd')":                denied,
		"SELECT * FROM postgresql('127.0.0.1:1', 'a', 'b', 'c', 'd')":           denied,
		"SELECT * FROM sqlite('PATH', 'a')":                                     denied,
		"SELECT * FROM executable('x.sh', 'TSV', 'a String')":                   denied,
		"SELECT * FROM icebergLocal('FOLDER')":                                  denied,
		"INSERT INTO FUNCTION file('PATH', 'TSV', 'a String') SELECT 'x'":       denied,
		"SELECT 1 INTO OUTFILE 'PATH.out'":                                      denied,
		"SELECT 1 INTO /* */ OutFile 'PATH.out'":                                denied,
		"INSERT INTO t FROM INFILE 'PATH' FORMAT TSV":                           denied,
		"ATTACH TABLE a FROM 'FOLDER' (a String) ENGINE = MergeTree ORDER BY a": syntax,
		"CREATE TABLE p (a String) ENGINE = Memory PARALLEL WITH ATTACH TABLE a FROM 'FOLDER' (a String) ENGINE = MergeTree ORDER BY a": denied,
		"CREATE TABLE f (a String) ENGINE = File(TSV, 'PATH')":                                                                          denied,
		"CREATE TABLE f (a String) ENGINE = URL('http://127.0.0.1:1/', TSV)":                                                            denied,
		"CREATE TABLE f (a String) ENGINE = Log":                                                                                        denied,
		"CREATE TABLE f (a UInt8, b UInt8) ENGINE = EmbeddedRocksDB(0, 'FOLDER') PRIMARY KEY a":                                         denied,
		"CREATE TABLE f (a String) ENGINE = Executable('x.sh', TSV)":                                                                    denied,
		"CREATE TABLE f (a String) ENGINE = MergeTree ORDER BY a SETTINGS disk = disk(type = web, endpoint = 'http://127.0.0.1:1/')":    denied,
		"CREATE DATABASE test_y ENGINE = SQLite('PATH')":                                                                                denied,
		"CREATE DATABASE other":                                denied,
		"CREATE DATABASE test_x ENGINE = Filesystem('FOLDER')": denied,
		"DROP DATABASE system":                                 denied,
		"CREATE FUNCTION f AS x -> x":                          denied,
		"CREATE USER u":                                        denied,
		"GRANT ALL ON *.* TO default":                          syntax,
		"BACKUP DATABASE system TO Disk('d', 'b')":             syntax,
		"SET max_threads = 1":                                  syntax,
		"USE system":                                           syntax,
		"SELECT 1; SELECT 2":                                   syntax,
		"DROP TABLE IF EXISTS nope; DROP TABLE t":              syntax,
		"INSERT INTO t FORMAT TSV\na\n\nDROP TABLE t;":         48,
		"": syntax,
	} {
		statement = strings.NewReplacer("PATH", path, "FOLDER", folder).Replace(statement)
		if got := code(t, drain(background, db, statement)); got != want {
			t.Errorf("%s: code %d, want %d", statement, got, want)
		}
	}
	if files, err := os.ReadDir(folder); err != nil || len(files) != 1 {
		t.Errorf("the folder outside was changed: %v, %v", files, err)
	}
	if got := one(t, db, "SELECT count() FROM system.tables WHERE database = ?", name); got != 1 {
		t.Errorf("%d tables, want the one that was there", got)
	}
}

func TestStatementsThatAreTaken(t *testing.T) {
	e, name := embeddedtest.Database(t)
	db := embeddedtest.Connect(t, e, name)
	for _, statement := range []string{
		"CREATE TABLE r (k String, v UInt64) ENGINE = ReplacingMergeTree(v) PARTITION BY v % 2 ORDER BY k",
		"CREATE TABLE s (k String, v UInt64) ENGINE = SummingMergeTree ORDER BY k",
		"CREATE VIEW w AS SELECT k FROM r FINAL",
		"CREATE MATERIALIZED VIEW m TO s AS SELECT k, v FROM r",
		"CREATE TABLE IF NOT EXISTS mem (a UInt8) ENGINE = Memory;",
		"INSERT INTO r VALUES ('a\n\nDROP TABLE r;', 1), ('OUTFILE; file(''x'')', 2)",
		"INSERT INTO r (k, v) SELECT k, v + 1 FROM r",
		"ALTER TABLE r ADD COLUMN c String",
		"ALTER TABLE r DELETE WHERE k = 'none'",
		"OPTIMIZE TABLE r FINAL",
		"RENAME TABLE mem TO mem2",
		"TRUNCATE TABLE mem2",
		"(SELECT k FROM w) UNION ALL (SELECT k FROM s)",
		"WITH 1 AS x SELECT x",
		"-- file\n/* INTO OUTFILE */ SELECT 'file(' AS profile",
		"DROP VIEW m",
		"DROP VIEW w",
		"DROP TABLE r SYNC",
	} {
		if err := drain(background, db, statement); err != nil {
			t.Errorf("%s: %v", statement, err)
		}
	}
}
