package twitter

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// settings are those of a kind with some keys set.
func settings(set func(*Config)) *Config {
	c := Kind().New().(*Config)
	set(c)
	return c
}

func TestValidate(t *testing.T) {
	token := collector.NewSecret("a-made-up-token")
	for name, c := range map[string]struct {
		set  func(*Config)
		want string // key: words
	}{
		"files only":         {func(*Config) {}, ""},
		"a token":            {func(c *Config) { c.Username, c.Token = "koske", token }, ""},
		"an app":             {func(c *Config) { c.Username, c.ClientID = "koske", "a1" }, ""},
		"by number":          {func(c *Config) { c.ID, c.Token = "1024", token }, ""},
		"the old API":        {func(c *Config) { c.Username, c.Token, c.API = "koske", token, legacy }, ""},
		"no credential":      {func(c *Config) { c.Username = "koske" }, "token: seuranta connect"},
		"no account":         {func(c *Config) { c.Token = token }, "username: give the name"},
		"an @":               {func(c *Config) { c.Username, c.Token = "@koske", token }, "username: as it stands behind the @"},
		"both":               {func(c *Config) { c.Username, c.ID, c.Token = "koske", "1024", token }, "account_id: twice"},
		"no number":          {func(c *Config) { c.ID, c.Token = "koske", token }, "account_id: in quotation marks"},
		"the old API, alone": {func(c *Config) { c.Username, c.ClientID, c.API = "koske", "a1", legacy }, "token: pasted token alone"},
		"no reads":           {func(c *Config) { c.Reads = 0 }, "reads: from 1 to 3000000"},
		"days":               {func(c *Config) { c.PostsDays = -1 }, "posts_days: from 0 to 400"},
	} {
		faults := settings(c.set).Validate()
		key, words, _ := strings.Cut(c.want, ": ")
		switch {
		case c.want == "" && len(faults) == 0:
		case len(faults) != 1 || faults[0].Key != key || !strings.Contains(faults[0].Message, words):
			t.Errorf("%s: %v, want %q", name, faults, c.want)
		case strings.Contains(fmt.Sprint(faults), "made-up"):
			t.Errorf("%s: the token is shown", name)
		}
	}
}

// TestEachWayTellsItsOwn: what the API cannot tell is no metric of a source that asks it, and would be missing for ever; the same
// of the files. No metric is told in both ways, so that a channel may have both.
func TestEachWayTellsItsOwn(t *testing.T) {
	api := settings(func(c *Config) { c.Username, c.ClientID = "koske", "a1" }).Tells()
	files := settings(func(*Config) {}).Tells()
	for _, m := range api.Metrics {
		if slices.Contains(files.Metrics, m) {
			t.Errorf("%s is told in both ways", m)
		}
	}
	if api.Typed || api.Silent || !files.Typed || !files.Silent || slices.Contains(slices.Concat(api.Metrics, files.Metrics), "reach") {
		t.Errorf("%+v, %+v", api, files)
	}
	all := slices.Sorted(slices.Values(Kind().Metrics))
	if told := slices.Sorted(slices.Values(slices.Concat(api.Metrics, files.Metrics))); !slices.Equal(told, all) {
		t.Errorf("together they tell %v, the kind %v", told, all)
	}
	old := settings(func(c *Config) { c.Username, c.Token, c.API = "koske", collector.NewSecret("a"), legacy }).Tells()
	if want := []string{"followers", "publications", "reactions_total"}; !slices.Equal(old.Metrics, want) {
		t.Errorf("the old API tells %v, want %v", old.Metrics, want)
	}
	quiet := settings(func(c *Config) { c.Username, c.ClientID, c.Clicks = "koske", "a1", false }).Tells()
	if slices.Contains(quiet.Metrics, clicksMetric) || len(quiet.Metrics) != len(api.Metrics)-1 {
		t.Errorf("without clicks it tells %v", quiet.Metrics)
	}
}

