package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"seuranta/internal/locale"
	"seuranta/internal/platforms"
)

// A zero, a number that the platform does not give, one that it does not let us have and one that nobody asked for are four things.
// They are followed here from the bytes of each platform over its kind, the store and the figures to every form of the weekly page.

// The moment of the visit: the week is over in Helsinki, in UTC and at Meta in California, and it is still nearest to its end.
const fourNow = "2026-11-23T09:30:00Z"

// The accounts that each platform has here: of one there is nothing to be counted, of one a number is left out, one is closed to us.
const (
	withNothing = "nolla"
	leftOut     = "vailla"
	closedToUs  = "kielletty"
)

// shown is a figure of the page, and how it has to be shown.
type shown struct{ metric, state, why string }

// fourThings are the four of a platform. What nobody asked for is the week before, of the account with nothing.
type fourThings struct {
	kind, channel, keys string
	zero, left, barred  shown
	platform            func(account string) platforms.Platform
}

const madeUpToken = "made-up-token-us21"

func zero(metric string) shown { return shown{metric, "zero", ""} }

// socials are the eight social kinds, each with the platform that it asks, and the words for what comes of it.
func socials() []fourThings {
	auth := func(metric string) shown { return shown{metric, "missing", "auth"} }
	return []fourThings{
		{kind: "facebook", channel: "facebook", keys: `page: koske, token: "${SOCIAL_TOKEN}"`, zero: zero("media_views"), left: shown{"media_views", "not_applicable", "withheld"}, barred: auth("media_views"),
			platform: func(account string) platforms.Platform {
				p := &platforms.Facebook{Page: accountOf(account, 150), Token: madeUpToken, Dead: platforms.MetaDead()}
				if account == leftOut { // Meta tells Pages that few like nothing
					p.Fans = 40
				}
				return refusing(p, account, func(r *http.Request) bool { return r.URL.Query().Get("metric") == "page_media_view" }, http.StatusBadRequest,
					`{"error":{"code":200,"type":"OAuthException","message":"(#200) Maija Kanaria has not granted read_insights"}}`)
			}},
		{kind: "instagram", channel: "instagram", keys: `account: "1024", token: "${SOCIAL_TOKEN}"`, zero: zero("media_views"), left: shown{"gained", "not_applicable", "withheld"}, barred: auth("media_views"),
			platform: func(account string) platforms.Platform {
				p := platforms.Instagram{Account: accountOf(account, 150), Token: madeUpToken}
				switch account {
				case leftOut: // of those that few follow Instagram does not tell who came
					p.Account = accountOf(account, 40)
				case closedToUs:
					p.Barred = []string{"views"}
				}
				return p
			}},
		{kind: "threads", channel: "threads", keys: `token: "${SOCIAL_TOKEN}"`, zero: zero("reactions"), left: shown{"reactions", "missing", "no_number"}, barred: auth("reactions"),
			platform: func(account string) platforms.Platform {
				p := platforms.Threads{Account: accountOf(account, 150), Token: madeUpToken, Facades: 1}
				if account == closedToUs {
					p.Barred = []string{"likes"}
				}
				return lacking(p, account, func(o map[string]any) {
					if data, ok := o["data"].([]any); ok {
						o["data"] = slices.DeleteFunc(data, func(one any) bool { metric, _ := one.(map[string]any); return metric["name"] == "likes" })
					}
				})
			}},
		{kind: "linkedin", channel: "linkedin", keys: `organization: "1024", token: "${SOCIAL_TOKEN}"`, zero: zero("impressions"), left: shown{"impressions", "missing", "no_number"}, barred: auth("impressions"),
			platform: func(account string) platforms.Platform {
				p := platforms.LinkedIn{Account: accountOf(account, 150), Token: madeUpToken}
				if account == closedToUs {
					p.Barred = []string{"organizationalEntityShareStatistics"}
				}
				return lacking(p, account, without("impressionCount"))
			}},
		{kind: "youtube", channel: "youtube", keys: `channel_id: "@koske", key: "${SOCIAL_TOKEN}"`, zero: zero("subscribers"), left: shown{"subscribers", "not_applicable", "not_offered"}, barred: auth("subscribers"),
			platform: func(account string) platforms.Platform {
				p := &platforms.YouTube{Channel: accountOf(account, 0), Key: madeUpToken, Hidden: account == leftOut, Disabled: account == closedToUs}
				p.Channel.ID = "k0sk3k0sk3k0sk3k0sk3kA"
				return p
			}},
		{kind: "mastodon", channel: "mastodon", keys: `account: "@koske@social.example"`, zero: zero("followers"), left: shown{"comments_earned", "missing", "no_number"}, barred: auth("followers"),
			platform: func(account string) platforms.Platform {
				p := &platforms.Mastodon{Account: accountOf(account, 0)}
				if account == closedToUs { // an instance that shows itself to none but its own
					p.Token = madeUpToken
				}
				return lacking(p, account, without("replies_count"))
			}},
		{kind: "bluesky", channel: "bluesky", keys: "handle: koske.bsky.social", zero: zero("followers"), left: shown{"followers", "missing", "no_number"}, barred: auth("followers"),
			platform: func(account string) platforms.Platform {
				p := &platforms.Bluesky{Account: accountOf(account, 0), DID: "did:plc:koske2koske2koske2koske2"}
				return refusing(lacking(p, account, without("followersCount")), account, func(*http.Request) bool { return true }, http.StatusUnauthorized,
					`{"error":"AuthMissing","message":"Authentication Required, says Kanaria Lintu"}`)
			}},
		{kind: "twitter", channel: "x", keys: `username: koske, token: "${SOCIAL_TOKEN}"`, zero: zero("followers"), left: shown{"impressions_earned", "missing", "bad_answer"}, barred: auth("followers"),
			platform: func(account string) platforms.Platform {
				p := &platforms.Twitter{Account: accountOf(account, 0), Token: madeUpToken}
				if account == closedToUs {
					p.Token = "of-somebody-else"
				}
				return lacking(p, account, without("impression_count"))
			}},
	}
}

