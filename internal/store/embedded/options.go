package embedded

import (
	"fmt"
	"regexp"
	"strings"
)

// TestedVersion is the version of the engine that this package was built and
// tested with, as [Engine.Version] tells it. Another one may work; a caller may
// want to say so in its log.
const TestedVersion = "26.5.1.1"

// defaultSessions fits two to four cores: measured on two, more sessions gave no
// more statements a second.
const defaultSessions = 4

// Options say which engine to run on which folder.
type Options struct {
	// Library is the path of libchdb.so, as Locate tells it.
	Library string
	// Path is the data folder. It is made when it does not exist.
	Path string
	// Sessions is the number of statements that can run at once; 0 means 4.
	Sessions int
	// Database is the only database that statements may touch. A name that ends in
	// `*` stands for every database that begins so, and then also allows to drop
	// them: for tests.
	Database string
	// Derived are the tables, as database.table, that the caller can make again from the
	// others. Messages about damage say so.
	Derived []string
	// Profile holds the defaults of settings (max_memory_usage,
	// max_execution_time …). session_timezone is always UTC.
	Profile map[string]string
	// Program and Schema are the version of the program and the number of the newest
	// schema that it knows. Processes that share an engine tell them to each other.
	Program string
	Schema  int
}

var (
	databaseName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*\*?$`)
	settingName  = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
)

// normal gives the options with their defaults filled in, or says what is wrong
// with them. Names are checked because they become part of the engine's
// configuration.
func (o Options) normal() (Options, error) {
	if o.Sessions == 0 {
		o.Sessions = defaultSessions
	}
	if o.Sessions < 0 {
		return o, fmt.Errorf("read the storage options: sessions must be positive, not %d", o.Sessions)
	}
	if !databaseName.MatchString(o.Database) {
		return o, fmt.Errorf("read the storage options: %q is no name of a database (letters, digits, _)", o.Database)
	}
	// Without implicit_select = 0 a line that is no statement is an expression.
	profile := map[string]string{"implicit_select": "0"}
	for name, value := range o.Profile {
		if !settingName.MatchString(name) || reserved[name] {
			return o, fmt.Errorf("read the storage options: %q is no setting that can be given", name)
		}
		profile[name] = value
	}
	profile["session_timezone"] = "UTC"
	o.Profile = profile
	return o, nil
}

// pattern reports whether the database is a prefix of many.
func (o Options) pattern() bool { return strings.HasSuffix(o.Database, "*") }
