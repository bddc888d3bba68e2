package youtube

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

func TestCases(t *testing.T) { collectortest.Cases(t, Kind()) }

func TestConform(t *testing.T) {
	collectortest.Conform(t, Kind(), collectortest.Suite{Case: "good", Moments: &collectortest.Moments{Source: videosAt}})
}

const (
	id   = "UCk0sk3k0sk3k0sk3k0sk3kA"
	list = "UUk0sk3k0sk3k0sk3k0sk3kA"
)

// videosAt is a channel that published a video at each moment.
func videosAt(moments []time.Time, _ observation.Period, _ *time.Location) map[string]string {
	var listed, videos []string
	for i, at := range moments {
		listed = append(listed, fmt.Sprintf(`{"contentDetails":{"videoId":"v%d"}}`, i))
		videos = append(videos, video(fmt.Sprintf("v%d", i), at, `"viewCount":"1"`))
	}
	head := "\n200\nContent-Type: application/json\n\n"
	return map[string]string{
		"answers/0.http": "GET /youtube/v3/channels?part=*&fields=*&id=" + id + head + channelOf(`"subscriberCount":"7"`),
		"answers/1.http": "GET /youtube/v3/playlistItems?part=*&fields=*&playlistId=" + list + "&maxResults=50" + head + `{"kind":"youtube#playlistItemListResponse","items":[` + strings.Join(listed, ",") + `]}`,
		"answers/2.http": "GET /youtube/v3/videos?part=*&fields=*&id=*" + head + `{"kind":"youtube#videoListResponse","items":[` + strings.Join(videos, ",") + `]}`,
	}
}

func channelOf(statistics string) string {
	return `{"kind":"youtube#channelListResponse","items":[{"id":"` + id + `","snippet":{"title":"Museo","publishedAt":"2010-03-02T10:00:00Z"},"statistics":{` + statistics + `},"contentDetails":{"relatedPlaylists":{"uploads":"` + list + `"}}}]}`
}

func video(id string, at time.Time, statistics string) string {
	return fmt.Sprintf(`{"id":%q,"snippet":{"publishedAt":%q,"title":"Video %s","liveBroadcastContent":"none"},"statistics":{%s},"status":{"privacyStatus":"public"}}`, id, at.UTC().Format(time.RFC3339), id, statistics)
}

var helsinki, _ = time.LoadLocation("Europe/Helsinki")

var morning = time.Date(2026, 11, 23, 4, 40, 0, 0, helsinki)

func window() collector.Window {
	today := observation.NewDate(2026, 11, 23)
	return collector.Window{Period: observation.Period{From: today - 7, To: today}, Now: morning, Zone: helsinki, Grains: []observation.Grain{observation.Day, observation.Snapshot}}
}

// keyed is a source with an API key.
func keyed() *Config {
	return &Config{Channel: id, Key: collector.NewSecret("AIzaSyKoeavain"), Units: defaultUnits}
}

// deps are those of a source that asks a server.
func deps(server *httptest.Server, memory *collectortest.Memory) collector.Deps {
	client := fetch.New(fetch.Options{Spacing: -1, Pause: func(context.Context, time.Duration) error { return nil }})
	return collector.Deps{ChannelID: "youtube", HTTP: client.Session(fetch.Policy{AllowPrivate: true}), BaseURL: server.URL, State: memory, Items: memory}
}

// visit has a channel read from a YouTube of our own.
func visit(t *testing.T, c *Config, memory *collectortest.Memory, answer http.HandlerFunc) (collectortest.Recording, error) {
	t.Helper()
	server := httptest.NewServer(answer)
	defer server.Close()
	var out collectortest.Recorder
	err := c.New(deps(server, memory)).Collect(t.Context(), window(), &out)
	rec := out.Recording()
	memory.Learn(rec.Items)
	return rec, err
}

// tube answers with a channel, and with one video.
func tube(channel, video string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body := map[string]string{"/youtube/v3/channels": channel, "/youtube/v3/videos": `{"kind":"youtube#videoListResponse","items":[` + video + `]}`,
			"/youtube/v3/playlistItems": `{"kind":"youtube#playlistItemListResponse","items":[{"contentDetails":{"videoId":"v1"}}]}`}[r.URL.Path]
		_, _ = w.Write([]byte(body))
	}
}

