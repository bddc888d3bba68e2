package twitter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
)

func TestCases(t *testing.T) { collectortest.Cases(t, Kind()) }

func TestConform(t *testing.T) {
	collectortest.Conform(t, Kind(), collectortest.Suite{Case: "good", Halves: "halves", Moments: &collectortest.Moments{Source: postsAt}})
}

// postsAt is an account that published something at each moment.
func postsAt(moments []time.Time, _ observation.Period, _ *time.Location) map[string]string {
	var posts []string
	for i, at := range moments {
		posts = append(posts, entryOf(fmt.Sprint(i+1), at, 1))
	}
	head := "\n200\nContent-Type: application/json\n\n"
	return map[string]string{
		"answers/0.http": "GET /2/users/2244994945?user.fields=*" + head + `{"data":{"id":"2244994945","name":"K","username":"k","created_at":"2007-01-01T00:00:00.000Z","public_metrics":{"followers_count":1,"tweet_count":5}}}`,
		"answers/1.http": "GET /2/users/2244994945/tweets?max_results=*&exclude=*&start_time=*&end_time=*&tweet.fields=*" + head + fmt.Sprintf(`{"data":[%s],"meta":{"result_count":%d}}`, strings.Join(posts, ","), len(posts)),
	}
}

// entryOf is a post as X writes it.
func entryOf(id string, at time.Time, likes int) string {
	return fmt.Sprintf(`{"id":%q,"text":"Julkaisu %s","created_at":%q,"edit_history_tweet_ids":[%q],"public_metrics":{"retweet_count":0,"reply_count":0,"like_count":%d,"quote_count":0,"bookmark_count":0,"impression_count":9}}`,
		id, id, at.UTC().Format(time.RFC3339Nano), id, likes)
}

const someone = `{"data":{"id":"1024","name":"Koske","username":"koske","created_at":"2013-12-14T04:35:55.000Z","public_metrics":{"followers_count":7,"tweet_count":5}}}`

var helsinki, _ = time.LoadLocation("Europe/Helsinki")

// morning is a visit on a morning, at a moment.
func morning(now time.Time) collector.Window {
	today := observation.DateOf(now.In(helsinki))
	return collector.Window{Period: observation.Period{From: today - 7, To: today}, Now: now, Zone: helsinki, Grains: []observation.Grain{observation.Day, observation.Snapshot}}
}

var monday = time.Date(2026, 11, 23, 4, 15, 0, 0, helsinki)

// TestTheBudgetIsClosed: whatever there is to be read, no more than the month's reads is asked for; the number of followers is
// read on every day of the month all the same, and the next month begins anew.
func TestTheBudgetIsClosed(t *testing.T) {
	now, most := time.Date(2026, 11, 1, 4, 15, 0, 0, helsinki), 0
	var source *x
	source = play(t, func(w http.ResponseWriter, r *http.Request) {
		var size int
		_, _ = fmt.Sscan(r.URL.Query().Get("max_results"), &size)
		most = max(most, source.spent(now))
		if !strings.HasSuffix(r.URL.Path, "/tweets") {
			_, _ = w.Write([]byte(someone))
			return
		}
		posts(w, r, now, 200)
	})
	source.config.Reads = 300
	given := 0
	for range 30 {
		rec, err := source.visit(now)
		if !slices.ContainsFunc(rec.Observations, func(o observation.Observation) bool { return o.Metric == "followers" && o.Value == 7 }) {
			t.Fatalf("%s: no followers: %v", now, err)
		}
		if err != nil && collector.ResultOf(err) != observation.Budget {
			t.Fatalf("%s: %v", now, err)
		}
		given += int(rec.Counts["reads"])
		now = now.AddDate(0, 0, 1)
	}
	last := now.AddDate(0, 0, -1)
	if n := source.spent(last); n > 300 || n != given || n != source.charged(last) || most > 300 {
		t.Errorf("%d reads are spent, %d charged, %d were told of, %d at most reserved; the budget is 300", n, source.charged(last), given, most)
	}
	if given < 290 {
		t.Errorf("only %d of 300 reads were made use of", given)
	}
	if rec, err := source.visit(now.Add(5 * time.Hour)); err != nil && collector.ResultOf(err) != observation.Budget || rec.Counts["reads"] < 100 || source.spent(now.Add(5*time.Hour)) == 0 {
		t.Errorf("in the next month: %v, %v", rec.Counts, err)
	}
}

