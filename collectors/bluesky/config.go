package bluesky

import (
	"regexp"
	"strings"

	"seuranta/internal/collector"
)

// Config is the settings of one source: an account.
type Config struct {
	Handle string `yaml:"handle" doc:"handle of the account, as museo.bsky.social, or its DID" need:"the handle of the account, as handle: museo.bsky.social; it stands under the name on its page, after the @"`
}

var (
	// handleForm is what a handle looks like: a name as servers have them.
	handleForm = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)
	// didForm is what an id of the network looks like, which an account has for good.
	didForm = regexp.MustCompile(`^did:(plc:[a-z2-7]{24}|web:[a-zA-Z0-9.:%-]{3,250})$`)
)

// Validate returns every fault of the settings.
func (c *Config) Validate() []collector.Fault {
	if h := c.handle(); !handleForm.MatchString(h) && !didForm.MatchString(h) {
		return []collector.Fault{{Key: "handle", Message: "give the handle of the account, as museo.bsky.social: it stands under the name on its page, after the @; a DID, as did:plc:…, is good, too"}}
	}
	return nil
}

// handle is the handle as it is asked for.
func (c *Config) handle() string {
	h := strings.TrimPrefix(strings.TrimSpace(c.Handle), "@")
	if strings.HasPrefix(h, "did:") {
		return h
	}
	return strings.ToLower(h)
}

// New makes the collector.
func (c *Config) New(d collector.Deps) collector.Collector { return &source{*c, d} }
