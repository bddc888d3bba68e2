package collectortest

import (
	"fmt"
	"net/http"
	"regexp"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seuranta/internal/collector"
	"seuranta/internal/fetch"
	"seuranta/internal/indicator"
	"seuranta/internal/observation"
)

// The bounds of a spoiled visit.
const (
	shortPatience = 300 * time.Millisecond // of a request to a server that never ends
	longestVisit  = 15 * time.Second       // on a busy machine
	mostMemory    = 128 << 20              // above what there was: an answer may hold 16 MB
)

// triedAgain are the ways that are tried on a question that was put before in other words: for another metric, page or day.
var triedAgain = []string{"401", "500", "cut off", "an error with 200"}

// digits are numbers in an address.
var digits = regexp.MustCompile(`[0-9]+`)

// likeness is a request without what changes from one question of its kind to the next: numbers in its path, and the values of its
// parameters.
func likeness(request string) string {
	path, query, _ := strings.Cut(request, "?")
	var names []string
	for parameter := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(parameter, "=")
		names = append(names, name)
	}
	slices.Sort(names)
	return digits.ReplaceAllString(path, "0") + "?" + strings.Join(names, "&")
}

// checkServers has each request of the good visit answered in every wrong way; what the client deals with, whatever is asked, the
// last of them; of questions that differ in numbers and values alone the first.
func (b *bench) checkServers(t *testing.T) {
	targets := b.targets
	known := map[string]bool{}
	for i, target := range targets {
		again := known[likeness(target)]
		known[likeness(target)] = true
		for _, s := range spoilings(b.visit.Now) {
			if s.client && i < len(targets)-1 || again && !s.client && !slices.Contains(triedAgain, s.name) {
				continue
			}
			t.Run(strings.ReplaceAll(fmt.Sprintf("%s@%d", s.name, i+1), " ", "-"), func(t *testing.T) { b.spoil(t, s, target, i+1, len(targets)) })
		}
		t.Run(fmt.Sprintf("redirect-elsewhere@%d", i+1), func(t *testing.T) { b.leadAway(t, target, i+1, len(targets)) })
	}
	t.Run("private-address", b.checkPrivate)
	for name, to := range map[string]string{
		"metadata": "http://169.254.169.254/latest/meta-data/", "intranet": "http://10.1.2.3:8080/", "loopback": "http://[::1]/", "localhost": "http://localhost/",
	} {
		t.Run("redirect-to-"+name, func(t *testing.T) { b.checkRedirect(t, targets[0], to) })
	}
}

// spoil has one request answered in one wrong way, and checks what the visit comes to.
func (b *bench) spoil(t *testing.T, s spoiling, target string, n, of int) {
	if i, ok := b.instead(s.name, n); ok {
		s.results, s.reasons, s.same, s.detail = i.Results, i.Reasons, i.AsWell, ""
	}
	tr := trial{meddle: s.on(target)}
	if s.short {
		tr.patience = shortPatience
	}
	var peak func() uint64
	if s.large {
		peak = watchMemory()
	}
	v := b.try(t, tr)
	if s.large {
		if most := peak(); most > mostMemory {
			t.Errorf("it took %d MB of memory, want at most %d", most>>20, mostMemory>>20)
		}
	}
	b.checkEnd(t, v, s, of)
}

// on makes a meddler that spoils the answers to one request, and serves the addresses that it leads to.
func (s spoiling) on(target string) func(http.ResponseWriter, *http.Request, *answer) bool {
	var times atomic.Int32
	var good atomic.Pointer[answer]
	return func(w http.ResponseWriter, r *http.Request, a *answer) bool {
		own := r.URL.Path == consentPath || r.URL.Path == loopPath
		if !own && (a == nil || a.request() != target) {
			return false
		}
		if times.Add(1) > 1 && s.once {
			return false
		}
		if a != nil {
			good.Store(a)
		}
		s.answer(w, r, good.Load(), serverOf(r))
		return true
	}
}

// checkEnd checks the end of a spoiled visit.
func (b *bench) checkEnd(t *testing.T, v *visited, s spoiling, of int) {
	t.Helper()
	if v.took > longestVisit {
		t.Errorf("it took %v, want at most %v", v.took, longestVisit)
	}
	b.checkHonest(t, v)
	r := v.outcome.Run
	if s.same && r.Result == b.good.outcome.Run.Result {
		if d := cmp.Diff(summary(b.good.figures), summary(v.figures)); d != "" {
			t.Errorf("it ends %s with other figures than the good visit (-good +this):\n%s", r.Result, d)
		}
		return
	}
	if !v.endsAs(s, of) {
		t.Errorf("it ends %s (%s), want %s (%s): %s", r.Result, r.Reason, wanted(s), strings.Join(s.reasons, " or "), r.Detail)
	}
	if !strings.Contains(r.Detail, s.detail) {
		t.Errorf("its detail does not tell %s: %s", s.detail, r.Detail)
	}
	b.checkStates(t, v, of)
}

func wanted(s spoiling) string {
	var out []string
	for _, r := range s.results {
		out = append(out, string(r))
	}
	if s.same {
		out = append(out, "as if nothing had happened")
	}
	return strings.Join(out, " or ")
}