// TestTheSameDayIsChargedOnce: what was read on a day, by UTC, costs nothing more on it.
func TestTheSameDayIsChargedOnce(t *testing.T) {
	source := play(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/tweets") {
			_, _ = w.Write([]byte(someone))
			return
		}
		posts(w, r, monday, 20)
	})
	for _, at := range []struct {
		now  time.Time
		want int
	}{{monday, 21}, {monday.Add(6 * time.Hour), 21}, {monday.AddDate(0, 0, 1), 42}, {monday.AddDate(0, 0, 1).Add(-4 * time.Hour), 42}} {
		if _, err := source.visit(at.now); err != nil {
			t.Fatal(err)
		}
		if got := source.spent(at.now); got != at.want && at.now != monday.AddDate(0, 0, 1).Add(-4*time.Hour) {
			t.Errorf("at %s %d reads are spent, want %d", at.now, got, at.want)
		}
	}
}

// TestWhatIsNotKnownIsSpent: a visit that is killed, or an answer that breaks off, has spent what its question could cost.
func TestWhatIsNotKnownIsSpent(t *testing.T) {
	source := play(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/tweets") {
			_, _ = w.Write([]byte(someone))
			return
		}
		w.Header().Set("Content-Length", "10000")
		_, _ = w.Write([]byte(`{"data":[`))
	})
	if _, err := source.visit(monday); err == nil {
		t.Fatal("half an answer is none")
	}
	if got := source.spent(monday); got != 101 {
		t.Errorf("%d reads are spent, want 1 and the 100 that were asked for", got)
	}
	refused := play(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	if _, err := refused.visit(monday); collector.ResultOf(err) != observation.Auth || refused.spent(monday) != 0 {
		t.Errorf("%v, %d reads are spent by a refusal", err, refused.spent(monday))
	}
}

// TestFourThings: a zero, a field that is missing, a number that is not allowed and a day that nobody asked for are four things,
// from the wire to what is told.
func TestFourThings(t *testing.T) {
	source := play(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !strings.HasSuffix(r.URL.Path, "/tweets"):
			_, _ = w.Write([]byte(someone))
		case strings.Contains(r.URL.RawQuery, clickField):
			withheld(w)
		default: // likes are 0, and impressions are not there
			_, _ = w.Write([]byte(strings.Replace(`{"data":[`+entryOf("5", monday.Add(-time.Hour), 0)+`],"meta":{"result_count":1}}`, `,"impression_count":9`, "", 1)))
		}
	})
	rec, err := source.visit(monday)
	if err != nil {
		t.Fatal(err)
	}
	told, said := map[string][]float64{}, map[string]string{}
	for _, o := range rec.Observations {
		told[o.Metric] = append(told[o.Metric], o.Value)
	}
	for _, c := range rec.Coverage {
		said[c.Metric] = strings.TrimSpace(string(c.Result) + " " + c.Reason)
	}
	for metric, want := range map[string]string{"reactions_total": "[0] ok", "impressions_total": "[] failed bad_answer", "link_clicks_total": "[] auth auth"} {
		if got := fmt.Sprint(told[metric], " ", said[metric]); got != want {
			t.Errorf("%s: %s, want %s", metric, got, want)
		}
	}
	for _, c := range rec.Coverage {
		if day := observation.DateOf(monday); c.Metric == "publications" && (c.From < day-7 || c.From >= day) {
			t.Errorf("%s is spoken of, and nobody asked for it", c.From)
		}
	}
}

// TestNobodyIsTold: names of people come in all sorts of fields that nobody asked for, in texts and in the words of errors. None of
// them is told, remembered or shown; and nothing that holds people is asked for.
func TestNobodyIsTold(t *testing.T) {
	const person = "Matti_Kanarialintu"
	broken := false
	source := play(t, func(w http.ResponseWriter, r *http.Request) {
		for name, values := range r.URL.Query() {
			if name == "expansions" || strings.Contains(strings.Join(values, ","), "author") || strings.Contains(strings.Join(values, ","), "entities") {
				t.Errorf("asked for %s=%s, which holds people", name, values)
			}
		}
		switch {
		case broken:
			w.WriteHeader(http.StatusForbidden)
			_, _ = fmt.Fprintf(w, `{"title":"Forbidden","detail":"%s may not","type":"https://api.x.com/2/problems/client-forbidden"}`, person)
		case !strings.HasSuffix(r.URL.Path, "/tweets"):
			_, _ = w.Write([]byte(strings.Replace(someone, `"name":"Koske"`, `"name":"`+person+`","description":"`+person+`","profile_image_url":"https://pbs.twimg.com/`+person+`.jpg"`, 1)))
		case strings.Contains(r.URL.RawQuery, clickField):
			withheld(w)
		default:
			_, _ = fmt.Fprintf(w, `{"data":[%s],"includes":{"users":[{"id":"9","name":%q,"username":%q}]},"meta":{"result_count":1}}`,
				strings.Replace(entryOf("5", monday.Add(-time.Hour), 3), `"Julkaisu 5"`, `"Kiitos @`+person+` ja .@`+person+`: hienoa","author_id":"9","entities":{"mentions":[{"username":"`+person+`"}]}`, 1), person, person)
		}
	})
	rec, err := source.visit(monday)
	text, _ := json.Marshal(rec)
	states, _ := json.Marshal(source.memory.States())
	check, _ := source.source().Check(t.Context(), monday)
	broken = true
	_, refused := source.visit(monday.AddDate(0, 0, 1))
	for what, text := range map[string]string{"what was told": string(text), "what is remembered": string(states), "an error": fmt.Sprint(err, refused), "check": check} {
		if strings.Contains(text, "anarialintu") {
			t.Errorf("a person stands in %s: %s", what, text)
		}
	}
	if len(rec.Items) != 1 || refused == nil {
		t.Errorf("%d items, %v", len(rec.Items), refused)
	}
}

