package embedded

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"syscall"

	"github.com/ClickHouse/clickhouse-go/v2/lib/proto"
)

// What can be wrong with the engine's surroundings. The errors of this package
// wrap one of these and say in words what to do.
var (
	// ErrLibrary: the engine's library is missing, cut short, of another kind, or
	// there is none for this platform.
	ErrLibrary = errors.New("the engine's library cannot be used")
	// ErrLocked: another engine works on the folder, or in this process.
	ErrLocked = errors.New("the data folder is in use")
	// ErrReadOnly: the folder cannot be written.
	ErrReadOnly = errors.New("the data folder cannot be written")
	// ErrFolder: the path is no data folder that the engine can open.
	ErrFolder = errors.New("the data folder cannot be opened")
	// ErrDamaged: data that was there is broken, set aside or gone.
	ErrDamaged = errors.New("the data folder is damaged")
	// ErrFull: there is no space left on the disk.
	ErrFull = errors.New("the disk is full")
	// ErrSilent: the process that has the folder does not answer.
	ErrSilent = errors.New("the data folder is in use by a process that does not answer")
	// ErrGone: the process that ran the engine ended, and what was asked of it cannot be
	// asked again.
	ErrGone = errors.New("the process that ran the engine is gone")
	// ErrBusy: another process, or this one, works on the same thing.
	ErrBusy = errors.New("it is being worked on")
	// ErrMoved: the path leads to another folder than the one that was opened, or to none.
	ErrMoved = errors.New("the data folder was moved or replaced while this process used it")
	// ErrClosed: the engine was closed, before the statement or during it.
	ErrClosed = errors.New("the embedded engine is closed")
)

// Codes of the engine that this package uses or knows.
const (
	codeNotImplemented = 48
	codeSyntax         = 62
	codeNoData         = 108
	codeUnknownSetting = 115
	codeNoSpace        = 243
	codeAccessDenied   = 497
)

// IsFull reports whether err says that the disk has no space left, whoever noticed
// it first: this package, the engine or the system.
func IsFull(err error) bool {
	if errors.Is(err, ErrFull) || errors.Is(err, syscall.ENOSPC) {
		return true
	}
	var e *proto.Exception
	return errors.As(err, &e) && (e.Code == codeNoSpace || strings.Contains(e.Message, "No space left on device"))
}

var exceptionForm = regexp.MustCompile(`(?s)^Code: (\d+)\. DB::Exception: (.*)$`)

// exception makes the text of an engine's error fit to be shown and types it, so that errors.As finds
// *clickhouse.Exception in the reader of a stream.
func exception(text string) error {
	text = printable(text)
	m := exceptionForm.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return errors.New(text)
	}
	code, err := strconv.ParseInt(m[1], 10, 32)
	if err != nil {
		return errors.New(text)
	}
	return &proto.Exception{Code: int32(code), Name: "DB::Exception", Message: m[2]}
}

// refuse is an error in the engine's form for what this package does not let
// through.
func refuse(code int32, format string, args ...any) error {
	return &proto.Exception{Code: code, Name: "DB::Exception", Message: fmt.Sprintf(format, args...)}
}

// exceptionText is the wire form of an engine's error; the driver reads the code
// from it.
func exceptionText(e *proto.Exception) string {
	return fmt.Sprintf("Code: %d. DB::Exception: %s", e.Code, e.Message)
}