func TestConnection(t *testing.T) {
	c := settings(func(c *Config) { c.Username, c.ClientID = "koske", "a1" }).Connection()
	if c.ClientID != "a1" || !c.PKCE || c.ClientInHeader || strings.Join(c.Scopes, " ") != "users.read tweet.read offline.access" || c.Authorize != "https://x.com/i/oauth2/authorize" || c.Exchange != "/2/oauth2/token" || c.Base != usual {
		t.Errorf("%+v", c)
	}
	if c := settings(func(c *Config) { c.ClientID, c.ClientSecret = "a1", collector.NewSecret("b2") }).Connection(); !c.ClientInHeader {
		t.Error("an app with a secret shows it in the head")
	}
}

// TestProblems holds the words of X against their classes, each form of them.
func TestProblems(t *testing.T) {
	for body, want := range map[string]struct {
		status int
		class  observation.Result
	}{
		`{"title":"Unauthorized","type":"about:blank","status":401,"detail":"Unauthorized"}`:                                                       {401, observation.Auth},
		`{"errors":[{"code":89,"message":"Invalid or expired token."}]}`:                                                                           {401, observation.Auth},
		`{"errors":[{"code":453,"message":"You currently have access to a subset of X API V2 endpoints"}]}`:                                        {403, observation.Auth},
		`{"title":"Client Forbidden","type":"https://api.twitter.com/2/problems/client-forbidden"}`:                                                {403, observation.Auth},
		`{"title":"Forbidden","type":"https://api.x.com/2/problems/user-suspended","detail":"The user used for authentication is suspended"}`:      {403, observation.Auth},
		`{"errors":[{"code":63,"message":"User has been suspended."}]}`:                                                                            {403, observation.Gone},
		`{"errors":[{"code":50,"message":"User not found."}]}`:                                                                                     {404, observation.Gone},
		`{"errors":[{"title":"Not Found Error","type":"https://api.x.com/2/problems/resource-not-found"}]}`:                                        {200, observation.Gone},
		`{"errors":[{"title":"Forbidden","detail":"User has been suspended: [koske].","type":"https://api.x.com/2/problems/resource-not-found"}]}`: {200, observation.Gone},
		`{"errors":[{"title":"Authorization Error","type":"https://api.x.com/2/problems/not-authorized-for-resource"}]}`:                           {200, observation.Auth},
		`{"errors":[{"title":"Not Available","type":"https://api.x.com/2/problems/resource-unavailable"}]}`:                                        {200, observation.Auth},
		`{"errors":[{"title":"Disallowed Resource","type":"https://api.x.com/2/problems/disallowed-resource"}]}`:                                   {200, observation.Auth},
		`{"errors":[{"title":"Forbidden","detail":"suspended: [koske].","type":"https://api.x.com/2/problems/not-authorized-for-resource"}]}`:      {200, observation.Gone},
		`{"errors":[{"title":"Field Authorization Error","type":"https://api.x.com/2/problems/field-unauthorized"}]}`:                              {200, observation.Auth},
		`{"title":"CreditsDepleted","type":"https://api.x.com/2/problems/credits","account_id":1}`:                                                 {402, observation.Budget},
		`{"title":"UsageCapExceeded","period":"Monthly","scope":"Product","type":"https://api.twitter.com/2/problems/usage-capped"}`:               {429, observation.Budget},
		`{"title":"UsageCapExceeded","period":"Daily","type":"https://api.x.com/2/problems/usage-capped"}`:                                         {429, observation.OK}, // until tomorrow, which the client sees to
		`{"title":"Usage Cap","period":"Monthly"}`:                                                                                                 {429, observation.Budget},
		`{"errors":[{"title":"Strange","type":"https://api.x.com/2/problems/strange"}]}`:                                                           {200, observation.Failed},
		`{"data":{"id":"1"},"errors":[{"title":"Not Found Error","type":"https://api.x.com/2/problems/resource-not-found"}]}`:                      {200, observation.OK},
		`{"meta":{"result_count":0}}`:                                     {200, observation.OK},
		`{"title":"Too Many Requests","type":"about:blank","status":429}`: {429, observation.OK}, // the client knows
		`{"errors":[{"code":88,"message":"Rate limit exceeded"}]}`:        {429, observation.OK},
		`<html>`: {503, observation.OK},
		``:       {404, observation.OK},
	} {
		if got := collector.ResultOf(refusal(want.status, []byte(body))); got != want.class {
			t.Errorf("%d %s: %s, want %s", want.status, body, got, want.class)
		}
	}
}
