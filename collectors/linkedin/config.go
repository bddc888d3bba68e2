package linkedin

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
	"seuranta/internal/tabular"
)

const (
	// defaultVersion is the version of the API whose answers this kind is tested with. LinkedIn ends each after about a year.
	defaultVersion   = "202607"
	defaultPostsDays = 90
	mostPostsDays    = 180 // for as long as LinkedIn's terms let posts be kept
)

// Config is the settings of one source: a page that LinkedIn is asked about, or the files that its administrators download.
type Config struct {
	Exports      []string         `yaml:"exports" doc:"which of LinkedIn's files are handed over: content, followers, visitors; default all three"`
	Paths        []string         `yaml:"paths" doc:"files that are read on schedule, as ./exports/*_content_*.xls; without it and organization: seuranta import"`
	DateOrder    string           `yaml:"date_order" doc:"mdy or dmy: how 11/3/2026 is meant in a file that leaves it open; default what its days show"`
	Organization string           `yaml:"organization" doc:"number of the page, as \"2414183\", where LinkedIn approved an app of yours; without it the source takes files"`
	Token        collector.Secret `yaml:"token" doc:"access token that is pasted in place of connecting"`
	ClientID     string           `yaml:"client_id" doc:"client id of your app at LinkedIn, for seuranta connect"`
	ClientSecret collector.Secret `yaml:"client_secret" doc:"client secret of your app at LinkedIn"`
	Version      string           `yaml:"version" doc:"version of LinkedIn's API, year and month"`
	PostsDays    int              `yaml:"posts_days" doc:"for how many days after its publication a post is read again; default 90"`
}

var (
	_ collector.Connectable = (*Config)(nil)
	_ collector.Teller      = (*Config)(nil)
	_ collector.Retainer    = (*Config)(nil)

	organizationForm = regexp.MustCompile(`^(?:urn:li:organization:)?([0-9]{1,19})$`)
	versionForm      = regexp.MustCompile(`^20[0-9]{2}(?:0[1-9]|1[0-2])$`)
)

// Validate returns every fault of the settings.
func (c *Config) Validate() []collector.Fault {
	out := c.validateFiles()
	fault := func(wrong bool, key, message string) {
		if wrong {
			out = append(out, collector.Fault{Key: key, Message: message})
		}
	}
	credential := !c.Token.IsZero() || c.ClientID != "" || !c.ClientSecret.IsZero()
	fault(!c.handed() && !organizationForm.MatchString(c.Organization), "organization",
		`give the number of the page in quotation marks, as "2414183": it stands in the address of the page when an administrator looks at it, linkedin.com/company/2414183/admin`)
	fault(c.handed() && credential, "organization", `give the number of the page that the credential is for, as organization: "2414183"; for a source that only takes files take the credential out`)
	fault(!c.handed() && !credential, "token",
		`there is no credential: give client_id and client_secret of your app and run seuranta connect with the name of this source, or paste a token, as token: "${LINKEDIN_TOKEN}"; without an app that LinkedIn approved take organization out and hand files over with seuranta import`)
	fault(c.ClientID != "" && c.ClientSecret.IsZero(), "client_secret", `give the secret of the app, too, as client_secret: "${LINKEDIN_SECRET}": LinkedIn gives tokens only to who knows it; it stands under Auth of the app`)
	fault(c.ClientID == "" && !c.ClientSecret.IsZero(), "client_id", "give the client id of the app, too; it stands under Auth of the app")
	fault(!versionForm.MatchString(c.Version), "version", fmt.Sprintf(`write year and month of a version of the API, as "%s"`, defaultVersion))
	fault(c.PostsDays < 0 || c.PostsDays > mostPostsDays, "posts_days", fmt.Sprintf("give a number of days from 0 to %d", mostPostsDays))
	return out
}