// endsAs tells whether the run ended as one of the results, or in part where there are other requests and some period has it.
func (v *visited) endsAs(s spoiling, of int) bool {
	right := func(result observation.Result, reason string) bool {
		return slices.Contains(s.results, result) && (len(s.reasons) == 0 || slices.Contains(s.reasons, reason))
	}
	r := v.outcome.Run
	if right(r.Result, r.Reason) {
		return true
	}
	return of > 1 && r.Result == observation.Partial && slices.ContainsFunc(v.outcome.Coverage, func(c observation.Coverage) bool { return right(c.Result, c.Reason) })
}

// checkStates checks that the figures show what the run came to.
func (b *bench) checkStates(t *testing.T, v *visited, of int) {
	t.Helper()
	wants := []indicator.State{indicator.Missing}
	if v.outcome.Run.Result.NotApplicable() {
		wants = []indicator.State{indicator.NotApplicable}
	}
	if of > 1 || v.outcome.Run.Result == observation.Partial {
		wants = []indicator.State{indicator.Missing, indicator.Partial, indicator.Bounded, indicator.NotApplicable}
	}
	shown := len(v.figures) == 0 || v.partAbsent() || v.beyond() || v.outcome.Run.Result.Answered()
	for i, f := range v.figures {
		if never(f) {
			continue
		}
		same := f.State == b.good.figures[i].State && of > 1
		shown = shown || !same
		if !same && !(v.partAbsent() && f.State == indicator.OK) && !slices.Contains(wants, f.State) {
			t.Errorf("%s is %s, want one of %v", f.Indicator, f.State, wants)
		}
	}
	if !shown {
		t.Error("no figure shows that something was not answered")
	}
}

// never tells whether there can be no number of the days of a figure, whatever is answered: the platform ended it before them, or began
// after them.
func never(f indicator.Figure) bool {
	return f.State == indicator.NotApplicable && len(f.Gaps) == 1 && f.Gaps[0].On != 0 && f.Gaps[0].Rule == ""
}

// leadAway has a request led to another server, which must get no secret.
func (b *bench) leadAway(t *testing.T, target string, n, of int) {
	const name = "redirect elsewhere"
	s := spoiling{name: name, results: []observation.Result{observation.Failed, observation.Auth}, same: true}
	if i, ok := b.instead(name, n); ok {
		s.results, s.reasons, s.same = i.Results, i.Reasons, i.AsWell
	}
	var told atomic.Pointer[string]
	other := startServer(t, b.answers)
	other.meddle(func(_ http.ResponseWriter, r *http.Request, _ *answer) bool {
		if said := echo(r); strings.Contains(said, b.canary) && !strings.Contains(r.RequestURI, b.canary) {
			told.Store(&said)
		}
		return false
	})
	v := b.try(t, trial{meddle: func(w http.ResponseWriter, r *http.Request, a *answer) bool {
		if a == nil || a.request() != target {
			return false
		}
		http.Redirect(w, r, other.URL+r.URL.RequestURI(), http.StatusTemporaryRedirect)
		return true
	}})
	if told.Load() != nil {
		t.Error("the other server was told a secret of the source")
	}
	b.checkEnd(t, v, s, of)
}

// checkPrivate checks that a source that may not reach private addresses does not.
func (b *bench) checkPrivate(t *testing.T) {
	v := b.try(t, trial{policy: func(p *fetch.Policy) { p.AllowPrivate = false }})
	if asked, strange := v.server.requests(); len(asked)+len(strange) > 0 {
		t.Errorf("%d requests went to a private address", len(asked)+len(strange))
	}
	b.checkEnd(t, v, spoiling{results: failed, reasons: []string{collector.ReasonRefused}}, 1)
}

// publicAddress is where a server of the public net is met by way of a proxy, which is our own: nothing leaves the machine.
const publicAddress = "http://93.184.215.14"

// checkRedirect has a server of the public net lead to a private address, which must not be asked for. A kind that sends
// credentials is refused before that: it may not meet a server in plain HTTP there.
func (b *bench) checkRedirect(t *testing.T, target, to string) {
	var reached atomic.Bool
	v := b.try(t, trial{public: true, policy: func(p *fetch.Policy) { p.AllowPrivate = false }, meddle: func(w http.ResponseWriter, r *http.Request, a *answer) bool {
		if r.URL.Scheme+"://"+r.URL.Host != publicAddress {
			reached.Store(true)
		}
		if a == nil || a.request() != target {
			return false
		}
		http.Redirect(w, r, to, http.StatusFound)
		return true
	}})
	if reached.Load() {
		t.Errorf("it followed the server to %s", to)
	}
	b.checkEnd(t, v, spoiling{results: failed, reasons: []string{collector.ReasonRefused}}, len(b.targets))
}

// watchMemory starts to watch the heap; what it returns ends that and gives the most above what there was before.
func watchMemory() func() uint64 {
	runtime.GC()
	before, done, most := heap(), make(chan struct{}), make(chan uint64)
	go func() {
		peak := before
		for {
			select {
			case <-done:
				most <- peak - before
				return
			case <-time.After(2 * time.Millisecond):
				peak = max(peak, heap())
			}
		}
	}()
	return func() uint64 { close(done); return <-most }
}

func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
