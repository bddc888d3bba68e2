package schedule

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/config"
	"seuranta/internal/fetch"
	"seuranta/internal/observation"
	"seuranta/internal/tabular"
)

// Ledger is what a runner needs of a store.
type Ledger interface {
	Store
	Status(ctx context.Context, organisations []string, asOf time.Time) ([]observation.SourceStatus, error)
	Coverage(ctx context.Context, s observation.Selection) ([]observation.Coverage, error)
	// Visit keeps everybody else from a source until release is called.
	Visit(organisation, source string) (release func(), err error)
	// Begin notes that the server of a source is asked from a moment on, until end is called; Begun returns the moment when that
	// was never called, because the process was killed.
	Begin(organisation, source string, at time.Time) (end func())
	Begun(organisation, source string) time.Time
}

// Runner visits the sources of a configuration: for a person who asked, or unattended.
type Runner struct {
	Config  *config.Config
	Ledger  Ledger
	HTTP    *fetch.Client // one for all sources, so that no host is asked too often
	Log     *slog.Logger
	Program string // version of this program
	Now     func() time.Time
}

// Ask says what of a source is wanted. The zero value asks for what it owes.
type Ask struct {
	Due      bool                    // only if its schedule says so
	From, To *observation.Date       // the first day and the last, instead of those that the source owes
	Progress func(done, total int64) // may be nil
}

// Job returns a visit to a source, with all that the configuration says of it.
func (r *Runner) Job(s config.Source, days observation.Period) Job {
	projects := []string{}
	for _, p := range r.Config.Desk.Projects {
		projects = append(projects, p.ID)
	}
	return Job{Source: s.Source, Settings: s.Settings, Days: days, Now: r.Now(), Dir: r.Config.Dir, Config: r.Config.Hash, Program: r.Program,
		Metrics: r.Config.Desk.Metrics, Log: r.Log, HTTP: r.HTTP, Policy: s.Policy(), Account: r.account(s), ChannelKind: r.channelKind(s.Channel), Projects: projects, Refuses: r.refuses()}
}

func (r *Runner) channelKind(channel string) string {
	for _, c := range r.Config.Desk.Channels {
		if c.ID == channel {
			return c.Kind
		}
	}
	return ""
}

// refuses returns what says why a number that people hand over cannot be, "" if it can: what every installation counts is
// whole, while declared metrics may have parts, as hours; and where regions are configured, it is of one of them.
func (r *Runner) refuses() func(observation.Observation) string {
	counted, regions := observation.StandardMetrics(), map[string]bool{}
	for _, region := range r.Config.Desk.Regions {
		regions[region.ID] = true
	}
	return func(o observation.Observation) string {
		if _, ok := counted[o.Metric]; ok && o.Value != math.Trunc(o.Value) {
			return tabular.NotWhole(o.Metric)
		}
		for dim := range strings.SplitSeq(o.Dims, ",") {
			if region, ok := strings.CutPrefix(dim, "region="); ok && len(regions) > 0 && !regions[region] {
				return fmt.Sprintf("it is of the region %q, which is not among the regions of the configuration", region)
			}
		}
		return ""
	}
}

// Standing returns how every source of the configuration that ever ran did last.
func (r *Runner) Standing(ctx context.Context) (map[observation.SourceKey]observation.SourceStatus, error) {
	var organisations []string
	for _, o := range r.Config.Desk.Organisations {
		organisations = append(organisations, o.ID)
	}
	return r.standing(ctx, organisations)
}

func (r *Runner) standing(ctx context.Context, organisations []string) (map[observation.SourceKey]observation.SourceStatus, error) {
	all, err := r.Ledger.Status(ctx, organisations, time.Time{})
	out := make(map[observation.SourceKey]observation.SourceStatus, len(all))
	for _, st := range all {
		out[st.Key()] = st
	}
	return out, err
}

// Visit visits a source, which stood as st tells, for the days that it owes, or those that are asked for. visited is false
// when there was nothing to ask it for; nothing was committed when the outcome's run has no moment of commit. While another
// process visits the source the error is store.ErrBusy.
func (r *Runner) Visit(ctx context.Context, s config.Source, st observation.SourceStatus, ask Ask) (out Outcome, visited bool, err error) {
	release, err := r.Ledger.Visit(s.Organisation, s.ID)
	if err != nil {
		return Outcome{}, false, err
	}
	defer release()
	if ask.Due {
		all, err := r.standing(ctx, []string{s.Organisation}) // another process may have been there in the meantime
		if err != nil {
			return Outcome{}, false, err
		}
		st = r.interrupted(s, all[s.Key()])
		if due, err := r.Due(s, st, r.Now()); err != nil || !due {
			return Outcome{}, false, err
		}
	}
	days, err := r.owed(ctx, s, st, ask)
	if err != nil || days.Empty() {
		return Outcome{}, false, err
	}
	if s.Fetches {
		defer r.Ledger.Begin(s.Organisation, s.ID, r.Now())()
	}
	out, err = r.visitStretches(ctx, s, days, ask)
	return out, true, err
}

