package alarm_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/http/httptest"
	netmail "net/mail"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	_ "time/tzdata"

	"seuranta/internal/alarm"
	"seuranta/internal/config"
	"seuranta/internal/fetch"
	"seuranta/internal/locale"
	"seuranta/internal/mail"
	"seuranta/internal/mail/mailtest"
	"seuranta/internal/observation"
	"seuranta/internal/store"
	"seuranta/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

const password, token = "c4n4ry-password", "c4n4ry-t0ken-of-the-hook"

// byMail tells by mail, as the program does.
type byMail struct{ *mail.Sender }

func (byMail) Name() string { return "mail" }
func (b byMail) Tell(ctx context.Context, m alarm.Message) error {
	_, err := b.Send(ctx, mail.Letter{ID: m.ID, Subject: m.Subject, Text: m.Text, At: m.At})
	return err
}

// hook is a real server that a webhook calls.
type hook struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	got    []map[string]any
	heads  []http.Header
}

func startHook(t testing.TB) *hook {
	h := &hook{status: http.StatusOK}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		defer h.mu.Unlock()
		var m map[string]any
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil || r.Method != http.MethodPost || r.URL.Path != "/"+token {
			t.Errorf("%s %s: %v", r.Method, r.URL, err)
		}
		if h.status/100 == 2 {
			h.got, h.heads = append(h.got, m), append(h.heads, r.Header)
		}
		w.WriteHeader(h.status)
		fmt.Fprintf(w, "you asked for %s with %s", r.URL, token)
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *hook) set(status int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.status = status
}

func (h *hook) messages() []map[string]any {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.got
}

// world is an installation: what is wrong with it, who is told, and a clock.
type world struct {
	t       *testing.T
	open    storetest.Open
	mail    *mailtest.Server
	hook    *hook
	mu      sync.Mutex
	clock   time.Time
	sources []alarm.Source
	disk    *alarm.Disk
	broken  error // what asking for all that is known gives
	log     *logText
}

// logText is a log that many write to.
type logText struct {
	mu sync.Mutex
	bytes.Buffer
}

func (l *logText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.Write(p)
}

func newWorld(t *testing.T, e storetest.Engine) *world {
	w := &world{t: t, clock: time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC), log: &logText{},
		mail: mailtest.Start(t, &mailtest.Server{User: "koske", Password: password}), hook: startHook(t)}
	_, open := e.Open(t)
	w.open = open
	return w
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
}

func (w *world) is(sources ...alarm.Source) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sources = sources
}

// start is a process: a store of its own, and a watcher that knows nothing of the one before.
func (w *world) start() *alarm.Watcher {
	w.t.Helper()
	return w.watching(w.open(func(o *store.Options) { o.Now = w.now }))
}

func (w *world) watching(book alarm.Book) *alarm.Watcher {
	w.t.Helper()
	l, err := locale.For("fi")
	if err != nil {
		w.t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(w.log, nil))
	return &alarm.Watcher{Book: book, Organisations: []string{"koske"}, Now: w.now, Log: log, Words: alarm.Words{Locale: l},
		Known: func(context.Context) (alarm.Known, error) {
			w.mu.Lock()
			defer w.mu.Unlock()
			return alarm.Known{Now: w.clock, Sources: w.sources, Disk: w.disk}, w.broken
		},
		Ways: []alarm.Way{
			byMail{&mail.Sender{Config: config.Mail{To: []string{"a@example.org"}, From: "b@example.org", Host: w.mail.Host, Port: w.mail.Port, User: "koske",
				Password: config.NewSecret(password), TLS: config.TLSStart}, Roots: w.mail.Roots, Patience: 20 * time.Second}},
			&alarm.Webhook{Config: config.Webhook{URL: config.NewSecret(w.hook.URL + "/" + token), Discreet: true, AllowPrivate: true}, Client: fetch.New(fetch.Options{Spacing: -1, Log: log})},
		}}
}