func TestCheckSaysWhatIsLeft(t *testing.T) {
	name := "koske"
	source := play(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/tweets") {
			posts(w, r, monday, 20)
			return
		}
		_, _ = w.Write([]byte(strings.Replace(someone, `"username":"koske"`, `"username":"`+name+`"`, 1)))
	})
	if _, err := source.visit(monday); err != nil {
		t.Fatal(err)
	}
	source.asked, name = nil, "keski_koske"
	said, err := source.source().Check(t.Context(), monday.Add(time.Hour))
	for _, want := range []string{"@keski_koske (1024) has 7 followers", "21 of the 1000 reads", "979 are left", "2026-11-30", "change username", "Europe/Helsinki"} {
		if !strings.Contains(said, want) {
			t.Errorf("check says %q (%v), want %q in it", said, err, want)
		}
	}
	if len(source.asked) != 1 || !strings.HasPrefix(source.asked[0], "/2/users/1024?") {
		t.Errorf("check asked %v, want the number that is known", source.asked)
	}
	source.config.Reads = 21
	if _, err := source.source().Check(t.Context(), monday.AddDate(0, 0, 1)); !errors.Is(err, collector.ErrBudget) {
		t.Errorf("%v, want that the budget is spent", err)
	}
}

// TestAnotherName: the settings are changed to another account: the number of the first is not its.
func TestAnotherName(t *testing.T) {
	source := play(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/tweets") {
			posts(w, r, monday, 0)
			return
		}
		_, _ = w.Write([]byte(someone))
	})
	for _, name := range []string{"koske", "koske", "muu"} {
		source.config.Username = name
		if _, err := source.visit(monday); err != nil {
			t.Fatal(err)
		}
	}
	var users []string
	for _, path := range source.asked {
		if before, _, _ := strings.Cut(path, "?"); !strings.HasSuffix(before, "/tweets") {
			users = append(users, before)
		}
	}
	if want := []string{"/2/users/by/username/koske", "/2/users/1024", "/2/users/by/username/muu"}; !slices.Equal(users, want) {
		t.Errorf("asked for %q, want %q", users, want)
	}
}

// TestAClockThatWasWrong: a visit in a month that is not there yet spends nothing of the budget of this one, and gives nothing back.
func TestAClockThatWasWrong(t *testing.T) {
	source := play(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/tweets") {
			posts(w, r, monday, 20)
			return
		}
		_, _ = w.Write([]byte(someone))
	})
	for _, at := range []time.Time{monday, monday.AddDate(0, 5, 0), monday.AddDate(0, 0, 1)} {
		if _, err := source.visit(at); err != nil {
			t.Fatal(err)
		}
	}
	if n, ahead := source.spent(monday), source.spent(monday.AddDate(0, 5, 0)); n != 42 || ahead == 0 {
		t.Errorf("%d reads of this month are spent, want 42; %d of the other", n, ahead)
	}
}