// accountOf is an account that so many follow. That with nothing has no post, either.
func accountOf(account string, followers int) platforms.Account {
	a := platforms.Account{ID: "1024", Handle: "koske", Name: "Koske"}
	for n := range followers {
		a.Changes = append(a.Changes, platforms.Change{At: time.Date(2026, 1, 5, 8, n%60, n/60, 0, time.UTC)})
	}
	if account == withNothing {
		return a
	}
	at := time.Date(2026, 11, 18, 8, 0, 0, 0, time.UTC)
	p := platforms.Post{ID: "5001", Title: "Avajaiset tänään", Text: "Avajaiset tänään", URL: "https://social.example/koske/5001", Video: true, At: at}
	for n, what := range []platforms.ActKind{platforms.Saw, platforms.Saw, platforms.Reacted, platforms.Commented, platforms.Shared, platforms.Followed} {
		p.Acts = append(p.Acts, platforms.Act{At: at.Add(time.Duration(n+1) * time.Minute), Person: n, What: what})
	}
	a.Posts = []platforms.Post{p}
	return a
}

// changed is a platform whose answers are changed on their way.
type changed struct {
	platforms.Platform
	change func(object map[string]any)
}

// lacking takes something out of each object of the answers about the account of which something is left out.
func lacking(p platforms.Platform, account string, take func(object map[string]any)) platforms.Platform {
	if account != leftOut {
		return p
	}
	return changed{p, take}
}

// without leaves out a field.
func without(name string) func(map[string]any) { return func(o map[string]any) { delete(o, name) } }

// Answer answers with what is left.
func (c changed) Answer(w http.ResponseWriter, r *http.Request, now time.Time) {
	answer := httptest.NewRecorder()
	c.Platform.Answer(answer, r, now)
	decoder := json.NewDecoder(answer.Body)
	decoder.UseNumber()
	var body any
	if err := decoder.Decode(&body); err != nil {
		panic("a made-up platform answered with no JSON: " + err.Error())
	}
	c.walk(body)
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_ = json.NewEncoder(w).Encode(body)
}