func (w *world) look(watchers ...*alarm.Watcher) {
	w.t.Helper()
	for _, one := range watchers {
		if err := one.Look(context.Background()); err != nil {
			w.t.Errorf("look: %v", err)
		}
	}
}

// told compares how much was told by either way.
func (w *world) told(what string, letters, calls int) {
	w.t.Helper()
	if got := len(w.mail.Letters()); got != letters {
		w.t.Errorf("%s: %d letters, want %d", what, got, letters)
	}
	if got := len(w.hook.messages()); got != calls {
		w.t.Errorf("%s: %d calls, want %d", what, got, calls)
	}
}

// subject returns the subject of the newest letter, and its id.
func (w *world) subject() (subject, id string) {
	w.t.Helper()
	letters := w.mail.Letters()
	m, err := netmail.ReadMessage(strings.NewReader(letters[len(letters)-1].Text))
	if err != nil {
		w.t.Fatal(err)
	}
	subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		w.t.Fatal(err)
	}
	return subject, m.Header.Get("Message-Id")
}

func (w *world) failing(id string) alarm.Source {
	bad := observation.SourceStatus{At: w.now().Add(-time.Hour), Result: observation.Auth, Reason: "auth"}
	return alarm.Source{SourceKey: observation.SourceKey{Organisation: "koske", Source: id}, Visits: []observation.SourceStatus{bad, bad}}
}

// feeds is a source of which some feeds cannot be read.
func (w *world) feeds(dead ...string) alarm.Source {
	v := observation.SourceStatus{At: w.now().Add(-time.Hour), Result: observation.Partial, Reason: "partial"}
	for _, part := range dead {
		v.Failing = append(v.Failing, observation.Failing{Part: part, Reason: "not_found"})
	}
	return alarm.Source{SourceKey: observation.SourceKey{Organisation: "koske", Source: "uutiset"}, Visits: []observation.SourceStatus{v, v}}
}

func onEngines(t *testing.T, f func(t *testing.T, w *world)) {
	for _, e := range storetest.Engines()[:2] {
		t.Run(e.Name, func(t *testing.T) { f(t, newWorld(t, e)) })
	}
}

// TestWhatIsNoLongerAskedForDoesNotRecover: a source or a part that was taken out ends without a word; when it comes back and
// fails, that is told as ever.
func TestWhatIsNoLongerAskedForDoesNotRecover(t *testing.T) {
	onEngines(t, func(t *testing.T, w *world) {
		asked := map[string]bool{"uutiset": true, "loki": true, "a": true}
		start := func() *alarm.Watcher {
			one := w.start()
			one.Asks = func(f alarm.Fault) bool { return asked[f.Source] && (f.Part == "" || asked[f.Part]) }
			return one
		}
		w.is(w.failing("loki"), w.feeds("a", "b"))
		w.look(start())
		w.told("a source and two feeds", 1, 1)
		delete(asked, "loki")
		w.is(w.feeds("a"))
		for range 2 {
			w.look(start())
		}
		w.told("a source and a feed are asked for no more", 1, 1)
		w.is()
		w.look(start())
		w.told("the other feed answers", 2, 2)
		if alarms := w.hook.messages()[1]["alarms"].([]any); len(alarms) != 1 || alarms[0].(map[string]any)["part"] != "a" {
			t.Errorf("%v", alarms)
		}
		asked["loki"] = true
		w.is(w.failing("loki"))
		w.look(start())
		w.told("the source is back, and fails", 3, 3)
		w.is()
		w.look(start())
		w.told("and answers", 4, 4)
	})
}

