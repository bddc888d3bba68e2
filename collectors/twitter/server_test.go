package twitter

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
	"seuranta/internal/fetch"
)

// x is a source that is visited again and again, at a server that a test plays.
type x struct {
	*testing.T
	config *Config
	memory collectortest.Memory
	base   string
	asked  []string        // paths with their parameters
	now    time.Time       // of the newest visit
	bill   map[string]bool // what X charges for: each account and post that it gave, by day, once
}

// play starts a server. What it is asked is noted before the answer.
func play(t *testing.T, answer func(w http.ResponseWriter, r *http.Request)) *x {
	t.Helper()
	out := &x{T: t, config: Kind().New().(*Config), bill: map[string]bool{}}
	out.config.Username, out.config.Token = "koske", collector.NewSecret("a-made-up-token")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out.asked = append(out.asked, r.URL.RequestURI())
		w.Header().Set("Content-Type", "application/json")
		answer(billed{w, out}, r)
	}))
	t.Cleanup(server.Close)
	out.base = server.URL
	return out
}

func (x *x) source() *source {
	client := fetch.New(fetch.Options{Spacing: -1, Pause: func(context.Context, time.Duration) error { return nil }})
	return x.config.New(collector.Deps{ChannelID: "x", State: &x.memory, Items: &x.memory, HTTP: client.Session(fetch.Policy{AllowPrivate: true}), BaseURL: x.base}).(*source)
}

// visit visits the source.
func (x *x) visit(now time.Time) (collectortest.Recording, error) {
	x.now = now
	var out collectortest.Recorder
	err := x.source().Collect(x.Context(), morning(now), &out)
	rec := out.Recording()
	x.memory.Learn(rec.Items)
	return rec, err
}

// spent is what is remembered of the reads of a month.
func (x *x) spent(now time.Time) int {
	var s spent
	text, _ := x.memory.Get(stateReads)
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		x.Error(err)
	}
	return s.Months[now.UTC().Format("2006-01")]
}

// billed is an answer that is charged for as it is given.
type billed struct {
	http.ResponseWriter
	to *x
}

func (b billed) Write(body []byte) (int, error) {
	var account struct{ Data struct{ ID string } }
	var posts struct{ Data []struct{ ID string } }
	day := b.to.now.UTC().Format(time.DateOnly)
	if json.Unmarshal(body, &account) == nil && account.Data.ID != "" {
		b.to.bill[day+" "+account.Data.ID] = true
	}
	_ = json.Unmarshal(body, &posts)
	for _, p := range posts.Data {
		b.to.bill[day+" "+p.ID] = true
	}
	return b.ResponseWriter.Write(body)
}

// charged is what X charges for in the month of a moment.
func (x *x) charged(now time.Time) (n int) {
	for what := range x.bill {
		if strings.HasPrefix(what, now.UTC().Format("2006-01")) {
			n++
		}
	}
	return n
}

// posts answers with posts of the moments that are asked for, the newest of them before now and one each five hours, a page after the
// other, as large as they are asked for.
func posts(w http.ResponseWriter, r *http.Request, now time.Time, n int) {
	const apart = 5 * 60 * 60
	query := r.URL.Query()
	from, _ := time.Parse(time.RFC3339, query.Get("start_time"))
	to, err := time.Parse(time.RFC3339, query.Get("end_time"))
	if err != nil {
		to = now
	}
	var all []string
	for i := range n {
		number := now.Unix()/apart - int64(i)
		at, entry := time.Unix(number*apart, 0), entryOf
		if strings.Contains(r.URL.RawQuery, clickField) {
			entry = clicksOf
		}
		if !at.Before(from) && at.Before(to) {
			all = append(all, entry(fmt.Sprint(number), at, i))
		}
	}
	var size, begin int
	_, _ = fmt.Sscan(query.Get("max_results"), &size)
	_, _ = fmt.Sscan(query.Get("pagination_token"), &begin)
	next, end := "", min(len(all), begin+size)
	if end < len(all) {
		next = fmt.Sprintf(`,"next_token":"%d"`, end)
	}
	_, _ = fmt.Fprintf(w, `{"data":[%s],"meta":{"result_count":%d%s}}`, strings.Join(all[begin:end], ","), end-begin, next)
}

// clicksOf is a post as X writes it to whom it belongs.
func clicksOf(id string, at time.Time, clicks int) string {
	return fmt.Sprintf(`{"id":%q,"created_at":%q,"edit_history_tweet_ids":[%q],"non_public_metrics":{"url_link_clicks":%d}}`, id, at.UTC().Format(time.RFC3339Nano), id, clicks)
}

// withheld answers that clicks may not be seen.
func withheld(w http.ResponseWriter) {
	_, _ = w.Write([]byte(`{"meta":{"result_count":0},"errors":[{"title":"Field Authorization Error","field":"non_public_metrics","section":"data","type":"https://api.x.com/2/problems/not-authorized-for-field"}]}`))
}