func told(rec collectortest.Recording) map[string]float64 {
	out := map[string]float64{}
	for _, o := range rec.Observations {
		out[o.Metric] += o.Value
	}
	return out
}

// TestFourThings: a zero, a count that is hidden or left out, a YouTube that lets nobody in and a day that nobody asked for stay four
// things. What the owner may hide is not offered then; what else is left out is a failure of that count.
func TestFourThings(t *testing.T) {
	for _, c := range []struct {
		statistics, counts string
		want               map[string]string
	}{
		{`"subscriberCount":"0","hiddenSubscriberCount":true`, `"viewCount":"0"`, map[string]string{"views_total": "ok 0", "subscribers": "not_offered", "reactions_total": "not_offered", "comments_total": "not_offered"}},
		{`"videoCount":"1"`, `"likeCount":"0"`, map[string]string{"views_total": "failed no_number", "subscribers": "failed no_number", "reactions_total": "ok 0", "comments_total": "not_offered"}},
		{`"subscriberCount":"-7"`, `"viewCount":"-1","likeCount":"4"`, map[string]string{"views_total": "failed bad_answer", "subscribers": "failed bad_answer", "reactions_total": "ok 4"}},
	} {
		rec, err := visit(t, keyed(), new(collectortest.Memory), tube(channelOf(c.statistics), video("v1", morning.AddDate(0, 0, -2), c.counts)))
		if err != nil {
			t.Fatal(err)
		}
		for metric, want := range c.want {
			if got := outcome(rec, metric); got != want {
				t.Errorf("%s of %s and %s: %q, want %q", metric, c.statistics, c.counts, got, want)
			}
		}
		for _, c := range rec.Coverage {
			if c.Grain == observation.Day && !window().Contains(c.From) {
				t.Errorf("it speaks of %s, which nobody asked for", c.From)
			}
		}
	}
	rec, err := visit(t, keyed(), new(collectortest.Memory), func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"error":{"code":403,"errors":[{"reason":"forbidden"}]}}`))
	})
	if collector.ResultOf(err) != observation.Auth || len(rec.Observations)+len(rec.Coverage) > 0 {
		t.Errorf("refused: %v, told %v", err, rec.Observations)
	}
}

// outcome is what became of a metric: its number, or why there is none.
func outcome(rec collectortest.Recording, metric string) string {
	for _, c := range rec.Coverage {
		if v, ok := told(rec)[metric]; c.Metric == metric && ok {
			return fmt.Sprint(c.Result, " ", v)
		} else if c.Metric == metric {
			return strings.TrimSpace(string(c.Result) + " " + strings.TrimPrefix(c.Reason, string(c.Result)))
		}
	}
	return ""
}

// TestRoundedSubscribers: from a thousand on the number is an estimate.
func TestRoundedSubscribers(t *testing.T) {
	for count, want := range map[string]observation.Basis{"0": observation.Collected, "999": observation.Collected, "1000": observation.Estimate, "1230": observation.Estimate, "1230000": observation.Estimate} {
		rec, err := visit(t, keyed(), new(collectortest.Memory), tube(channelOf(`"subscriberCount":"`+count+`","hiddenSubscriberCount":false`), video("v1", morning, "")))
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range rec.Observations {
			if o.Metric == "subscribers" && (fmt.Sprint(int(o.Value)) != count || o.Basis != want) {
				t.Errorf("%s subscribers are told as %v, %s, want %s", count, o.Value, o.Basis, want)
			}
		}
		if _, ok := told(rec)["subscribers"]; !ok {
			t.Errorf("%s subscribers are not told", count)
		}
	}
}

// TestTheKeyIsInNoAddress: the key stands in a line of the head, and with what somebody connected there is no key.
func TestTheKeyIsInNoAddress(t *testing.T) {
	connected := &Config{Channel: id, ClientID: "1.apps.googleusercontent.com", Units: defaultUnits}
	for name, c := range map[string]*Config{"key": keyed(), "connected": connected} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.String(), "AIza") || strings.Contains(r.URL.String(), "ya29") || r.URL.Query().Has("key") {
				t.Errorf("%s: a secret stands in the address %s", name, r.URL)
			}
			key, bearer := r.Header.Get("X-Goog-Api-Key"), r.Header.Get("Authorization")
			if name == "key" && (key != "AIzaSyKoeavain" || bearer != "") || name != "key" && (key != "" || bearer != "Bearer ya29.koe") {
				t.Errorf("%s: the head shows %q and %q", name, key, bearer)
			}
			tube(channelOf(`"subscriberCount":"7"`), video("v1", morning, ""))(w, r)
		}))
		d := deps(server, new(collectortest.Memory))
		if name == "connected" {
			d.Credential = credential{}
		}
		var out collectortest.Recorder
		if err := c.New(d).Collect(t.Context(), window(), &out); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		words, err := c.New(d).(collector.Checker).Check(t.Context(), morning)
		if err != nil || !strings.Contains(words, "has 7 subscribers") || !strings.Contains(words, "4 of 1000 units") || strings.Contains(words, "2027-05-01") != (name == "connected") {
			t.Errorf("%s: check says %q, %v", name, words, err)
		}
		server.Close()
	}
	if _, err := visit(t, connected, new(collectortest.Memory), tube("", "")); collector.ResultOf(err) != observation.Auth || !strings.Contains(err.Error(), "seuranta connect") {
		t.Errorf("nobody connected it: %v", err)
	}
}

// credential is what somebody connected.
type credential struct{}

func (credential) Token(context.Context) (collector.Secret, error) {
	return collector.NewSecret("ya29.koe"), nil
}

func (credential) Expires() time.Time { return time.Date(2027, 5, 1, 0, 0, 0, 0, time.UTC) }

// TestViewsBreak: what is read until 23 August 2026 is counted by one rule, later numbers by another; all else goes on.
func TestViewsBreak(t *testing.T) {
	s := observation.Source{ID: "s", Definitions: Kind().Definitions}
	for day, want := range map[observation.Date]string{observation.NewDate(2026, 8, 23): "youtube-views-1", observation.NewDate(2026, 8, 24): "youtube-views-2", observation.NewDate(2027, 1, 1): "youtube-views-2"} {
		if d, ok := s.Definition("views_total", day); !ok || d.ID != want {
			t.Errorf("views of %s: %s, want %s", day, d.ID, want)
		}
		for _, m := range []string{"subscribers", "reactions_total", "comments_total"} {
			if d, _ := s.Definition(m, day); d.ID != "youtube-1" {
				t.Errorf("%s of %s: %s", m, day, d.ID)
			}
		}
	}
}

// TestUnits: what a day of California gives is counted over visits and tries, and is new at its midnight.
func TestUnits(t *testing.T) {
	var memory collectortest.Memory
	now := time.Date(2026, 11, 23, 9, 59, 0, 0, helsinki) // 23:59 there
	u := &units{&memory, func() time.Time { return now }, 3}
	for n := range 3 {
		if err := u.take(); err != nil || u.spent() != n+1 {
			t.Fatalf("unit %d: %v, spent %d", n+1, err, u.spent())
		}
	}
	var wait *collector.WaitError
	if err := u.take(); !errors.As(err, &wait) || !wait.Until.Equal(time.Date(2026, 11, 23, 10, 0, 0, 0, helsinki)) {
		t.Errorf("the fourth of three: %v", err)
	}
	now = now.Add(time.Minute)
	if err := u.take(); err != nil || u.spent() != 1 {
		t.Errorf("after midnight: %v, spent %d", err, u.spent())
	}
	tries := 0
	if _, err := visit(t, keyed(), &memory, func(w http.ResponseWriter, r *http.Request) {
		if tries++; tries == 1 {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		tube(channelOf(`"subscriberCount":"7"`), video("v1", morning, ""))(w, r)
	}); err != nil {
		t.Fatal(err)
	}
	if text, _ := memory.Get(stateUnits); text != "2026-11-22 4" {
		t.Errorf("remembered %q, want four calls, one of which was tried again", text)
	}
}

// TestWhatIsForEverybody: what an owner is shown beyond that is not kept, and an answer that does not say it is none.
func TestWhatIsForEverybody(t *testing.T) {
	for privacy, want := range map[string]int{"public": 1, "unlisted": 0, "private": 0, "something new": 0} {
		rec, err := visit(t, keyed(), new(collectortest.Memory), tube(channelOf(`"subscriberCount":"7"`), strings.Replace(video("v1", morning.AddDate(0, 0, -1), `"viewCount":"5"`), "public", privacy, 1)))
		if err != nil || len(rec.Items) != want || len(told(rec)) != 1+want {
			t.Errorf("%s: %v, %d videos, told %v", privacy, err, len(rec.Items), told(rec))
		}
	}
	if _, err := visit(t, keyed(), new(collectortest.Memory), tube(channelOf(`"subscriberCount":"7"`), `{"id":"v1","snippet":{"publishedAt":"2026-11-20T07:00:00Z"}}`)); collector.ReasonOf(err) != collector.ReasonBadAnswer {
		t.Errorf("a video that does not say who may see it: %v", err)
	}
}

func TestSettings(t *testing.T) {
	good := keyed()
	for _, c := range []struct {
		change func(*Config)
		key    string
	}{
		{func(*Config) {}, ""},
		{func(c *Config) { c.Channel = "@Museo" }, ""},
		{func(c *Config) { c.Channel = "@museo.näyttelyt" }, ""},
		{func(c *Config) { c.Key, c.ClientID = collector.Secret{}, "1.apps.googleusercontent.com" }, ""},
		{func(c *Config) { c.Channel = "https://www.youtube.com/@museo" }, "channel_id"},
		{func(c *Config) { c.Channel = "museo" }, "channel_id"},
		{func(c *Config) { c.Key = collector.Secret{} }, "key"},
		{func(c *Config) { c.ClientSecret = collector.NewSecret("x") }, "client_id"},
		{func(c *Config) { c.Units = 0 }, "units"},
		{func(c *Config) { c.Units = 10_001 }, "units"},
	} {
		changed := *good
		c.change(&changed)
		faults := changed.Validate()
		if c.key == "" && len(faults) > 0 || c.key != "" && (len(faults) != 1 || faults[0].Key != c.key || strings.Contains(faults[0].Message, "AIza")) {
			t.Errorf("%+v: %v, want a fault of %q", changed, faults, c.key)
		}
	}
	if faults := (&Config{Units: 5}).Validate(); len(faults) != 2 || !strings.Contains(faults[1].Message, "seuranta connect") || !strings.Contains(faults[1].Message, "YOUTUBE_KEY") {
		t.Errorf("without a credential: %v", faults)
	}
	n := good.Connection()
	if n.Platform != "Google" || !n.PKCE || n.Parameters["access_type"] != "offline" || strings.Join(n.Scopes, " ") != "https://www.googleapis.com/auth/youtube.readonly" {
		t.Errorf("%+v", n)
	}
}

// TestNoPerson: whoever is named in any field of the answers is told, remembered, logged and shown nowhere.
func TestNoPerson(t *testing.T) {
	collectortest.NoPerson(t, Kind(), collectortest.Nobody{Own: []string{"id", "videoId", "uploads", "nextPageToken", "defaultAudioLanguage", "defaultLanguage"}, Texts: []string{"title", "description"}})
}

// TestNobodyIsAskedFor: no field that holds people is asked for.
func TestNobodyIsAskedFor(t *testing.T) {
	for _, fields := range []string{channelFields, uploadFields, videoFields} {
		if regexp.MustCompile(`(?i)thumb|author|description.*items|channelTitle|comment[^C]`).MatchString(fields) {
			t.Errorf("asked for %s", fields)
		}
	}
}

// FuzzClip: whatever YouTube says of a video, no number is told that was not there, and nothing that is not for everybody.
func FuzzClip(f *testing.F) {
	f.Add([]byte(video("v1", morning, `"viewCount":"512","likeCount":"19","commentCount":"3"`)))
	f.Add([]byte(`{"id":"v1","snippet":{"publishedAt":"2026-11-20T07:00:00Z"},"statistics":{"viewCount":null,"likeCount":"x"},"status":{"privacyStatus":"private"}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var v clip
		if json.Unmarshal(body, &v) != nil {
			return
		}
		if seen, err := v.seen(); err != nil || !seen {
			return
		}
		p, err := v.post()
		if err != nil {
			return
		}
		if v.Status.Privacy != "public" || p.Kind != "video" {
			t.Errorf("%s: %+v", body, p)
		}
		for metric, n := range p.Counts {
			if n < 0 {
				t.Errorf("%s: %s is %v", body, metric, n)
			}
		}
	})
}