func TestOnceAFaultAndOnceItsEnd(t *testing.T) {
	onEngines(t, func(t *testing.T, w *world) {
		w.look(w.start())
		w.told("all is well", 0, 0)
		w.is(w.failing("uutiset"), w.failing("loki"))
		for range 3 { // processes that end
			one := w.start()
			for range 3 {
				w.look(one)
				w.pass(time.Minute)
			}
			w.told("two faults at once", 1, 1)
		}
		if subject, _ := w.subject(); subject != "Seuranta: lähteestä loki ei saada tietoja: lähde ei hyväksynyt tunnuksia, ja 1 muu asia" {
			t.Errorf("subject %q", subject)
		}
		w.is(w.failing("uutiset"))
		for range 3 {
			w.look(w.start())
			w.pass(time.Hour)
		}
		w.told("one is over", 2, 2)
		if subject, _ := w.subject(); subject != "Seuranta: lähde loki vastaa taas" {
			t.Errorf("subject %q", subject)
		}
		w.is()
		w.look(w.start(), w.start())
		w.told("both are over", 3, 3)
		w.is(w.failing("loki"))
		w.look(w.start())
		w.told("one comes again", 4, 4)
		last := w.hook.messages()[3]
		if alarms := last["alarms"].([]any); len(alarms) != 1 || alarms[0].(map[string]any)["id"] != "koske/loki/source_failed" || alarms[0].(map[string]any)["state"] != "stands" {
			t.Errorf("%v", last)
		}
		if w.hook.heads[3].Get("Idempotency-Key") != last["id"] || w.hook.heads[3].Get("Content-Type") != "application/json" {
			t.Errorf("%v", w.hook.heads[3])
		}
		w.checkDiscreet()
	})
}

func TestManyProcessesTellOnce(t *testing.T) {
	onEngines(t, func(t *testing.T, w *world) {
		w.is(w.failing("uutiset"))
		watchers := []*alarm.Watcher{w.start(), w.start(), w.start(), w.start()}
		for round := range 6 {
			if round == 3 {
				w.look(watchers[0]) // should all have refused each other
				w.is()
			}
			var group sync.WaitGroup
			for _, one := range watchers {
				group.Go(func() { w.look(one) })
			}
			group.Wait()
			w.pass(time.Minute)
		}
		w.look(watchers...)
		w.told("one fault and its end, four processes", 2, 2)
	})
}

func TestATellingThatFailsIsTriedAgain(t *testing.T) {
	onEngines(t, func(t *testing.T, w *world) {
		w.is(w.failing("uutiset"))
		w.mail.Set(func(line string) string {
			if strings.HasPrefix(line, "RCPT") {
				return "451 4.3.0 later " + password
			}
			return ""
		})
		tries := func() (n int) {
			for _, line := range w.mail.Lines() {
				if strings.HasPrefix(line, "RCPT") {
					n++
				}
			}
			return n
		}
		w.look(w.start())
		w.told("mail fails", 0, 1)
		for range 15 { // minutes, each in a new process
			w.pass(time.Minute)
			w.look(w.start())
		}
		if n := tries(); n != 5 { // at 0, 1, 3, 7 and 15 minutes
			t.Errorf("tried %d times in a quarter of an hour", n)
		}
		board := w.standing()
		if tr := board.Troubles([]string{"mail", "webhook"}); len(tr) != 1 || tr[0].Way != "mail" || tr[0].Tries != 5 || !strings.Contains(tr[0].Detail, "451") || strings.Contains(tr[0].Detail, password) {
			t.Errorf("%+v", tr)
		}
		if f := board.Standing(); len(f) != 1 || !board.Told(f[0], "mail").IsZero() || board.Told(f[0], "webhook").IsZero() || board.Unsent("mail") != 1 || board.Unsent("webhook") != 0 {
			t.Errorf("standing %+v", f)
		}
		w.mail.Set(nil)
		w.hook.set(http.StatusBadGateway)
		w.is(w.failing("uutiset"), w.failing("loki"))
		w.pass(time.Hour)
		w.look(w.start())
		w.told("mail works again, the webhook fails", 1, 1)
		w.hook.set(http.StatusNoContent)
		w.pass(time.Hour)
		w.look(w.start())
		w.told("both work", 1, 2)
		if tr := w.standing().Troubles([]string{"mail", "webhook"}); len(tr) > 0 {
			t.Errorf("%+v", tr)
		}
		w.checkDiscreet()
	})
}

