package accesslog

import (
	_ "embed"
	"hash/maphash"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestJudge(t *testing.T) {
	for request, c := range map[string]struct {
		status int
		class  class
		kind   pathKind
	}{
		"GET / HTTP/1.1":                             {200, counted, page},
		"GET /":                                      {200, counted, page},
		"GET /a b c HTTP/1.1":                        {200, counted, page},
		"GET /sivu/ HTTP/2.0":                        {304, counted, page},
		"GET /sivu.html HTTP/1.1":                    {200, counted, page},
		"GET /index.php?id=5&file=a.css HTTP/1.1":    {200, counted, page},
		"GET /julkaisut/versio-2.0 HTTP/1.1":         {200, counted, page},
		"GET /a.css/b HTTP/1.1":                      {200, counted, page},
		"GET /feedback HTTP/1.1":                     {200, counted, page},
		"GET /wp-json-ohje/ HTTP/1.1":                {200, counted, page},
		"GET /robots.txt.html HTTP/1.1":              {200, counted, page},
		"GET https://www.example.fi HTTP/1.1":        {200, counted, page},
		"GET https://www.example.fi/sivu HTTP/1.1":   {200, counted, page},
		"GET /?url=https://example.fi/a.js HTTP/1.1": {200, counted, page},
		"GET /sivu#osa.css HTTP/1.1":                 {200, counted, page},
		"GET / HTTP/1.0":                             {206, filteredStatus, page},
		"GET /siirretty HTTP/1.1":                    {301, filteredStatus, page},
		"GET /puuttuu.css HTTP/1.1":                  {404, filteredStatus, asset},
		"GET /robots.txt HTTP/1.1":                   {404, filteredStatus, robots},
		"POST /lomake HTTP/1.1":                      {200, filteredMethod, page},
		"HEAD / HTTP/1.1":                            {200, filteredMethod, page},
		"OPTIONS * HTTP/1.1":                         {200, filteredMethod, page},
		"get / HTTP/1.1":                             {200, filteredMethod, page},
		"-":                                          {408, filteredMethod, page},
		"":                                           {400, filteredMethod, page},
		`\x16\x03\x01`:                               {400, filteredMethod, page},
		"GET /robots.txt?a HTTP/1.1":                 {200, filteredMachine, robots},
		"GET /wp-json/wp/v2/posts HTTP/1.1":          {200, filteredMachine, machine},
		"GET /blogi/wp-admin/a.css HTTP/1.1":         {200, filteredMachine, machine},
		"GET /wp-login.php HTTP/1.1":                 {200, filteredMachine, machine},
		"GET /xmlrpc.php?rsd HTTP/1.1":               {200, filteredMachine, machine},
		"GET /wp-cron.php?doing HTTP/1.1":            {200, filteredMachine, machine},
		"GET /feed HTTP/1.1":                         {200, filteredMachine, machine},
		"GET /sv/aktuellt/feed/ HTTP/1.1":            {200, filteredMachine, machine},
		"GET /feed/atom/ HTTP/1.1":                   {200, filteredMachine, machine},
		"GET /.well-known/security.txt HTTP/1.1":     {200, filteredMachine, machine},
		"GET /sitemap.xml HTTP/1.1":                  {200, filteredMachine, machine},
		"GET /sitemap-posts-1.xml.gz HTTP/1.1":       {200, filteredMachine, machine},
		"GET /favicon-32x32.png HTTP/1.1":            {200, filteredMachine, machine},
		"GET /%66eed/ HTTP/1.1":                      {200, filteredMachine, machine},
		"GET /tyyli.css?ver=6.8 HTTP/1.1":            {200, filteredAsset, asset},
		"GET /TYYLI.CSS HTTP/1.1":                    {200, filteredAsset, asset},
		"GET /tyyli%2Ecss HTTP/1.1":                  {200, filteredAsset, asset},
		`GET /tyyli\x2ecss HTTP/1.1`:                 {200, filteredAsset, asset},
		"GET /kuva.JPEG HTTP/1.1":                    {304, filteredAsset, asset},
		"GET /site.webmanifest HTTP/1.1":             {200, filteredAsset, asset},
		"GET /esite.pdf HTTP/1.1":                    {200, filteredAsset, file},
		"GET /data.json HTTP/1.1":                    {200, filteredAsset, file},
	} {
		var r rules
		if class, kind := r.judge([]byte(request), c.status); class != c.class || kind != c.kind {
			t.Errorf("%q %d: %s, kind %d; want %s, kind %d", request, c.status, class, kind, c.class, c.kind)
		}
	}
}

func TestJudgeAllocatesNothing(t *testing.T) {
	r := rules{scratch: make([]byte, 0, 100)}
	request := []byte(`GET /s%C3%A4\x2ecss?a HTTP/1.1`)
	if n := testing.AllocsPerRun(100, func() { r.judge(request, 200) }); n != 0 {
		t.Errorf("%v allocations a request", n)
	}
}

//go:embed testdata/crawler-agents.txt
var crawlerAgents string

func agentsOfCrawlers() []string {
	var out []string
	for line := range strings.Lines(crawlerAgents) {
		if !strings.HasPrefix(line, "#") {
			out = append(out, strings.TrimSuffix(line, "\n"))
		}
	}
	return out
}

// TestEveryCrawlerIsABot holds the list's own examples against it, with the tokens and without them, by the file of
// patterns and by the regular expressions one after the other.
func TestEveryCrawlerIsABot(t *testing.T) {
	examples := agentsOfCrawlers()
	if len(examples) < 2000 {
		t.Fatalf("only %d examples", len(examples))
	}
	all, listed := newAgents(), newAgents()
	listed.byStart, listed.always = map[[startLength]byte][]*crawler{}, nil
	var patterns []*regexp.Regexp
	for _, source := range patternSources() {
		listed.learn(source)
		patterns = append(patterns, regexp.MustCompile(source))
	}
	near := 0 // the examples stand in the order of the patterns
	for _, agent := range examples {
		plain := false
		for i := range patterns {
			if plain = patterns[(near+i)%len(patterns)].MatchString(agent); plain {
				near = (near + i) % len(patterns)
				break
			}
		}
		if got := listed.judge([]byte(agent)); got != plain && !strings.Contains(strings.ToLower(agent), cubot) {
			t.Errorf("%q: bot %v, the regular expressions say %v", agent, got, plain)
		}
		if !all.judge([]byte(agent)) {
			t.Errorf("%q is taken for a reader", agent)
		}
	}
}

func patternSources() []string {
	var out []string
	for _, line := range strings.Split(strings.TrimSuffix(crawlerPatterns, "\n"), "\n") {
		if !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	return out
}

// TestCrawlerListIsWhole notices an editor that trims the spaces at the ends of patterns, or a list cut short.
func TestCrawlerListIsWhole(t *testing.T) {
	sources := patternSources()
	if len(sources) != 1500 {
		t.Errorf("%d patterns, want 1500", len(sources))
	}
	for _, want := range []string{"^LCC ", " DVbot", "webmon ", "Pulsepoint "} {
		found := false
		for _, s := range sources {
			found = found || s == want
		}
		if !found {
			t.Errorf("pattern %q is not in the list", want)
		}
	}
}

// TestFewPatternsAreAlwaysTried holds the index to its purpose.
func TestFewPatternsAreAlwaysTried(t *testing.T) {
	if a := newAgents(); len(a.always) > 3 {
		t.Errorf("%d patterns have no text to be filed under", len(a.always))
	}
}

func TestBrowsersAreReaders(t *testing.T) {
	a := newAgents()
	for _, agent := range []string{
		firefox,
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1",
		"Mozilla/5.0 (Linux; Android 16; SM-S938B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36",
		"Mozilla/5.0 (Linux; Android 9; CUBOT_X18_Plus) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0.4844.73 Mobile Safari/537.36",
		"Mozilla/5.0 (Linux; U; Android 4.4.2; cubot s208) AppleWebKit/534.30 Version/4.0 Mobile Safari/534.30",
		"Opera/9.80 (Windows NT 6.1; WOW64) Presto/2.12.388 Version/12.18",
		"Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/120.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/440.0.0]",
	} {
		if a.judge([]byte(agent)) {
			t.Errorf("%q is taken for a bot", agent)
		}
	}
}

func TestBots(t *testing.T) {
	a := newAgents()
	for _, agent := range []string{
		"", "-", " ", "GPTBot/1.2", "ClaudeBot/1.0", "Mozilla/5.0 HeadlessChrome/120", "curl/8.5.0", "python-requests/2.32", "Go-http-client/2.0", "Wget/1.21",
		"okhttp/4.12.0", "Java/17.0.1", "facebookexternalhit/1.1", "Uptime-Kuma/1.23", "Slackbot-LinkExpanding 1.0", "Bytespider",
		"Mozilla/5.0 (Linux; Android 9; CUBOT_X18) (compatible; Googlebot/2.1)", // a telephone's name does not hide a bot's
	} {
		if !a.judge([]byte(agent)) {
			t.Errorf("%q is taken for a reader", agent)
		}
	}
}

// TestAgentsLikeTheReference compares the index of patterns with all regular expressions on agents pieced together from
// those of crawlers and of browsers.
func TestAgentsLikeTheReference(t *testing.T) {
	a, reference := newAgents(), newReferenceBots()
	salt := maphash.MakeSeed()
	pieces := append(strings.Fields(strings.Join(agentsOfCrawlers(), " ")), strings.Fields(firefox+" CUBOT cubot Chrome/143.0 Safari/537.36 ä \xff")...)
	rapid.Check(t, func(t *rapid.T) {
		var words []string
		for range rapid.IntRange(0, 5).Draw(t, "words") {
			word := rapid.SampledFrom(pieces).Draw(t, "word")
			cut := rapid.IntRange(0, len(word)).Draw(t, "cut")
			words = append(words, word[cut:])
		}
		agent := strings.Join(words, rapid.SampledFrom([]string{" ", "", "; "}).Draw(t, "between"))
		want := reference.bot(agent)
		hash := maphash.String(salt, agent)
		for _, time := range []string{"first", "remembered"} {
			if got := a.bot([]byte(agent), hash); got != want {
				t.Fatalf("%q: bot %v (%s), the regular expressions say %v", agent, got, time, want)
			}
		}
	})
}

// TestVerdictsShareSlotsWithoutMixing gives a reader's and a bot's agent hashes that fall on one slot, in turn.
func TestVerdictsShareSlotsWithoutMixing(t *testing.T) {
	a := newAgents()
	for range 3 {
		if a.bot([]byte(firefox), 4) || !a.bot([]byte("curl/8"), 4+verdictSlots) {
			t.Error("a verdict was mixed up")
		}
	}
}

// TestSmallestHashes: a slot of an agent's hash that looks like a free slot is judged anew, not taken for a verdict.
func TestSmallestHashes(t *testing.T) {
	for hash := range uint64(2) {
		reader, bot := newAgents(), newAgents()
		for range 2 {
			if reader.bot([]byte(firefox), hash) {
				t.Errorf("hash %d: a reader is taken for a bot", hash)
			}
			if !bot.bot([]byte("curl/8"), hash) {
				t.Errorf("hash %d: a bot is taken for a reader", hash)
			}
		}
	}
}