func (c changed) walk(v any) {
	switch v := v.(type) {
	case []any:
		for _, one := range v {
			c.walk(one)
		}
	case map[string]any:
		c.change(v)
		for _, one := range v {
			c.walk(one)
		}
	}
}

// refused is a platform that refuses some of what it is asked.
type refused struct {
	platforms.Platform
	which  func(*http.Request) bool
	status int
	body   string
}

// refusing refuses what is asked of the account that is closed to us.
func refusing(p platforms.Platform, account string, which func(*http.Request) bool, status int, body string) platforms.Platform {
	if account != closedToUs {
		return p
	}
	return refused{p, which, status, body}
}

// Answer answers, or refuses.
func (f refused) Answer(w http.ResponseWriter, r *http.Request, now time.Time) {
	if !f.which(r) {
		f.Platform.Answer(w, r, now)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(f.status)
	_, _ = io.WriteString(w, f.body)
}

// fourDesk is a folder with a source for each account of each platform, and one that takes the files of LinkedIn. What it is told of
// goes to a hook, whose calls are returned.
func fourDesk(t *testing.T) (dir string, server *platforms.Server, told func() string) {
	t.Helper()
	t.Setenv("SOCIAL_TOKEN", madeUpToken)
	now, _ := time.Parse(time.RFC3339, fourNow)
	server, err := platforms.Start(now, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	var mu sync.Mutex
	var calls bytes.Buffer
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		_, _ = io.Copy(&calls, r.Body)
	}))
	t.Cleanup(hook.Close)
	var channels, sources strings.Builder
	for _, s := range socials() {
		for _, account := range []string{withNothing, leftOut, closedToUs} {
			id := s.kind + "-" + account
			server.Mount("/"+id, s.platform(account))
			fmt.Fprintf(&channels, "  - {id: %s, kind: %s, name: %s}\n", id, s.channel, id)
			life := "2026-01-01.."
			if account == leftOut && slices.Contains([]string{"subscribers", "followers"}, s.left.metric) { // it is looked at for the first time on that day
				life = "2026-11-22.."
			}
			fmt.Fprintf(&sources, "  - {id: %s, kind: %s, channel: %s, life: %s, schedule: \"@every 1h\", allow_private: true, base_url: \"%s/%s\", %s}\n", id, s.kind, id, life, server.URL(), id, s.keys)
		}
	}
	dir = t.TempDir()
	writeFiles(t, dir, map[string]string{"seuranta.yaml": "organisations: [{id: koske, name: Koske, timezone: Europe/Helsinki, languages: [fi]}]\nchannels:\n  - {id: tiedostot, kind: linkedin, name: Tiedostot}\n" + channels.String() +
		"sources:\n  - {id: tiedostot, kind: linkedin, channel: tiedostot, exports: [content]}\n" + sources.String() +
		"server: {listen: \"127.0.0.1:0\"}\nalerts: {webhook: {url: \"" + hook.URL + "\", allow_private: true}}\n",
		"koske_content_1795425600000.csv": exportOfNothing()})
	return dir, server, func() string {
		mu.Lock()
		defer mu.Unlock()
		return calls.String()
	}
}

// exportOfNothing is LinkedIn's file of a week in which nobody saw anything. It has no column of reactions.
func exportOfNothing() string {
	text := "Aggregated engagement metrics, downloaded by Kerttu Kanarialintu\r\nDate,Impressions (total),Comments (total),Reposts (total)\r\n"
	for day := 16; day <= 22; day++ {
		text += fmt.Sprintf("11/%d/2026,0,0,0\r\n", day)
	}
	return text
}

// wanted is how a figure has to be shown.
type wanted struct {
	id, week string
	shown
}