// What began and ended while nobody could be told is told to nobody; what people know of is told to be over.
func TestWhatEndsUntold(t *testing.T) {
	w := newWorld(t, storetest.Engines()[0])
	w.is(w.failing("loki"))
	w.look(w.start())
	w.told("told", 1, 1)
	w.mail.Close()
	w.hook.set(http.StatusForbidden)
	w.is(w.failing("uutiset"))
	w.look(w.start())
	w.is()
	w.pass(time.Hour)
	w.look(w.start())
	w.hook.set(http.StatusOK)
	w.pass(2 * time.Hour)
	w.look(w.start())
	w.told("only the end of the first", 1, 2)
	if alarms := w.hook.messages()[1]["alarms"].([]any); len(alarms) != 1 || alarms[0].(map[string]any)["state"] != "over" || alarms[0].(map[string]any)["source"] != "loki" {
		t.Errorf("%v", alarms)
	}
}

// A process that is killed while it tells holds its claim until that runs out; what it sent is sent again, as the same letter.
func TestAKilledTellerIsFollowed(t *testing.T) {
	w := newWorld(t, storetest.Engines()[0])
	w.is(w.failing("loki"))
	s := w.open(func(o *store.Options) { o.Now = w.now })
	if _, got, err := s.Claim(context.Background(), "alarms", 5*time.Minute); !got || err != nil {
		t.Fatal(got, err)
	}
	w.look(w.start())
	w.told("another one is at it", 0, 0)
	w.pass(6 * time.Minute)
	dying := &forgetful{Book: w.open(func(o *store.Options) { o.Now = w.now })}
	if err := w.watching(dying).Look(context.Background()); err == nil {
		t.Error("it noted what it told")
	}
	w.told("sent", 1, 1)
	_, first := w.subject()
	w.pass(6 * time.Minute)
	w.look(w.start())
	w.told("and sent again", 2, 2)
	if _, again := w.subject(); again != first {
		t.Errorf("ids %s and %s", first, again)
	}
	w.look(w.start())
	w.told("and no more", 2, 2)
}

// forgetful is a store that takes nothing after the first note, as when its process dies.
type forgetful struct {
	alarm.Book
	notes int
}

var errDead = errors.New("dead")

func (f *forgetful) NoteAlarms(ctx context.Context, rows []observation.Alarm) error {
	if f.notes++; f.notes > 1 {
		return errDead
	}
	return f.Book.NoteAlarms(ctx, rows)
}

// A process whose notes are not taken does not tell every minute: it knows what it told.
func TestWhatCannotBeNotedIsKeptInMind(t *testing.T) {
	w := newWorld(t, storetest.Engines()[0])
	w.is(w.failing("loki"))
	book := &forgetful{Book: w.open(func(o *store.Options) { o.Now = w.now })}
	one := w.watching(book)
	for range 4 {
		if err := one.Look(context.Background()); !errors.Is(err, errDead) {
			t.Errorf("look: %v", err)
		}
		w.pass(time.Minute)
	}
	w.told("once", 1, 1)
	book.notes = -10
	w.look(one)
	w.look(w.start())
	w.told("noted in the end", 1, 1)
}

