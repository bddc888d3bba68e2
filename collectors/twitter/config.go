package twitter

import (
	"regexp"
	"slices"
	"strings"

	"seuranta/internal/collector"
)

const (
	defaultReads     = 1000
	defaultPostsDays = 30
	mostReads        = 3_000_000 // X reads no more out to anybody in a month
	mostPostsDays    = 400
)

// version is an API of X.
type version string

const (
	v2     version = "v2"
	legacy version = "v1.1"
)

// Choices lists the APIs.
func (version) Choices() []string { return []string{string(v2), string(legacy)} }

// spelling is how the API calls the parameter that names fields of posts: its description calls it by another name than X's own
// guides do.
type spelling string

const (
	tweetFields spelling = "tweet"
	postFields  spelling = "post"
)

// Choices lists the spellings.
func (spelling) Choices() []string { return []string{string(tweetFields), string(postFields)} }

// parameter is the name of the parameter.
func (s spelling) parameter() string { return string(s) + ".fields" }

// other is the other spelling.
func (s spelling) other() spelling {
	if s == postFields {
		return tweetFields
	}
	return postFields
}

// Config is the settings of one source: an account, or the files that its owner downloads.
type Config struct {
	Username     string           `yaml:"username" doc:"name of the account, without @; without it and account_id the source takes files alone, by seuranta import"`
	ID           string           `yaml:"account_id" doc:"number of the account, in place of username"`
	Token        collector.Secret `yaml:"token" doc:"bearer token of an app, or access token of a user"`
	ClientID     string           `yaml:"client_id" doc:"client id of your app at X, for seuranta connect"`
	ClientSecret collector.Secret `yaml:"client_secret" doc:"client secret of your app at X, where it has one"`
	API          version          `yaml:"api" doc:"v2, or v1.1 for a contract that still has it; default v2"`
	Reads        int              `yaml:"reads" doc:"how many accounts and posts may be read in a calendar month (UTC) at most, each of which X charges for; default 1000"`
	PostsDays    int              `yaml:"posts_days" doc:"for how many days after its publication a post is read again; default 30"`
	Fields       spelling         `yaml:"fields" doc:"tweet or post: how the API calls the parameter tweet.fields; default tweet, and post when X says so"`
	Clicks       bool             `yaml:"clicks" doc:"whether clicks on links are read, which only a user's token may do; default true"`
}

var (
	nameForm = regexp.MustCompile(`^[A-Za-z0-9_]{1,15}$`)
	idForm   = regexp.MustCompile(`^[0-9]{1,19}$`)
)

const (
	needToken = `there is no credential: run seuranta connect with the name of this source (it needs client_id), or paste a token, in the way token: "${X_TOKEN}"; for a source that only takes the files of X's analytics take username and account_id out`
	needName  = "give the name of the account that the credential is for, as username: koske"
)

// Validate returns every fault of the settings.
func (c *Config) Validate() []collector.Fault {
	var out []collector.Fault
	fault := func(wrong bool, key, message string) {
		if wrong {
			out = append(out, collector.Fault{Key: key, Message: message})
		}
	}
	credential := !c.Token.IsZero() || c.ClientID != ""
	fault(c.Username != "" && !nameForm.MatchString(c.Username), "username", "give the name as it stands behind the @: letters, digits and _, at most 15, as koske")
	fault(c.ID != "" && !idForm.MatchString(c.ID), "account_id", `give the number of the account in quotation marks, as "2244994945"`)
	fault(c.Username != "" && c.ID != "", "account_id", "the account is named twice: keep username or account_id")
	fault(c.Username+c.ID != "" && !credential, "token", needToken)
	fault(c.handed() && credential, "username", needName)
	fault(c.API == legacy && c.Token.IsZero() && c.Username+c.ID != "" && credential, "token", `v1.1 takes a pasted token alone, in the way token: "${X_TOKEN}"; seuranta connect is for v2`)
	fault(c.Reads < 1 || c.Reads > mostReads, "reads", "give how many accounts and posts may be read in a month, from 1 to 3000000; a visit reads 1 and each post that is read again 1")
	fault(c.PostsDays < 0 || c.PostsDays > mostPostsDays, "posts_days", "give a number of days from 0 to 400")
	return out
}

// handed tells whether the source only takes files: it names no account.
func (c *Config) handed() bool { return c.Username == "" && c.ID == "" }

// whose names the account for messages.
func (c *Config) whose() string {
	if c.ID != "" {
		return "account " + c.ID
	}
	return "@" + c.Username
}

// New makes the collector.
func (c *Config) New(d collector.Deps) collector.Collector { return &source{*c, d} }

// Tells returns what the source tells: the API knows levels and posts, and X's own files know the days.
func (c *Config) Tells() collector.Telling {
	k := Kind()
	out := collector.Telling{Metrics: metricsOf(c.API, c.Clicks), Grains: k.Grains, MetricGrains: k.MetricGrains, Channels: k.Channels}
	if c.handed() {
		out.Metrics, out.MetricGrains, out.Typed, out.Silent = exported(), nil, true, true
	}
	for _, d := range k.Definitions {
		if slices.Contains(out.Metrics, d.Metric) {
			out.Definitions = append(out.Definitions, d)
		}
	}
	return out
}

// Connection is how X gives a user's credential.
func (c *Config) Connection() collector.Connection {
	return collector.Connection{
		Platform: "X", ClientID: c.ClientID, ClientSecret: c.ClientSecret, Scopes: strings.Fields("users.read tweet.read offline.access"),
		Authorize: "https://x.com/i/oauth2/authorize", Exchange: "/2/oauth2/token", Base: usual, PKCE: true, ClientInHeader: !c.ClientSecret.IsZero(), Registered: true,
		Help: "In the developer console (console.x.com) open your app, User authentication settings: app permissions Read, type of app Native App (or Web App, which has a client secret, too), and the callback address that is shown here.",
	}
}