// all are the four figures of a platform.
func (f fourThings) all() map[string]wanted {
	of := func(account, week string, s shown) wanted {
		return wanted{"koske/" + f.kind + "-" + account + "/" + s.metric + "/" + week, week, s}
	}
	return map[string]wanted{"a zero": of(withNothing, "2026-W47", f.zero), "what is left out": of(leftOut, "2026-W47", f.left), "what is not allowed": of(closedToUs, "2026-W47", f.barred),
		"what nobody asked for": of(withNothing, "2026-W46", shown{f.zero.metric, "missing", "no_run"})}
}

// ofFiles are the figures of files that people hand over. Nobody is refused there: who may not download a file has none. A column
// that it does not have was not handed over, which is the same as no file.
func ofFiles() map[string]wanted {
	return map[string]wanted{"a zero": {"koske/tiedostot/impressions/2026-W47", "2026-W47", zero("impressions")},
		"what is left out":      {"koske/tiedostot/reactions/2026-W47", "2026-W47", shown{"reactions", "missing", "not_typed"}},
		"what nobody asked for": {"koske/tiedostot/impressions/2026-W46", "2026-W46", shown{"impressions", "missing", "not_typed"}}}
}

func TestFourThingsReachThePage(t *testing.T) {
	dir, server, told := fourDesk(t)
	texts := map[string]string{}
	run := func(want int, args ...string) {
		out, errs := program(t, dir, want, append(args, "--now", fourNow)...)
		texts["seuranta "+strings.Join(args, " ")] = out + errs
	}
	run(exitPartial, "collect", "--from", "2026-11-16", "--to", "2026-11-22", "--json")
	run(exitOK, "import", "koske_content_1795425600000.csv", "--yes")
	run(exitOK, "report", "weekly", "--pictures=false", "--out", "pages/")
	pages := readPages(t, filepath.Join(dir, "pages", "koske-2026-W47.fi"))
	for _, s := range socials() {
		t.Run(s.kind, func(t *testing.T) {
			seen := map[string]string{}
			for what, w := range s.all() {
				pages.shows(t, what, w)
				if other := seen[w.state+w.why]; other != "" {
					t.Errorf("%s is shown as %s is", what, other)
				}
				seen[w.state+w.why] = what
			}
		})
	}
	t.Run("files", func(t *testing.T) {
		for what, w := range ofFiles() {
			pages.shows(t, what, w)
		}
	})
	t.Run("keeps nobody", func(t *testing.T) { fourKeepNobody(t, dir, server, texts, told) })
}

// pageForms are the forms of one page.
type pageForms struct {
	html, text string
	csv        map[string]map[string]string // rows by figure
	json       map[string]pageFigure
}

type pageFigure struct {
	ID, State, Note string
	Value           *float64
	Gaps            []struct{ Reason string }
}