func TestACredentialIsToldInSteps(t *testing.T) {
	w := newWorld(t, storetest.Engines()[0])
	s := alarm.Source{SourceKey: observation.SourceKey{Organisation: "koske", Source: "mittari"}, CredentialExpires: w.now().Add(20 * 24 * time.Hour)}
	w.is(s)
	letters := map[int]int{0: 0, 6: 1, 16: 1, 17: 2, 19: 2, 20: 3, 30: 3}
	for day := range 31 {
		w.look(w.start())
		if want, asked := letters[day]; asked {
			w.told(fmt.Sprint("day ", day), want, want)
		}
		w.pass(24 * time.Hour)
	}
	s.CredentialExpires = w.now().Add(10 * 24 * time.Hour) // renewed, and not for long: that is no news
	w.is(s)
	w.look(w.start())
	w.told("renewed for ten days", 3, 3)
	w.pass(8 * 24 * time.Hour)
	w.look(w.start())
	w.told("two days are left", 4, 4)
	s.CredentialExpires = w.now().Add(90 * 24 * time.Hour)
	w.is(s)
	w.look(w.start())
	w.told("renewed for long", 5, 5)
	if subject, _ := w.subject(); !strings.Contains(subject, "on taas voimassa") {
		t.Errorf("subject %q", subject)
	}
}

// Each feed that dies is told of, and each that comes back; when all are dead the source is.
func TestEveryDeadFeedIsNamed(t *testing.T) {
	w := newWorld(t, storetest.Engines()[0])
	evil := "Yle\r\nBcc: eve@example.org"
	w.is(w.feeds(evil))
	w.look(w.start())
	w.told("one feed", 1, 1)
	if subject, _ := w.subject(); subject != "Seuranta: lähteen uutiset osasta Yle Bcc: eve@example.org ei saada tietoja: osoitteessa ei ole mitään" {
		t.Errorf("subject %q", subject)
	}
	w.is(w.feeds(evil, "https://hs.fi/rss"))
	w.look(w.start(), w.start())
	w.told("another feed", 2, 2)
	w.is(w.feeds("https://hs.fi/rss"))
	w.look(w.start())
	w.told("one is back", 3, 3)
	w.is(w.failing("uutiset"))
	w.look(w.start())
	w.told("all are dead", 4, 4)
	if alarms := w.hook.messages()[3]["alarms"].([]any); len(alarms) != 1 || alarms[0].(map[string]any)["part"] != "" {
		t.Errorf("%v", alarms)
	}
	w.is()
	w.look(w.start())
	w.told("all are back", 5, 5)
	if got := w.standing().Standing(); len(got) > 0 {
		t.Errorf("%v", got)
	}
}

// A source that is late and then fails has one fault: its lateness is not told to be over.
func TestLateAndThenFailing(t *testing.T) {
	w := newWorld(t, storetest.Engines()[0])
	late := alarm.Source{SourceKey: observation.SourceKey{Organisation: "koske", Source: "loki"}, Late: true, Answered: w.now().Add(-24 * time.Hour)}
	w.is(late)
	w.look(w.start())
	w.told("late", 1, 1)
	w.is(w.failing("loki"))
	w.look(w.start())
	w.told("failing", 2, 2)
	if alarms := w.hook.messages()[1]["alarms"].([]any); len(alarms) != 1 {
		t.Errorf("%v", alarms)
	}
	w.is()
	w.look(w.start())
	w.told("well", 3, 3)
}

func TestLatenessHasToLast(t *testing.T) {
	w := newWorld(t, storetest.Engines()[0])
	w.is(alarm.Source{SourceKey: observation.SourceKey{Organisation: "koske", Source: "loki"}, Late: true, Answered: w.now().Add(-24 * time.Hour)})
	one := w.start()
	one.Patience = 150 * time.Millisecond
	w.look(one)
	w.is()
	w.look(one) // the visit that was due was made
	time.Sleep(200 * time.Millisecond)
	w.is(alarm.Source{SourceKey: observation.SourceKey{Organisation: "koske", Source: "loki"}, Late: true, Answered: w.now().Add(-24 * time.Hour)})
	w.look(one)
	w.told("not yet", 0, 0)
	time.Sleep(200 * time.Millisecond)
	w.look(one)
	w.told("it lasts", 1, 1)
	again := w.start()
	again.Patience = time.Hour
	w.look(again)
	w.told("a new process does not take it for over", 1, 1)
}

