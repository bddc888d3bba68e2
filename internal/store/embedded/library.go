//go:build linux && amd64

package embedded

import (
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"
)

func supported() error { return nil }

// library holds the entry points of one loaded libchdb. All text goes in with its
// length; results must be given back with free.
type library struct {
	connect       func(argc int32, argv unsafe.Pointer) unsafe.Pointer
	disconnect    func(conn unsafe.Pointer)
	query         func(conn, text unsafe.Pointer, size uintptr, format unsafe.Pointer, formatSize uintptr, names, nameSizes, values, valueSizes unsafe.Pointer, n uintptr) unsafe.Pointer
	stream        func(conn, text unsafe.Pointer, size uintptr, format unsafe.Pointer, formatSize uintptr, names, nameSizes, values, valueSizes unsafe.Pointer, n uintptr) unsafe.Pointer
	fetch         func(conn, stream unsafe.Pointer) unsafe.Pointer
	cancel        func(conn, stream unsafe.Pointer)
	free          func(result unsafe.Pointer)
	buffer        func(result unsafe.Pointer) unsafe.Pointer
	length        func(result unsafe.Pointer) uintptr
	failure       func(result unsafe.Pointer) string
	setSignalling func(enabled int32)
}

// entries names the C function behind each field.
func (l *library) entries() map[string]any {
	return map[string]any{
		"chdb_connect":                     &l.connect,
		"chdb_close_conn":                  &l.disconnect,
		"chdb_query_with_params_n":         &l.query,
		"chdb_stream_query_with_params_n":  &l.stream,
		"chdb_stream_fetch_result":         &l.fetch,
		"chdb_stream_cancel_query":         &l.cancel,
		"chdb_destroy_query_result":        &l.free,
		"chdb_result_buffer":               &l.buffer,
		"chdb_result_length":               &l.length,
		"chdb_result_error":                &l.failure,
		"chdb_set_signal_handlers_enabled": &l.setSignalling,
	}
}

// loadLibrary checks the file and loads it. Loading the same file again gives the
// same library; it is never unloaded, since its threads outlive the sessions.
func loadLibrary(path string) (*library, error) {
	// A bare name would be looked for in the system's folders.
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("find the working directory: %w", err)
	}
	l := &library{}
	if err := inspect(path, l.entries()); err != nil {
		return nil, fmt.Errorf("load the engine's library %s: %w: %s; run `make setup`, or set storage.library to a good one",
			path, ErrLibrary, err)
	}
	if err := worldTime(); err != nil {
		return nil, fmt.Errorf("load the engine's library %s: %w: its time zone cannot be set (%s)", path, ErrLibrary, err)
	}
	handle, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, fmt.Errorf("load the engine's library %s: %w: %s; it needs glibc", path, ErrLibrary, printable(err.Error()))
	}
	for name, entry := range l.entries() {
		purego.RegisterLibFunc(entry, handle, name)
	}
	return l, nil
}

// worldTime sets the time zone that C code of this process sees to UTC. The engine does
// not start when the caller's TZ is empty or is none that it knows, and it is told times
// in UTC only. Go has read its own environment before and keeps its zone.
var worldTime = sync.OnceValue(func() error {
	symbol, err := purego.Dlsym(purego.RTLD_DEFAULT, "setenv")
	if err != nil {
		return err
	}
	var setenv func(name, value string, overwrite int32) int32
	purego.RegisterFunc(&setenv, symbol)
	if setenv("TZ", "UTC", 1) != 0 {
		return errors.New("setenv failed")
	}
	return nil
})

// inspect refuses a file that is not the whole library before the system maps it:
// touching a part that is not there would be SIGBUS, not an error.
func inspect(path string, entries map[string]any) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("it is not a file")
	}
	f, err := elf.Open(path)
	if err != nil {
		return fmt.Errorf("it is cut short or no library at all (%s)", err)
	}
	defer f.Close()
	if f.Machine != elf.EM_X86_64 {
		return fmt.Errorf("it is made for another machine (%s)", f.Machine)
	}
	if err := whole(f, info.Size()); err != nil {
		return err
	}
	return exported(f, entries)
}

func whole(f *elf.File, size int64) error {
	var end uint64
	for _, p := range f.Progs {
		end = max(end, p.Off+p.Filesz)
	}
	for _, s := range f.Sections {
		if s.Type != elf.SHT_NOBITS {
			end = max(end, s.Offset+s.FileSize)
		}
	}
	if uint64(size) < end {
		return fmt.Errorf("it is cut short: %d bytes of at least %d", size, end)
	}
	return nil
}

func exported(f *elf.File, entries map[string]any) error {
	symbols, err := f.DynamicSymbols()
	if err != nil {
		return fmt.Errorf("it is no library (%s)", err)
	}
	have := map[string]bool{}
	for _, s := range symbols {
		have[s.Name] = have[s.Name] || s.Section != elf.SHN_UNDEF
	}
	var missing []string
	for name := range entries {
		if !have[name] {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("it is another library or another version: %s is not in it", strings.Join(missing, ", "))
	}
	return nil
}