func readPages(t *testing.T, path string) pageForms {
	t.Helper()
	out := pageForms{html: readFile(t, path+".html"), text: readFile(t, path+".txt"), csv: map[string]map[string]string{}, json: map[string]pageFigure{}}
	rows, err := csv.NewReader(strings.NewReader(readFile(t, path+".csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[1:] {
		row := map[string]string{}
		for i, name := range rows[0] {
			row[name] = r[i]
		}
		out.csv[row["figure"]] = row
	}
	var set struct{ Figures []pageFigure }
	if err := json.Unmarshal([]byte(readFile(t, path+".json")), &set); err != nil {
		t.Fatal(err)
	}
	for _, f := range set.Figures {
		out.json[f.ID] = f
	}
	return out
}

// cellOf is the cell of a row of the page that holds the number.
var cellOf = regexp.MustCompile(`<td class="n value">([^<]*)`)

// shows checks that every form of the page shows a figure as it has to, in words, and none but a zero as 0.
func (p pageForms) shows(t *testing.T, what string, w wanted) {
	t.Helper()
	words, number := []string{shownStates[w.state]}, ""
	if w.why != "" {
		fi, err := locale.For("fi")
		if err != nil {
			t.Fatal(err)
		}
		words = append(words, fi.Text("reason."+w.why))
	} else {
		number = "0"
	}
	says := func(form, row string) {
		for _, word := range words {
			if !strings.Contains(row, word) {
				t.Errorf("%s, %s: the %s does not say %q: %q", what, w.id, form, word, row)
			}
		}
	}
	f := p.json[w.id]
	if f.State != w.state || (f.Value != nil) != (number != "") || f.Value != nil && *f.Value != 0 {
		t.Errorf("%s, %s: the JSON has %s with %v", what, w.id, f.State, f.Value)
	}
	if given := slices.ContainsFunc(f.Gaps, func(g struct{ Reason string }) bool { return g.Reason == w.why }); given != (w.why != "") {
		t.Errorf("%s, %s: the JSON has gaps %v, want one for %q", what, w.id, f.Gaps, w.why)
	}
	row := p.csv[w.id]
	if row["state"] != w.state || row["value"] != number {
		t.Errorf("%s, %s: the CSV has %s with %q", what, w.id, row["state"], row["value"])
	}
	if w.why != "" {
		says("CSV", shownStates[w.state]+row["note"])
	}
	says("text", regexp.MustCompile(`(?m)^.*  `+regexp.QuoteMeta(w.id)+`$`).FindString(p.text))
	html := regexp.MustCompile(`(?s)<tr data-state="` + w.state + `" data-figure="` + regexp.QuoteMeta(w.id) + `".*?</tr>`).FindString(p.html)
	says("HTML", html)
	if cell := cellOf.FindStringSubmatch(html); cell == nil || (strings.TrimSpace(cell[1]) == "0") != (number == "0") {
		t.Errorf("%s, %s: the page's number is %q", what, w.id, cell)
	}
}

// fourKeepNobody looks for the people whom the platforms named in all that there is: pages, store, what commands say, a daemon that
// visits the accounts, and what is sent to those who are told of faults.
func fourKeepNobody(t *testing.T, dir string, server *platforms.Server, texts map[string]string, told func() string) {
	if n := server.Named(); n < 2*len(socials()) {
		t.Errorf("only %d answers named people: there was nobody to keep", n)
	}
	texts["a daemon"] = aDaemon(t, dir, server, told)
	texts["what people are told"] = told()
	for _, args := range [][]string{{"check"}, {"status"}, {"status", "--json"}, {"alerts", "--json"}, {"figures", "--period", "2026-W47", "--json"}, {"explain", "koske/facebook-kielletty/media_views/2026-W47"},
		{"explain", "--json", "koske/mastodon-vailla/publications/2026-W47"}, {"collect", "youtube-kielletty"}} {
		out, errs, _ := attempt(t, dir, nil, append(args, "--now", "2026-11-23T11:00:00Z")...)
		texts["seuranta "+strings.Join(args, " ")] = out + errs
	}
	archive := filepath.Join(t.TempDir(), "archive")
	program(t, dir, exitOK, "export", archive)
	for name, text := range filesIn(t, filepath.Join(dir, "pages"), filepath.Join(dir, "data"), archive) {
		texts[name] = text
	}
	nobodyIn(t, texts)
	holds(t, texts, "Avajaiset tänään")
}

// aDaemon has a daemon visit all accounts and tell people of those that are refused, and returns what it logs and serves.
func aDaemon(t *testing.T, dir string, server *platforms.Server, told func() string) string {
	t.Helper()
	before := len(server.Requests())
	r := &running{Cmd: underTest(t, dir, []string{speedVariable + "=60"}, "serve", "--now", "2026-11-23T10:40:00Z")}
	r.start(t)
	r.until(t, "the daemon visits the accounts", func() bool { return len(server.Requests()) > before+3*len(socials()) })
	r.until(t, "people are told", func() bool { return strings.Contains(told(), "source_failed") })
	var served strings.Builder
	for _, path := range []string{"", "metrics", "healthz"} {
		_, body := r.get(t, path)
		served.WriteString(body)
	}
	if err := r.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	ends(t, r.Cmd, 10*time.Second)
	return r.said() + served.String()
}
