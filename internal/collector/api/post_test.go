package api_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
)

// account is a source of posts that is visited again and again.
type account struct {
	t      *testing.T
	memory collectortest.Memory
}

// visit tells posts on the morning of a day, and returns what was told.
func (a *account) visit(now time.Time, from int, posts ...api.Post) (collectortest.Recording, error) {
	a.t.Helper()
	var out collectortest.Recorder
	today := observation.DateOf(now)
	w := collector.Window{Period: observation.Period{From: today - observation.Date(from), To: today}, Grains: []observation.Grain{observation.Day, observation.Snapshot}, Now: now, Zone: time.UTC}
	t := api.NewTeller(&out, w, nil)
	p := api.Posts{Kind: "made", Channel: "k", Part: "posts", Metrics: []string{"reactions_total", "shares_total"}, Since: t.Reread(10), State: &a.memory, Items: &a.memory,
		Lacking: map[string]api.Lack{"shares_total": {Result: observation.Auth}}}
	err := t.Posts(a.t.Context(), p, posts)
	rec := out.Recording()
	a.memory.Learn(rec.Items)
	return rec, err
}

var monday = time.Date(2026, 11, 2, 5, 0, 0, 0, time.UTC)

func made(id string, daysAgo int, reactions float64) api.Post {
	return api.Post{ID: id, Text: "Julkaisu " + id, At: monday.AddDate(0, 0, -daysAgo), Counts: map[string]float64{"reactions_total": reactions}}
}

func TestPostsAreToldWithTheirCounters(t *testing.T) {
	a := account{t: t}
	rec, err := a.visit(monday, 3, made("2", 1, 7), made("1", 9, 3), made("2", 1, 7), made("0", 11, 9), made("3", -1, 1))
	if err != nil {
		t.Fatal(err)
	}
	var titles []string
	for _, i := range rec.Items {
		titles = append(titles, i.Title)
	}
	slices.Sort(titles)
	if want := []string{"Julkaisu 1", "Julkaisu 2"}; !slices.Equal(titles, want) {
		t.Errorf("told %q, want %q: one came twice, one is older than what is read again, one is not there yet", titles, want)
	}
	sum := 0.0
	for _, o := range rec.Observations {
		sum += o.Value
	}
	if len(rec.Observations) != 2 || sum != 10 {
		t.Errorf("%d counters of %v together, want 2 of 10", len(rec.Observations), sum)
	}
	said := map[string]observation.Result{}
	for _, c := range rec.Coverage {
		if said[c.Metric] = c.Result; c.Reason == "" && !c.Result.Answered() {
			t.Errorf("%s is %s without a reason", c.Metric, c.Result)
		}
	}
	if said["publications"] != observation.OK || said["reactions_total"] != observation.OK || said["shares_total"] != observation.Auth {
		t.Errorf("covered as %v", said)
	}
}

func TestDeletedPostsStay(t *testing.T) {
	a := account{t: t}
	for _, posts := range [][]api.Post{{made("1", 1, 3), made("2", 2, 4), made("3", 3, 5)}, {made("1", 1, 3), made("2", 2, 4), made("3", 3, 5)}} {
		if rec, err := a.visit(monday, 3, posts...); err != nil || slices.ContainsFunc(rec.Items, deleted) {
			t.Fatalf("%v, %v", rec.Items, err)
		}
	}
	rec, err := a.visit(monday.AddDate(0, 0, 1), 3, made("1", 1, 3), made("3", 3, 5))
	if err != nil {
		t.Fatal(err)
	}
	gone := slices.DeleteFunc(rec.Items, func(i observation.Item) bool { return !deleted(i) })
	if len(gone) != 1 || gone[0].Title != "Julkaisu 2" || gone[0].State != observation.Valid || !gone[0].PublishedAt.Equal(monday.AddDate(0, 0, -2)) {
		t.Errorf("deleted: %+v, want the second, as it was", gone)
	}
	if rec, _ := a.visit(monday.AddDate(0, 0, 2), 3, made("1", 1, 3), made("3", 3, 5)); slices.ContainsFunc(rec.Items, deleted) {
		t.Error("told as deleted again")
	}
	// A post that grew too old to be read again was not deleted.
	if rec, _ := a.visit(monday.AddDate(0, 0, 9), 3, made("1", 1, 3)); slices.ContainsFunc(rec.Items, deleted) {
		t.Errorf("an old post is told as deleted: %v", rec.Items)
	}
}