// validateFiles returns the faults of the keys that are about files.
func (c *Config) validateFiles() []collector.Fault {
	var out []collector.Fault
	for i, p := range c.Paths {
		if _, err := filepath.Match(p, ""); p == "" || err != nil {
			out = append(out, collector.Fault{Key: fmt.Sprintf("paths[%d]", i), Message: "this is no pattern of files; write one as ./exports/*.xls"})
		}
	}
	for i, x := range c.Exports {
		if !slices.Contains(exportNames(), x) {
			out = append(out, collector.Fault{Key: fmt.Sprintf("exports[%d]", i), Message: fmt.Sprintf("LinkedIn has no export %q that is read; write content, followers or visitors", tabular.Show(x))})
		}
	}
	if len(c.Exports) > 0 && !c.handed() {
		out = append(out, collector.Fault{Key: "exports", Message: "this source asks LinkedIn by itself and takes no files; take the key out"})
	}
	if len(c.Paths) > 0 && !c.handed() {
		out = append(out, collector.Fault{Key: "paths", Message: "this source asks LinkedIn by itself, which tells the same and names posts otherwise; make a source of its own for files, without organization"})
	}
	if c.DateOrder != "" && !slices.Contains([]string{string(tabular.DMY), string(tabular.MDY)}, c.DateOrder) {
		out = append(out, collector.Fault{Key: "date_order", Message: "write mdy where the month stands first, as LinkedIn writes days, or dmy where the day does"})
	}
	return out
}

// handed tells whether the source only takes files.
func (c *Config) handed() bool { return c.Organization == "" }

// exportNames are LinkedIn's files, as their tables by the day are called here.
func exportNames() []string { return []string{partContent, partFollowers, partVisitors} }

// takes tells whether files with a table are handed over.
func (c *Config) takes(f form) bool {
	if f == formPosts {
		f = formContent
	}
	return len(c.Exports) == 0 || slices.Contains(c.Exports, string(f))
}

// exported lists what the files tell that are handed over.
func (c *Config) exported() (out []string) {
	for _, f := range []form{formContent, formFollowers, formVisitors} {
		if c.takes(f) {
			out = append(out, f.tells()...)
		}
	}
	return out
}

// urn is what LinkedIn calls the page.
func (c *Config) urn() string {
	return "urn:li:organization:" + strings.TrimPrefix(c.Organization, "urn:li:organization:")
}

// New makes the collector.
func (c *Config) New(d collector.Deps) collector.Collector { return &source{*c, d} }

// Tells returns what the source tells: the files know who visited the page, and the API knows how many follow it.
func (c *Config) Tells() collector.Telling {
	k, way := Kind(), wayAPI
	out := collector.Telling{Metrics: asked(), Grains: k.Grains, MetricGrains: k.MetricGrains, Channels: k.Channels}
	if c.handed() {
		out.Metrics, out.Typed, out.Silent, way = c.exported(), true, len(c.Paths) == 0, wayFiles
	}
	for _, d := range k.Definitions {
		switch {
		case !slices.Contains(out.Metrics, d.Metric):
		case d.Way == way:
			d.Way = "" // it is the usual one of the source
			out.Definitions = append(out.Definitions, d)
		case d.Way == wayOrganic && way == wayFiles:
			out.Definitions = append(out.Definitions, d)
		}
	}
	out.MetricGrains = map[string][]observation.Grain{}
	for _, m := range out.Metrics {
		if grains, ok := k.MetricGrains[m]; ok {
			out.MetricGrains[m] = grains
		}
	}
	return out
}

// Retains returns the rules by which what the source told is forgotten: LinkedIn's terms are about its API, and not about what
// administrators of a page download.
func (c *Config) Retains(rules []collector.Retention) []collector.Retention {
	if c.handed() {
		return nil
	}
	return rules
}

// Connection is how LinkedIn gives a credential.
func (c *Config) Connection() collector.Connection {
	return collector.Connection{
		Platform: "LinkedIn", ClientID: c.ClientID, ClientSecret: c.ClientSecret, Scopes: []string{"r_organization_social", "rw_organization_admin"},
		Authorize: "https://www.linkedin.com/oauth/v2/authorization", Exchange: "https://www.linkedin.com/oauth/v2/accessToken", Registered: true,
		Help: "In the developer portal (linkedin.com/developers) open your app, which has to have the product Community Management API; under Auth enter the address that is shown here as a redirect URL. Who connects has to be a super admin of the page.",
	}
}
