// Package config turns seuranta.yaml into typed settings. It is strict: every key must be known, every name must lead
// somewhere, no secret stands in the file; and it tells all faults at once, each with its place and with what to do.
// The keys themselves stand in keys.go.
package config

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// Config is what a configuration file says.
type Config struct {
	Path    string // as it was given
	Dir     string // the absolute folder that relative paths start from
	Text    []byte
	Hash    string // SHA-256 of Text, in hexadecimal
	Contact string // mail or web address for whoever runs a server that is asked
	Storage Storage
	Server  Server
	Alerts  Alerts
	Desk    observation.Desk
	Sources []Source // in the order of the file
	// SecretFiles are the absolute paths of the files that secrets were taken from.
	SecretFiles []string
	// Lacking says which secrets could not be had and are left empty; see LoadStored.
	Lacking []string
}

// Storage says where the store is: in a folder by the engine in the process, or on a server.
type Storage struct {
	Path    string // absolute; "" when DSN is set
	DSN     Secret
	Library string // absolute path of the engine's library; "" means that it is searched for
}

// Server says where the pages are served.
type Server struct {
	Listen string // host:port
	Pages  string // absolute folder of the pages
}

// Source is one configured way in with the settings of its kind.
type Source struct {
	observation.Source
	Settings     collector.Config
	BackfillDays int           // how many days of the past one visit asks for; see collector.Kind
	Spacing      time.Duration // the least time between two of its calls that its platform asks for
	AllowPrivate bool          // it may reach private and loopback addresses
	Fetches      bool          // it asks a server
	Lacks        []string      // the keys of its secrets that could not be had; see LoadStored
	// CredentialExpires is the day from which on its credential is no longer good; 0 where nobody wrote it.
	CredentialExpires observation.Date
	// Retention are the rules by which what it told is forgotten; RetentionOff says why there are none where its kind has some.
	Retention    []collector.Retention
	RetentionOff string
}

// Format writes the source's id and kind for every verb: its settings may hold secrets.
func (s Source) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// String returns the source's id and kind.
func (s Source) String() string { return s.ID + " (" + s.Kind + ")" }

// MarshalText returns what String returns; JSON, YAML and slog write it.
func (s Source) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Load reads the configuration file at path. kinds are the kinds of source there are; env looks an environment variable
// up. When the file was read and has faults, the error is a *Faults with all of them.
func Load(path string, kinds []collector.Kind, env func(string) (string, bool)) (*Config, error) {
	text, err := readFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, text, kinds, env)
}

// LoadStored is Load for who only wants what is stored and asks nobody: secrets of sources and alerts that cannot be had are no
// fault, and left empty.
func LoadStored(path string, kinds []collector.Kind, env func(string) (string, bool)) (*Config, error) {
	text, err := readFile(path)
	if err != nil {
		return nil, err
	}
	return parseIn(path, text, surroundings{kinds: kinds, env: env, lenient: true})
}

// Parse reads text as the configuration file at path, which need not be there.
func Parse(path string, text []byte, kinds []collector.Kind, env func(string) (string, bool)) (*Config, error) {
	return parseIn(path, text, surroundings{kinds: kinds, env: env})
}

// ParseStored is LoadStored for a text that is at hand: a configuration that was in force once, of which the secrets may be gone.
func ParseStored(path string, text []byte, kinds []collector.Kind, env func(string) (string, bool)) (*Config, error) {
	return parseIn(path, text, surroundings{kinds: kinds, env: env, lenient: true})
}

func parseIn(path string, text []byte, s surroundings) (c *Config, err error) {
	if s.dir, err = filepath.Abs(filepath.Dir(path)); err != nil {
		return nil, fmt.Errorf("read configuration %s: %w", path, err)
	}
	return load(path, text, s)
}

func load(path string, text []byte, s surroundings) (*Config, error) {
	r := newReporter(path)
	root := parse(r, text)
	if root == nil || !survey(r, root) {
		return nil, r.err()
	}
	keys := fileKeys{Storage: storageKeys{Path: defaultPath}, Server: serverKeys{Listen: defaultListen, Pages: defaultPages}}
	decode(r, root, &keys, s)
	c := &Config{Path: path, Dir: s.dir, Text: text, Hash: hashOf(text)}
	build(r, &keys, c, s.lenient)
	c.SecretFiles, c.Lacking = r.files, r.lacking
	if err := r.err(); err != nil {
		return nil, err
	}
	return c, nil
}

func hashOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