func deleted(i observation.Item) bool { return slices.Contains(i.Tags, observation.Deleted) }

func TestAnAccountIsNotEmptiedOvernight(t *testing.T) {
	a := account{t: t}
	if _, err := a.visit(monday, 3, made("1", 1, 3), made("2", 2, 4), made("3", 3, 5)); err != nil {
		t.Fatal(err)
	}
	rec, err := a.visit(monday.AddDate(0, 0, 1), 3)
	if collector.ReasonOf(err) != collector.ReasonBadAnswer || len(rec.Items)+len(rec.Coverage) > 0 {
		t.Errorf("none of three posts is there any more: %v, %d items", err, len(rec.Items))
	}
}

// TestAnEmptyAnswerIsBelievedInTheEnd: at visits of the third day, and only of days that follow one another without an answer that
// lists something.
func TestAnEmptyAnswerIsBelievedInTheEnd(t *testing.T) {
	a := account{t: t}
	three := []api.Post{made("1", 1, 3), made("2", 2, 4), made("3", 3, 5)}
	for i, step := range []struct {
		hours   int
		posts   []api.Post
		refused bool
		deleted int
	}{
		{0, three, false, 0}, {24, nil, true, 0}, {48, nil, true, 0}, {50, three, false, 0}, // it was a bad day
		{72, nil, true, 0}, {73, nil, true, 0}, {74, nil, true, 0}, {96, nil, true, 0}, {120, nil, false, 3}, {144, nil, false, 0},
	} {
		rec, err := a.visit(monday.Add(time.Duration(step.hours)*time.Hour), 3, step.posts...)
		if refused := collector.ReasonOf(err) == collector.ReasonBadAnswer; refused != step.refused || !refused && err != nil || count(rec) != step.deleted {
			t.Errorf("visit %d: %v, %d deleted", i, err, count(rec))
		}
	}
}

func count(rec collectortest.Recording) (n int) {
	for _, i := range rec.Items {
		if deleted(i) {
			n++
		}
	}
	return n
}

// TestOthersInTheirPlace: an answer that lists other posts is right, and those that were there are deleted.
func TestOthersInTheirPlace(t *testing.T) {
	a := account{t: t}
	if _, err := a.visit(monday, 3, made("1", 1, 3), made("2", 2, 4), made("3", 3, 5)); err != nil {
		t.Fatal(err)
	}
	rec, err := a.visit(monday.AddDate(0, 0, 1), 3, made("4", 0, 1))
	if err != nil || count(rec) != 3 || len(rec.Items) != 4 {
		t.Errorf("%v, %d deleted of %d, want 3 of 4", err, count(rec), len(rec.Items))
	}
	if rec, err := a.visit(monday.AddDate(0, 0, 2), 3, made("4", 0, 1)); err != nil || count(rec) != 0 {
		t.Errorf("then %v, %d deleted", err, count(rec))
	}
}

// TestAClockThatWasSetBackDeletesNothing: neither what the platform still lists, nor what it lists only up to the moment it was asked.
func TestAClockThatWasSetBackDeletesNothing(t *testing.T) {
	all := []api.Post{made("1", 1, 3), made("2", 2, 4), made("3", 5, 5), made("4", 6, 5)}
	for name, listed := range map[string][]api.Post{"all": all, "up to now": all[2:], "nothing": nil} {
		a := account{t: t}
		for range 2 {
			if _, err := a.visit(monday, 3, all...); err != nil {
				t.Fatal(err)
			}
		}
		rec, err := a.visit(monday.AddDate(0, 0, -3), 3, listed...)
		if count(rec) != 0 || (err == nil) != (listed != nil) || err == nil && len(rec.Items) != 2 {
			t.Errorf("%s: %v, %d deleted of %d items", name, err, count(rec), len(rec.Items))
		}
		// They are remembered all the while: what was deleted by then is found as soon as the clock is right.
		rec, err = a.visit(monday.AddDate(0, 0, 1), 3, all[1:]...)
		if err != nil || count(rec) != 1 {
			t.Errorf("%s, then: %v, %d deleted, want 1", name, err, count(rec))
		}
	}
}

