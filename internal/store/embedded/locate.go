package embedded

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const libraryName = "libchdb.so"

// setupFolder is where `make setup` puts the library, seen from the project.
const setupFolder = ".tools/node_modules/@chdb/lib-linux-x64-gnu"

// Locate finds the engine's library: the configured path (storage.library), the one
// from the environment (SEURANTA_LIBCHDB; the caller reads it), beside the binary,
// ../lib/seuranta/ next to it, and the project's setup folder. A path that somebody
// gave must be right: nothing else is tried in its place. The error wraps ErrLibrary,
// lists everything that was tried and says what to do.
func Locate(configured, fromEnv string) (string, error) {
	if err := supported(); err != nil {
		return "", err
	}
	return locate(configured, fromEnv, binaryFolder())
}

// binaryFolder is the folder of the running program, links followed, or "" when
// the system does not tell.
func binaryFolder() string {
	self, err := os.Executable()
	if err != nil {
		return ""
	}
	if real, err := filepath.EvalSymlinks(self); err == nil {
		self = real
	}
	return filepath.Dir(self)
}

func locate(configured, fromEnv, binary string) (string, error) {
	var tried []string
	for _, c := range candidates(configured, fromEnv, binary) {
		info, err := os.Stat(c.path)
		if err == nil && info.Mode().IsRegular() {
			return filepath.Abs(c.path)
		}
		tried = append(tried, fmt.Sprintf("  %s (%s: %s)", c.path, c.from, whyNot(err)))
	}
	return "", fmt.Errorf("find the engine's library %s: tried\n%s\n"+
		"run `make setup`, or set storage.library to its path, or set storage.dsn to use a ClickHouse server: %w",
		libraryName, strings.Join(tried, "\n"), ErrLibrary)
}

type candidate struct{ path, from string }

func candidates(configured, fromEnv, binary string) []candidate {
	switch {
	case configured != "":
		return []candidate{{configured, "storage.library"}}
	case fromEnv != "":
		return []candidate{{fromEnv, "SEURANTA_LIBCHDB"}}
	}
	return []candidate{
		{filepath.Join(binary, libraryName), "beside the program"},
		{filepath.Join(binary, "..", "lib", "seuranta", libraryName), "installed"},
		{filepath.Join(binary, "..", setupFolder, libraryName), "set up by make"},
	}
}

func whyNot(err error) string {
	switch {
	case err == nil:
		return "not a file"
	case os.IsNotExist(err):
		return "not there"
	default:
		return err.Error()
	}
}
