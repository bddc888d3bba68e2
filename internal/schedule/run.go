// Package schedule decides which source owes which days and runs collectors: once for a person, or unattended.
package schedule

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/connect"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
)

// Store is what running a collector needs of a store.
type Store interface {
	Commit(context.Context, observation.Commit) (observation.Run, error)
	States(ctx context.Context, organisation, source string) (map[string]string, error)
	Known(ctx context.Context, organisation string, aliases []string) (map[string]observation.Item, error)
}

// Job is one visit to one source.
type Job struct {
	Source      observation.Source
	Settings    collector.Config
	Days        observation.Period
	Now         time.Time
	Dir         string // relative paths of the settings start here
	Config      string // hash of the configuration
	Program     string // version of this program
	Backfill    bool
	Metrics     observation.Metrics
	Log         *slog.Logger
	HTTP        *fetch.Client
	Policy      fetch.Policy     // what the source may fetch; Answered is filled in
	Account     *connect.Account // of its platform; nil where people connect nothing, or a token of the settings goes before
	ChannelKind string           // the kind of the source's channel
	Projects    []string         // see collector.Deps, as of the next
	Refuses     func(observation.Observation) string
	Import      string                  // a file that people hand over: it is read instead of what the source reads by itself
	Progress    func(done, total int64) // may be nil
}

// Outcome is what a visit came to.
type Outcome struct {
	Run      observation.Run
	Coverage []observation.Coverage
	Rejected []error // what can never be stored
	Failure  error   // the collector's, nil when it answered
}

// Reasons that a run gives, beside those of the collector contract. Every language has words for each.
const (
	ReasonNotTold  = "not_told" // the collector ended well and said nothing of the period
	ReasonRejected = "rejected" // what was told can not be a number of this metric
	ReasonNotYet   = "not_yet"  // the period is not over where the platform cuts its days
	ReasonPanic    = "panic"    // the collector broke down: a fault of the program
)

// toldRejected is the name under which a run counts what it had to refuse.
const toldRejected = "numbers_rejected"

// PanicError is the breakdown of a collector. It ends that collector's run and no other.
type PanicError struct{ Value any }

// Error tells what broke.
func (e *PanicError) Error() string { return fmt.Sprintf("the collector broke down: %v", e.Value) }

// Run visits the source and commits what it told, also when the collector failed half way or broke down: what was told is
// kept, and the periods that nothing was said of carry the error's class. The returned error is the store's: what was told
// is not in it then, unless the run has a moment of commit. That of the collector is the outcome's Failure.
func Run(ctx context.Context, store Store, job Job) (Outcome, error) {
	v, err := Look(ctx, store, job)
	if err != nil {
		return Outcome{}, err
	}
	return v.Store(ctx, store)
}

// Visit is what a source told, before it is stored.
type Visit struct {
	Commit  observation.Commit
	Failure error // the collector's
	job     Job
	begun   time.Time
	gather  *gather
}

// Look visits the source and stores nothing. Its error is the store's.
func Look(ctx context.Context, store Store, job Job) (*Visit, error) {
	v := &Visit{job: job, begun: time.Now()}
	states, err := store.States(ctx, job.Source.Organisation, job.Source.ID)
	if err != nil {
		return nil, err
	}
	g := newGather(job, newMemory(store, job.Source, states))
	window := collector.Window{Period: job.Days, Grains: job.Source.Grains, Now: job.Now, Zone: job.Source.Zone}
	session := job.session(g)
	credential, over := job.connect(session, g.state)
	failure := collect(ctx, job, window, g, job.deps(store, g, session, credential))
	over()
	job.Policy.Secrets = session.Secrets() // with those that were got on the way
	failure = job.discreet(failure)
	g.discreet(job)
	g.dropRejected()
	untold, early := g.untold(window)
	if failure == nil && len(untold) > 0 {
		failure = ctx.Err() // a collector that was stopped and says nothing of it
	}
	g.coverTheRest(untold, failure)
	g.coverEarly(early, failure)
	v.gather, v.Commit, v.Failure = g, g.commit(job, failure), failure
	return v, nil
}