// visitStretches visits a source for days that may be many: weeks at a time, newest first, each stored when it is there, so that
// being stopped loses little and the newest numbers come first. It ends early where a stretch was not answered; what lies before
// the beginning of what the source offers is asked for at once.
func (r *Runner) visitStretches(ctx context.Context, s config.Source, days observation.Period, ask Ask) (Outcome, error) {
	all := []observation.Period{days}
	if s.Fetches && days.Days() > 2*stretchDays {
		all = Stretches(days, s.BackfillDays)
	}
	var sum Outcome
	for i := 0; i < len(all); i++ {
		job := r.Job(s, all[i])
		job.Backfill, job.Progress = ask.From != nil || i > 0, ask.Progress
		if len(all) > 1 && ask.Progress != nil {
			job.Progress = func(int64, int64) { ask.Progress(int64(i), int64(len(all))) }
		}
		out, err := Run(ctx, r.Ledger, job)
		if sum = sum.with(out); err != nil || out.Failure != nil || ctx.Err() != nil {
			return sum, err
		}
		if BeforeItsTime(out.Coverage) && i+1 < len(all) {
			all = append(all[:i+1:i+1], observation.Period{From: days.From, To: all[i].From})
		}
	}
	return sum, nil
}

// with adds what a further stretch of the same visit came to. The run is the first one's, which is of the newest days; its counts
// are those of all, and its result is the worst that was no answer.
func (o Outcome) with(more Outcome) Outcome {
	if o.Run.ID == "" {
		return more
	}
	r, m := &o.Run, more.Run
	r.New, r.Changed, r.Unchanged, r.Withdrawn, r.Calls = r.New+m.New, r.Changed+m.Changed, r.Unchanged+m.Unchanged, r.Withdrawn+m.Withdrawn, r.Calls+m.Calls
	r.Window.From = min(r.Window.From, m.Window.From)
	if well := m.Result.Answered() || m.Result.NotApplicable(); !well && m.ID != "" {
		r.Result, r.Reason, r.Detail = observation.Partial, m.Reason, m.Detail
	}
	o.Coverage, o.Rejected = append(o.Coverage, more.Coverage...), append(o.Rejected, more.Rejected...)
	if o.Failure == nil {
		o.Failure = more.Failure
	}
	return o
}

// interrupted returns how a source stood, with the visit in which the process was killed, if it was: its server was asked then,
// and is not to be asked again before the next visit is due. Such a visit is the newest of all, also when the clock was set back
// before it.
func (r *Runner) interrupted(s config.Source, st observation.SourceStatus) observation.SourceStatus {
	if !s.Fetches {
		return st
	}
	now := r.Now()
	if begun := r.Ledger.Begun(s.Organisation, s.ID); !begun.After(now) && (begun.After(st.Started) || !begun.IsZero() && st.Started.After(now)) {
		st.Started = begun
	}
	return st
}

// owed returns the days to fetch: those that are asked for, else those that the source owes. What people type or hand over
// owes none, unless it is read on schedule.
func (r *Runner) owed(ctx context.Context, s config.Source, st observation.SourceStatus, ask Ask) (days observation.Period, err error) {
	if s.Typed && s.Schedule == "" {
		return days, nil
	}
	now := r.Now()
	known, err := r.Ledger.Coverage(ctx, observation.Selection{Organisations: []string{s.Organisation}, Channels: []string{s.Channel},
		Metrics: s.Metrics, Grains: s.Grains, Period: Horizon(s.Source, now)})
	if err != nil {
		return days, err
	}
	days = s.Life.Within(ask.Days(Window(s.Source, r.Config.Desk.Metrics, st.Answered, known, now)))
	days.To = min(days.To, observation.DateOf(now.In(s.Zone))) // days to come hold nothing to fetch
	return days, nil
}

// Days returns the days that are asked for, and those that are owed where none are.
func (a Ask) Days(owed observation.Period) observation.Period {
	if a.From != nil {
		owed.From = *a.From
	}
	if a.To != nil {
		owed.To = *a.To + 1
	}
	return owed
}

// refusedPause is how long a source that refused to answer, and was shown no credential, is left alone.
const refusedPause = 24 * time.Hour

// Due tells whether a source is to be visited without anybody asking for it. One that refused its credential is left alone until
// the configuration changes, somebody connects it anew or has it visited, as by collect SOURCE: asking again with what was refused helps nobody,
// and may lock an account or an address out. One that was shown no credential is asked again after a day. A visit that was stopped
// is made up for at once where no server was asked.
func (r *Runner) Due(s config.Source, st observation.SourceStatus, now time.Time) (bool, error) {
	due, err := Due(s.Source, st.Started, now)
	if st.Reason == collector.ReasonStopped && !s.Fetches && s.Schedule != "" {
		return true, err
	}
	if st.Result == observation.Auth && st.Config == r.Config.Hash && !r.connectedSince(s, st.Started) {
		since := now.Sub(st.Started)
		return due && len(s.Policy().Secrets) == 0 && (since < 0 || since >= refusedPause), err
	}
	return due, err
}