// TestTheSpellingThatIsSaid: settings that name the parameter are kept to, and told when X does not know it.
func TestTheSpellingThatIsSaid(t *testing.T) {
	source := play(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !strings.HasSuffix(r.URL.Path, "/tweets"):
			_, _ = w.Write([]byte(someone))
		case r.URL.Query().Has("post.fields"):
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"title":"Invalid Request","type":"https://api.x.com/2/problems/invalid-request","errors":[{"message":"The query parameter [post.fields] is not one of [id,tweet.fields]"}]}`))
		default:
			posts(w, r, monday, 1)
		}
	})
	source.config.Fields = postFields
	if _, err := source.visit(monday); err == nil || !strings.Contains(err.Error(), "take fields: post out") || len(source.asked) != 2 {
		t.Errorf("%v after %v", err, source.asked)
	}
	source.config.Fields = ""
	source.memory.Set(stateFields, string(postFields)) // X took it once, and no longer does
	if _, err := source.visit(monday.Add(time.Hour)); err != nil || source.memory.States()[stateFields] != string(tweetFields) {
		t.Errorf("%v, remembered %q", err, source.memory.States()[stateFields])
	}
}

// TestThePastLeavesHalf: looking at the past spends half of the month's reads at most.
func TestThePastLeavesHalf(t *testing.T) {
	source := play(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/tweets") {
			_, _ = w.Write([]byte(someone))
			return
		}
		posts(w, r, monday.AddDate(0, -3, 0), 150)
	})
	source.config.Reads = 100
	past := morning(monday)
	past.From, past.To = past.From-120, past.To-60
	var out collectortest.Recorder
	err := source.source().Collect(t.Context(), past, &out)
	if n := source.spent(monday); collector.ResultOf(err) != observation.Budget || n > 50 || n < 45 {
		t.Errorf("%d of 100 reads are spent on the past, %v", n, err)
	}
	if rec := out.Recording(); len(rec.Items) == 0 || slices.ContainsFunc(rec.Observations, func(o observation.Observation) bool { return o.Metric == "followers" }) {
		t.Errorf("%d posts of the past, want those of the days that were read whole, and no followers of today", len(rec.Items))
	}
}

// TestClicksThatAreWithheld: an answer with posts whose clicks are left out, and the words that they may not be seen, is no failure
// of X; one without such words is.
func TestClicksThatAreWithheld(t *testing.T) {
	told := func() []api.Post {
		return []api.Post{{ID: "5", Counts: map[string]float64{}}, {ID: "6", Counts: map[string]float64{}}}
	}
	clicked := post{ID: "5"}
	if err := json.Unmarshal([]byte(`{"id":"5","non_public_metrics":{"url_link_clicks":4}}`), &clicked); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		all      []post
		withheld bool
		want     observation.Result
	}{
		"withheld": {[]post{{ID: "5"}}, true, observation.Auth}, "missing": {[]post{{ID: "5"}}, false, observation.Failed}, "some": {[]post{clicked, {ID: "6"}}, true, ""}, "none": {nil, false, ""},
	} {
		posts := told()
		if got := addTo(posts, c.all, c.withheld); got.Result != c.want {
			t.Errorf("%s: %q, want %q", name, got.Result, c.want)
		}
		if n, there := posts[0].Counts[clicksMetric]; there != (name == "some") || there && n != 4 || len(posts[1].Counts) > 0 {
			t.Errorf("%s: %v", name, posts)
		}
	}
}

// connected is what somebody got in a browser.
type connected struct{ until time.Time }

func (connected) Token(context.Context) (collector.Secret, error) {
	return collector.NewSecret("a-connected-token"), nil
}
func (c connected) Expires() time.Time { return c.until }

// TestWhatWasConnected: without a pasted token that which somebody connected is shown, and check says until when it is
// good; whoever runs the visit notes it when it is over, for all kinds alike.
func TestWhatWasConnected(t *testing.T) {
	shown := map[string]int{}
	source := play(t, func(w http.ResponseWriter, r *http.Request) {
		shown[r.Header.Get("Authorization")]++
		if !strings.HasSuffix(r.URL.Path, "/tweets") {
			_, _ = w.Write([]byte(someone))
			return
		}
		posts(w, r, monday, 1)
	})
	source.config.Token, source.config.ClientID = collector.Secret{}, "a1"
	visit := func(c collector.Credential) (string, error) {
		s := source.source()
		s.deps.Credential = c
		err := s.Collect(t.Context(), morning(monday), new(collectortest.Recorder))
		said, checking := s.Check(t.Context(), monday)
		return said, errors.Join(err, checking)
	}
	if _, err := visit(nil); !errors.Is(err, collector.ErrAuth) || !strings.Contains(err.Error(), "seuranta connect") || len(shown) > 0 {
		t.Errorf("nobody connected it: %v, %v", err, shown)
	}
	said, err := visit(connected{monday.AddDate(0, 5, 0)})
	if err != nil || len(shown) != 1 || shown["Bearer a-connected-token"] == 0 || !strings.Contains(said, "connect anew by 2027-04-23") {
		t.Errorf("%v, shown %v, %q", err, shown, said)
	}
	if at, noted := source.memory.States()["credential_expires"]; noted {
		t.Errorf("it noted itself that the credential ends on %q, before the visit could renew it", at)
	}
}