// Store commits what was told, even when the time is up or somebody stopped the run.
func (v *Visit) Store(ctx context.Context, store Store) (Outcome, error) {
	run, err := store.Commit(context.WithoutCancel(ctx), v.Commit)
	out := Outcome{Run: run, Coverage: v.gather.coverage, Rejected: v.gather.rejected}
	if err != nil {
		return out, err
	}
	v.job.logRun(ctx, run, time.Since(v.begun))
	if v.Failure != nil {
		out.Failure = fmt.Errorf("collect %s: %w", v.job.Source.ID, v.Failure)
	}
	return out, nil
}

// logRun logs what became of a run, of a bad one as a warning.
func (j Job) logRun(ctx context.Context, r observation.Run, took time.Duration) {
	if j.Log == nil {
		return
	}
	level := slog.LevelInfo
	if !r.Result.Answered() && !r.Result.NotApplicable() {
		level = slog.LevelWarn
	}
	j.Log.Log(ctx, level, "source collected", "run", r.ID, "source", r.Source, "kind", r.Kind, "took", took.Round(time.Millisecond), "result", string(r.Result), "reason", r.Reason,
		"new", r.New, "changed", r.Changed, "unchanged", r.Unchanged)
}

// collect runs the collector. One that panics has failed; what it then remembers, but for the calls that it spent, is not to be
// trusted.
func collect(ctx context.Context, job Job, w collector.Window, g *gather, deps collector.Deps) (err error) {
	defer func() {
		broken := recover()
		if broken == nil {
			return
		}
		err = &PanicError{broken}
		g.state.distrust()
		if job.Log != nil {
			hide := func(text string) string { return fetch.Hide(text, deps.HTTP.Secrets()) }
			job.Log.Error("collector broke down", "source", job.Source.ID, "panic", hide(fmt.Sprint(broken)), "stack", hide(string(debug.Stack())))
		}
	}()
	c := job.Settings.New(deps)
	if job.Import == "" {
		return c.Collect(ctx, w, g)
	}
	importer, ok := c.(collector.Importer)
	if !ok {
		return fmt.Errorf("sources of kind %s take no files", job.Source.Kind)
	}
	return importer.Import(ctx, job.Import, w, g)
}

// session returns what the collector of a job fetches by.
func (j Job) session(g *gather) *fetch.Session {
	policy := j.Policy
	policy.Answered = func(part string, status int, size int64, sha256 string) {
		g.Answered(observation.Answer{Part: part, Status: status, Size: size, SHA256: sha256})
	}
	return j.client().Session(policy)
}

// deps returns what the collector of a job works with.
func (j Job) deps(store Store, g *gather, session *fetch.Session, credential collector.Credential) collector.Deps {
	return collector.Deps{ChannelID: j.Source.Channel, Log: j.Log, State: g.state, Items: known{store, j.Source.Organisation}, HTTP: session, Dir: j.Dir, BaseURL: j.Source.BaseURL, Metrics: j.Metrics,
		ChannelKind: j.ChannelKind, Projects: j.Projects, Refuses: j.Refuses, Credential: credential}
}

// known is what is known of items; where a collector names no organisation the source's own is meant.
type known struct {
	Store
	organisation string
}

// Known returns, by alias, the items that go by one of the aliases.
func (k known) Known(ctx context.Context, organisation string, aliases []string) (map[string]observation.Item, error) {
	return k.Store.Known(ctx, cmp.Or(organisation, k.organisation), aliases)
}

// client returns the client of the job, or one that nobody else shares.
func (j Job) client() *fetch.Client {
	if j.HTTP != nil {
		return j.HTTP
	}
	return fetch.New(fetch.Options{Program: "Seuranta/" + j.Program, Log: j.Log})
}

// commit makes the commit of what was gathered.
func (g *gather) commit(job Job, failure error) observation.Commit {
	run := observation.Run{Organisation: job.Source.Organisation, Source: job.Source.ID, Kind: job.Source.Kind, Zone: job.Source.Zone.String(),
		StartedAt: job.Now, Window: job.Days, Grains: job.Source.Grains, Backfill: job.Backfill, Calls: len(g.answers), Answers: g.answers,
		Told: g.told, Config: job.Config, Program: job.Program}
	if len(g.rejected) > 0 {
		run.Told = append(run.Told, observation.Count{Name: toldRejected, N: int64(len(g.rejected))})
	}
	run.Result, run.Reason, run.Detail = g.result(failure)
	run.Failing = g.failing()
	return observation.Commit{Run: run, Observations: g.observations, Coverage: g.coverage, Complete: g.complete, CompleteDims: g.dims, Items: g.items, States: g.state.all()}
}
