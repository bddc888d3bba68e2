package config

import (
	"encoding"
	"strings"
	"testing"

	"seuranta/internal/observation"
)

// reading is a text, and what is said of it where it does not do.
type reading struct{ text, fault string }

// checkReadings reads each text into a fresh value.
func checkReadings(t *testing.T, fresh func() encoding.TextUnmarshaler, readings []reading) {
	t.Helper()
	for _, r := range readings {
		err := fresh().UnmarshalText([]byte(r.text))
		switch {
		case r.fault == "" && err != nil:
			t.Errorf("%q is refused: %v", r.text, err)
		case r.fault != "" && err == nil:
			t.Errorf("%q is taken, want %q", r.text, r.fault)
		case r.fault != "" && !strings.Contains(err.Error(), r.fault):
			t.Errorf("%q: got %q, want %q", r.text, err, r.fault)
		}
	}
}

func TestID(t *testing.T) {
	checkReadings(t, func() encoding.TextUnmarshaler { return new(id) }, []reading{
		{"a", ""},
		{"koske", ""},
		{"itainen-2", ""},
		{"a_b", ""},
		{strings.Repeat("a", 64), ""},
		{strings.Repeat("a", 65), "at most 64"},
		{"", "is no id"},
		{"A", "small letters"},
		{"2a", "begins with a letter"},
		{"-a", "is no id"},
		{"_shared", "kept for the program"},
		{"ä", "is no id"},
		{"a b", "is no id"},
		{"a.b", "is no id"},
		{"a\n", "is no id"},
	})
}

func TestZone(t *testing.T) {
	checkReadings(t, func() encoding.TextUnmarshaler { return new(zone) }, []reading{
		{"Europe/Helsinki", ""},
		{"UTC", ""},
		{"America/Argentina/Buenos_Aires", ""},
		{"", "no time zone"},
		{"Local", "no time zone"},
		{"europe/helsinki", `did you mean "Europe/Helsinki"`},
		{"Europe/Stokholm", `did you mean "Europe/Stockholm"`},
		{"Mars/Olympus", "write it as Europe/Helsinki"},
		{"../../etc/passwd", "no time zone"},
		{"+02:00", "no time zone"},
	})
}

func TestLife(t *testing.T) {
	checkReadings(t, func() encoding.TextUnmarshaler { return new(life) }, []reading{
		{"2001-01-01..2024-05-31", ""},
		{"2001-01-01 .. 2024-05-31", ""},
		{"2001-01-01..", ""},
		{"..2024-05-31", ""},
		{"2024-05-31..2024-05-31", ""},
		{"2024-05-31..2024-05-30", "lies before the first"},
		{"..", "no stretch of days"},
		{"", "no stretch of days"},
		{"2001", "no stretch of days"},
		{"2001-01-01", "no stretch of days"},
		{"2001-01-01...2002-01-01", "no day of the calendar"},
		{"2001-02-29..", "no day of the calendar"},
		{"..1970-12-31", "out of range"},
		{"2201-01-01..", "out of range"},
	})
}

// TestLifeTakesItsLastDayIn checks that the last day that people write belongs to the life.
func TestLifeTakesItsLastDayIn(t *testing.T) {
	var l life
	if err := l.UnmarshalText([]byte("2024-05-30..2024-05-31")); err != nil {
		t.Fatal(err)
	}
	if want := (observation.Life{From: day(t, "2024-05-30"), To: day(t, "2024-06-01")}); observation.Life(l) != want {
		t.Errorf("got %v, want %v", l, want)
	}
	var open life
	if err := open.UnmarshalText([]byte("2024-06-01..")); err != nil || open.To != 0 || open.From == 0 {
		t.Errorf("got %v (%v), want no end", open, err)
	}
}

func TestListen(t *testing.T) {
	checkReadings(t, func() encoding.TextUnmarshaler { return new(listen) }, []reading{
		{"127.0.0.1:8080", ""},
		{":8080", ""},
		{"[::1]:0", ""},
		{"localhost:65535", ""},
		{"localhost:65536", "no address"},
		{"localhost:-1", "no address"},
		{"localhost:+1", "no address"},
		{"localhost:http", "no address"},
		{"localhost:", "no address"},
		{"localhost", "no address"},
		{"8080", "no address"},
		{"http://localhost:80", "no address"},
		{"::1:80", "no address"},
		{"a b:80", "no address"},
	})
}

