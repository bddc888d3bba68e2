package accesslog

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"seuranta/internal/collector"
)

// Config is the settings of one source.
type Config struct {
	Paths   []string      `yaml:"paths" doc:"patterns of the log files, from the folder of this file"`
	Vhosts  []string      `yaml:"vhosts" doc:"only lines of these virtual hosts; default all"`
	Silence time.Duration `yaml:"silence" doc:"the longest time without any line that still counts as covered; default 24h"`
}

const (
	defaultSilence  = 24 * time.Hour
	shortestSilence = time.Minute
	longestSilence  = 31 * 24 * time.Hour
)

// Validate returns every fault of the settings.
func (c *Config) Validate() []collector.Fault {
	var out []collector.Fault
	fault := func(key, message string) { out = append(out, collector.Fault{Key: key, Message: message}) }
	if len(c.Paths) == 0 {
		fault("paths", "name at least one log file, as in /var/log/nginx/site.access.log*")
	}
	for i, p := range c.Paths {
		key := fmt.Sprintf("paths[%d]", i)
		switch _, err := filepath.Match(p, ""); {
		case p == "":
			fault(key, "no path is named; name a log file, as /var/log/nginx/site.access.log*, or take the entry out")
		case err != nil:
			fault(key, fmt.Sprintf("%q is no pattern: a [ has no ] or a \\ stands last", short(p)))
		case strings.Contains(p, "**"):
			fault(key, fmt.Sprintf("%q: ** is not known here; name each folder with a pattern of its own", short(p)))
		}
	}
	for i, v := range c.Vhosts {
		if v == "" || strings.ContainsAny(v, " /*") || hasPort([]byte(v)) {
			fault(fmt.Sprintf("vhosts[%d]", i), fmt.Sprintf("%q: write the whole name of the host as it stands in the log, without port, path or pattern", short(v)))
		}
	}
	if c.Silence < shortestSilence || c.Silence > longestSilence {
		fault("silence", fmt.Sprintf("%s is too short or too long; write a length from 1m to 744h, which is 31 days", c.Silence))
	}
	return out
}

// New makes the collector. It touches no file.
func (c *Config) New(d collector.Deps) collector.Collector {
	return &source{config: *c, dir: d.Dir, limit: largestTable}
}

func (c *Config) silenceSeconds() int64 { return int64(c.Silence / time.Second) }