func TestPostsNameNobody(t *testing.T) {
	for text, want := range map[string]string{
		".@pekka kiitos @matti.meikalainen ja .@liisa@mastodon.example!":  ".@… kiitos @… ja .@…!",
		"Kysy:\nmatti@example.org tai soita.\nTapahtuma 12.11.2026 klo 9": "Kysy:\nTapahtuma 12.11.2026 klo 9",
		"Kysy:\nmatti＠example.org\nTapahtuma":                             "Kysy:\nTapahtuma",
		"Kysy:\nmatti.m+koske@example.org\nmatti(at)example.org\nTule":    "Kysy:\nTule",
		"Arkisto: koske.example/@arkisto":                                 "Arkisto: koske.example/@…",
		"Kiitos @anna/@pekka":                                             "Kiitos @…/@…",
		"Kiitos ＠matti ja ﹫maija":                                         "Kiitos @… ja @…",
		"RT@liisa: Hei@nelli, #tag@paavo":                                 "RT@…: Hei@…, #tag@…",
		"Kiitos @\u200cristo ja @ri\u200dsto!":                            "Kiitos @… ja @…!",
		"Kiitos \u2067@risto@mastodon.example\u2069":                      "Kiitos \u2067@…",
		"@anna@pekka@liisa":                                               "@…",
		"(@anna_k) \"@pekka\" '@liisa' –@ville":                           "(@…) \"@…\" '@…' –@…",
		"Liput 3 @ 5 €, klo 12 @ Jyväskylä":                               "Liput 3 @ 5 €, klo 12 @ Jyväskylä",
		"@ ja @@ ja @! ja a @- b":                                         "@ ja @@ ja @! ja a @- b",
		"@@pekka @_ @-pekka @.pekka":                                      "@@… @… @… @…",
	} {
		a := account{t: t}
		x := made("1", 1, 3)
		x.Text = text
		rec, err := a.visit(monday, 3, x)
		if err != nil || len(rec.Items) != 1 {
			t.Fatal(rec.Items, err)
		}
		if got := rec.Items[0]; got.Text != want || calls(got.Title) {
			t.Errorf("of %q kept %q (%q), want %q", text, got.Text, got.Title, want)
		}
	}
}

// calls tells, sign by sign, whether a text has something that reads as the name of an account: it does not know how texts are
// cleaned.
func calls(text string) bool {
	open := false
	for _, c := range text {
		switch {
		case strings.ContainsRune("@＠﹫", c):
			open = true
		case open && (unicode.IsLetter(c) || unicode.IsNumber(c) || c == '_'):
			return true
		case !unicode.In(c, unicode.M, unicode.Cf) && !strings.ContainsRune(".·-\uFFFD", c):
			open = false
		}
	}
	return false
}

// FuzzPostsNameNobody looks for names that are left in what is kept of a post.
func FuzzPostsNameNobody(f *testing.F) {
	for _, seed := range []string{"Kiitos @anna/@pekka", "＠matti", "RT@liisa: Hei@nelli", "#tag@paavo @\u200cristo", "kysy: a@b.fi\n@c", "3 @ 5 €", "a@\n@b", "@\uFE0Fx@@y", "@\xffa", "@ \u00a0b"} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, title, text string) {
		a := account{t: t}
		x := made("1", 1, 3)
		x.Title, x.Text = title, text
		rec, err := a.visit(monday, 3, x)
		if err != nil || len(rec.Items) != 1 {
			t.Fatal(rec.Items, err)
		}
		if got := rec.Items[0]; calls(got.Text) || calls(got.Title) || collector.Personal(got.Text) != "" || collector.Personal(got.Title) != "" {
			t.Errorf("of %q and %q kept %q and %q", title, text, got.Title, got.Text)
		}
	})
}

// TestManySignsTakeNoLonger: a text of nothing but signs is gone through in no time.
func TestManySignsTakeNoLonger(t *testing.T) {
	for _, piece := range []string{"@", "@a", "a@", "a.@", "@\u200c", "\u200c", ".", "a@b"} {
		a := account{t: t}
		x := made("1", 1, 3)
		x.Text = strings.Repeat(piece, 200_000)
		begun := time.Now()
		if _, err := a.visit(monday, 3, x); err != nil || time.Since(begun) > 20*time.Second {
			t.Errorf("%q: %v after %s", piece, err, time.Since(begun))
		}
	}
}