func TestDSN(t *testing.T) {
	checkReadings(t, func() encoding.TextUnmarshaler { return new(dsn) }, []reading{
		{"clickhouse://db:9000/seuranta", ""},
		{"tcp://db:9000", ""},
		{"http://db:8123/seuranta?secure=false", ""},
		{"https://db.example.org?secure=true", ""},
		{"https://db.example.org/seuranta?secure=true&skip_verify=true&dial_timeout=5s&max_execution_time=60", ""},
		{"https://db.example.org", "?secure=true"},
		{"http://db.example.org?secure=true", "goes with https"},
		{"clickhouse://u:100%25@db", ""},
		{"clickhouse://u:%40%3A%2F%3F%23%20@db/seuranta", ""},
		{"clickhouse://u:a/b@db:9000/seuranta", "percent-encoded"},
		{"clickhouse://u:a?b@db:9000/seuranta", "percent-encoded"},
		{"clickhouse://u:a#b@db:9000/seuranta", "percent-encoded"},
		{"clickhouse://u:%zz@db:9000/seuranta", "percent-encoded"},
		{"clickhouse://u:100%@db", "percent-encoded"},
		{"clickhouse://u:a b@db", "percent-encoded"},
		{"clickhouse://u:a\nb@db", "percent-encoded"},
		{"clickhouse://u:a\tb@db", "percent-encoded"},
		{"clickhouse://u:ä@db", "percent-encoded"},
		{"clickhouse://db?password=%zz", "percent-encoded"},
		{"clickhouse://db?dial_timeout=5", "dial_timeout takes a length of time, as 5s"},
		{"clickhouse://db?max_open_conns=many", "max_open_conns takes a whole number"},
		{"clickhouse://db?secure=maybe", "secure takes true or false"},
		{"clickhouse://db?tls_server_name=db", "wants secure=true"},
		{"clickhouse://db?block_buffer_size=0", "from 1 to 255"},
		{"clickhouse://db?compress_level=200", "from -128 to 127"},
		{"clickhouse://user@db", ""},
		{"clickhouse://user:pa@ss@db:9000", ""},
		{"clickhouse://a:9000,b:9000/seuranta", ""},
		{"clickhouse://[::1]:9000", ""},
		{"clickhouse://[::1]", ""},
		{"", "no address"},
		{"db:9000", "no address"},
		{"mysql://db", "no address"},
		{"Clickhouse://db", "no address"},
		{"clickhouse://", "nowhere"},
		{"clickhouse://user@", "nowhere"},
		{"clickhouse:///seuranta", "nowhere"},
		{"clickhouse://:9000", "nowhere"},
		{"clickhouse://db:", "nowhere"},
		{"clickhouse://db:0", "nowhere"},
		{"clickhouse://db:99999", "nowhere"},
		{"clickhouse://a:9000,/seuranta", "nowhere"},
		{"clickhouse://::1", "nowhere"},
		{"clickhouse://[x]:9000", "nowhere"},
		{"clickhouse://a b", "nowhere"},
	})
	err := new(dsn).UnmarshalText([]byte("mysql://u:" + canary + "@db"))
	if err == nil || gaveAway(err.Error(), canary) {
		t.Errorf("the address is shown: %v", err)
	}
}

func TestCron(t *testing.T) {
	checkReadings(t, func() encoding.TextUnmarshaler { return new(cron) }, []reading{
		{"15 4 * * *", ""},
		{" 15  4 * * * ", ""},
		{"*/15 8-16 * * mon-fri", ""},
		{"0 0 29 2 *", ""},
		{"0 0 1 jan,JUL ?", ""},
		{"@daily", ""},
		{"@midnight", ""},
		{"@every 1m", ""},
		{"@every 1h30m", ""},
		{"", "has 0 fields"},
		{"* * * *", "has 4 fields"},
		{"0 * * * * *", "has 6 fields"},
		{"60 * * * *", `the minute "60"`},
		{"* 24 * * *", "hours run from 0 to 23"},
		{"* * 0 * *", "days run from 1 to 31"},
		{"* * * 0 *", "months run from 1 to 12"},
		{"* * * * 7", "0 (Sunday) to 6"},
		{"* * * * maanantai", "the weekday"},
		{"-1 * * * *", "the minute"},
		{"1-2-3 * * * *", "the minute"},
		{"1/2/3 * * * *", "the minute"},
		{", * * * *", "the minute"},
		{"99999999999999999999 * * * *", "the minute"},
		{strings.Repeat("1,", 200) + "1 * * * *", "the minute"},
		{"0 0 31 4,6,9,11 *", "never comes"},
		{"@reboot", "after @ stands one of"},
		{"@every", "after @ stands one of"},
		{"@every 0s", "from a minute to a year"},
		{"@every 9999999h", "from a minute to a year"},
		{"@every 8785h", "from a minute to a year"},
		{"@every 8784h", ""},
		{"@every -1h", "from a minute to a year"},
		{"@every day", "from a minute to a year"},
		{"CRON_TZ=UTC 0 4 * * *", "take TZ= out"},
		{"TZ=UTC", "take TZ= out"},
	})
}

func TestCronIsKeptAsWritten(t *testing.T) {
	var v cron
	if err := v.UnmarshalText([]byte(" 15 4 * * * ")); err != nil || v != "15 4 * * *" {
		t.Errorf("got %q (%v)", v, err)
	}
}
