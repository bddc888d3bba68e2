package alarm

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"seuranta/internal/observation"
)

// TestSlips: what was written last is read, wherever that was; what is damaged is nothing, and what is too long is not written.
func TestSlips(t *testing.T) {
	dir := t.TempDir()
	first, second := filepath.Join(dir, "a", "slip"), filepath.Join(dir, "slip")
	s := &Slip{Places: []string{first, second}}
	memo := func(detail string) Memo {
		return Memo{Since: now, Rows: []observation.Alarm{{AlarmKey: observation.AlarmKey{Fault: DiskFull, Way: "mail"}, State: stands, Detail: detail}}}
	}
	expect := func(want string) {
		t.Helper()
		m := s.Read()
		if got := len(m.Rows); want == "" && got > 0 || want != "" && (got != 1 || m.Rows[0].Detail != want || m.Rows[0].Way != "mail" || !m.Since.Equal(now)) {
			t.Errorf("%+v, want %q", m, want)
		}
	}
	write := func(detail string) {
		t.Helper()
		if err := s.Write(memo(detail)); err != nil {
			t.Fatal(err)
		}
		expect(detail)
	}
	expect("")
	write("in the second place")
	if err := os.Mkdir(filepath.Dir(first), 0o700); err != nil {
		t.Fatal(err)
	}
	write("in the first, which is there now")
	info, err := os.Stat(first)
	if err != nil || info.Size() != slipSize || info.Mode() != 0o600 {
		t.Error(info, err)
	}
	if err := os.WriteFile(first, []byte(`{"at":"2100-01-01T00:00:00Z","ro`), 0o600); err != nil {
		t.Fatal(err)
	}
	expect("in the second place")
	if err := os.WriteFile(second, []byte(`{"at":"2100-01-01T00:00:00Z"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	write("after a clock that was ahead")
	if err := s.Write(memo(strings.Repeat("x", slipSize))); err == nil {
		t.Error("it has no limit")
	}
	if err := (&Slip{}).Write(Memo{}); err == nil {
		t.Error("without a place it is written")
	}
}