func TestAStoreThatDoesNotAnswer(t *testing.T) {
	w := newWorld(t, storetest.Engines()[0])
	server := storetest.StartServer(t)
	s := storetest.DSN(t, "clickhouse://"+server.Address+"/alarms")(func(o *store.Options) { o.Now = w.now })
	if _, err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	one := w.watching(s)
	one.Outage = 100 * time.Millisecond
	w.look(one)
	server.Stop()
	for range 4 {
		if err := one.Look(context.Background()); err == nil {
			t.Error("a store that is not there answers")
		}
		time.Sleep(60 * time.Millisecond)
	}
	w.told("the store is away", 1, 1)
	if subject, _ := w.subject(); subject != "Seuranta: lukujen tietokanta ei vastaa" {
		t.Errorf("subject %q", subject)
	}
	server.Start(t)
	w.look(one, one)
	w.told("it is back", 2, 2)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := one.Look(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

// TestAnOutageOverManyProcesses: those that end after one look know from the slip since when the store is away and who was told,
// and the first that finds it back tells that it is over.
func TestAnOutageOverManyProcesses(t *testing.T) {
	w := newWorld(t, storetest.Engines()[0])
	server := storetest.StartServer(t)
	open := storetest.DSN(t, "clickhouse://"+server.Address+"/alarms")
	if _, err := open().Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	slip := &alarm.Slip{Places: []string{filepath.Join(t.TempDir(), "slip")}}
	book := open(func(o *store.Options) { o.Now = w.now })
	look := func(well bool) {
		t.Helper()
		one := w.watching(book)
		one.Slip = slip
		if err := one.Look(context.Background()); (err == nil) != well {
			t.Errorf("look: %v", err)
		}
		w.pass(3 * time.Minute)
	}
	server.Stop()
	for _, want := range []int{0, 0, 1, 1, 1} { // at 0, 3, 6, 9 and 12 minutes
		look(false)
		w.told("the store is away", want, want)
	}
	server.Start(t)
	look(true)
	w.told("it is back", 2, 2)
	if subject, _ := w.subject(); subject != "Seuranta: lukujen tietokanta vastaa taas" {
		t.Errorf("subject %q", subject)
	}
	look(true)
	w.told("it stays so", 2, 2)
	if m := slip.Read(); !m.Since.IsZero() || len(m.Rows) > 0 {
		t.Errorf("%+v", m)
	}
}

// refusing is a store that can be read and not written, as on a full disk.
type refusing struct {
	alarm.Book
	full *bool
}

var errFull = errors.New("no space left")

func (r refusing) Claim(ctx context.Context, name string, length time.Duration) (func(context.Context) error, bool, error) {
	if *r.full {
		return nil, false, errFull
	}
	return r.Book.Claim(ctx, name, length)
}

// TestAFullDiskIsToldOfWithoutTheStore: at once, once by all processes that follow, and its end when there is clearly more room.
func TestAFullDiskIsToldOfWithoutTheStore(t *testing.T) {
	w := newWorld(t, storetest.Engines()[0])
	book := w.open(func(o *store.Options) { o.Now = w.now })
	full := true
	slip := &alarm.Slip{Places: []string{filepath.Join(t.TempDir(), "no such folder", "slip"), filepath.Join(t.TempDir(), "slip")}}
	w.disk = &alarm.Disk{Free: 0, Total: 1 << 40}
	look := func() {
		one := w.watching(refusing{book, &full})
		one.Slip, one.Full, one.Disk = slip, func(err error) bool { return errors.Is(err, errFull) }, func() *alarm.Disk { return w.disk }
		if err := one.Look(context.Background()); full != errors.Is(err, errFull) {
			t.Errorf("look: %v", err)
		}
		w.pass(time.Hour)
	}
	w.hook.set(http.StatusBadGateway)
	look()
	w.told("the webhook fails", 1, 0)
	w.hook.set(http.StatusOK)
	for range 3 {
		look()
		w.told("the disk is full", 1, 1)
	}
	if subject, _ := w.subject(); !strings.HasPrefix(subject, "Seuranta: levy on täyttymässä: 0") {
		t.Errorf("subject %q", subject)
	}
	full = false
	w.disk = &alarm.Disk{Free: 60 << 30, Total: 1 << 40} // more than what is told of, and not clearly more
	look()
	w.told("the store can be written", 1, 1)
	w.disk = &alarm.Disk{Free: 1 << 39, Total: 1 << 40}
	look()
	look()
	w.told("there is room", 2, 2)
}

func TestTestMessages(t *testing.T) {
	w := newWorld(t, storetest.Engines()[0])
	w.is(w.failing("loki"))
	w.mail.Set(func(line string) string { return map[bool]string{true: "421 busy"}[line == "greeting"] })
	one := w.start()
	w.look(one)
	w.told("mail fails", 0, 1)
	w.mail.Set(nil)
	w.hook.set(http.StatusNotFound)
	came, err := one.Test(context.Background())
	if err != nil || came["mail"] != nil || came["webhook"] == nil || strings.Contains(fmt.Sprint(came), token) {
		t.Errorf("%v, %v", came, err)
	}
	w.told("a test", 1, 1)
	w.look(w.start())
	w.told("the way is known to work and tells at once", 2, 1)
	w.checkDiscreet()
}

func TestWebhooks(t *testing.T) {
	target := startHook(t)
	turn := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			return
		}
		http.Redirect(w, r, "/elsewhere", http.StatusFound)
	}))
	t.Cleanup(turn.Close)
	m := alarm.Message{ID: "x", Subject: "a", Text: "b", At: time.Now()}
	for name, c := range map[string]struct {
		hook config.Webhook
		want string // "" is none
	}{
		"private":        {config.Webhook{URL: config.NewSecret(target.URL + "/" + token)}, "private"},
		"turned":         {config.Webhook{URL: config.NewSecret(turn.URL + "/" + token), AllowPrivate: true}, "leads elsewhere"},
		"without TLS":    {config.Webhook{URL: config.NewSecret("http://192.0.2.1/" + token), Discreet: true}, "https://"},
		"well":           {config.Webhook{URL: config.NewSecret(target.URL + "/" + token), AllowPrivate: true}, ""},
		"well, a secret": {config.Webhook{URL: config.NewSecret(target.URL + "/" + token), AllowPrivate: true, Discreet: true}, ""},
	} {
		h := &alarm.Webhook{Config: c.hook, Client: fetch.New(fetch.Options{Spacing: -1, Tries: 1, Patience: 5 * time.Second})}
		err := h.Tell(context.Background(), m)
		if (err == nil) != (c.want == "") || err != nil && (!strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), token)) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if strings.Contains(h.Address(), token) {
			t.Errorf("%s: %s", name, h.Address())
		}
	}
}

func (w *world) standing() alarm.Board {
	w.t.Helper()
	rows, err := w.open().Alarms(context.Background(), time.Time{})
	if err != nil {
		w.t.Fatal(err)
	}
	return alarm.NewBoard(rows, []string{"koske"})
}

// checkDiscreet looks for the password and the token wherever the watcher wrote something.
func (w *world) checkDiscreet() {
	w.t.Helper()
	rows, err := w.open().Alarms(context.Background(), time.Time{})
	if err != nil {
		w.t.Fatal(err)
	}
	var all strings.Builder
	_, _ = io.WriteString(&all, w.log.String())
	fmt.Fprintf(&all, "%+v %+v", rows, w.mail.Letters())
	for _, m := range w.hook.messages() {
		fmt.Fprintf(&all, "%v", m)
	}
	for _, secret := range []string{password, token, "YzRuNHJ5"} {
		if at := strings.Index(all.String(), secret); at >= 0 {
			w.t.Errorf("a secret was written down: …%s", all.String()[max(0, at-200):at+40])
		}
	}
}
