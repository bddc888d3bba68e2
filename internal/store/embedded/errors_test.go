package embedded

import (
	"errors"
	"fmt"
	"syscall"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/proto"
)

func TestException(t *testing.T) {
	err := exception("Code: 60. DB::Exception: No table.\nMore. (UNKNOWN_TABLE)\n")
	var e *proto.Exception
	if !errors.As(err, &e) || e.Code != 60 || e.Message != "No table.\nMore. (UNKNOWN_TABLE)" {
		t.Errorf("got %#v", err)
	}
	if got := exceptionText(e); got != "Code: 60. DB::Exception: No table.\nMore. (UNKNOWN_TABLE)" {
		t.Errorf("back: %q", got)
	}
	for _, text := range []string{"something else", "Code: 99999999999. DB::Exception: x"} {
		if err := exception(text); errors.As(err, &e) || err.Error() != text {
			t.Errorf("%s: %#v", text, err)
		}
	}
}

func TestIsFull(t *testing.T) {
	for _, err := range []error{
		ErrFull, syscall.ENOSPC, refuse(codeNoSpace, "Cannot reserve 1.00 MiB"),
		refuse(75, "Cannot write to file: errno: 28, strerror: No space left on device"),
	} {
		if !IsFull(fmt.Errorf("insert: %w", err)) {
			t.Errorf("%v is not known", err)
		}
	}
	for _, err := range []error{nil, ErrReadOnly, refuse(60, "No table")} {
		if IsFull(err) {
			t.Errorf("%v is taken for a full disk", err)
		}
	}
}
