package world

import (
	"context"
	"fmt"
	"time"

	"seuranta/internal/observation"
)

// Options choose a world. Equal options make equal worlds, to the byte.
type Options struct {
	End   observation.Date // the day that is today; the logs reach a few hours into it
	Weeks int              // how many whole weeks before the week of End the logs hold; 0 is 54
	Seed  uint64           // chooses among worlds of equal shape
}

// DefaultWeeks is enough to hold every week of a year beside the same week of the year before.
const DefaultWeeks = 54

// The two websites of the centre, as seuranta.yaml and Truth name them.
const (
	Home    = "kotisivut"
	Project = "hankesivut"
)

// World is a made-up centre with everything that happened on its websites, in its press and at its desks.
type World struct {
	plan plan
	logs []*serverLog
	// sites are those that are followed, in the order of their channels' names.
	sites []*site
	press []Outlet
	own   Outlet

	levels      []level
	signups     []signup
	sheet       sheet
	appearances []Appearance
	quiet       []Quiet
	letters     List
	group       List
	accounts    []Account
}

// New makes the world that o chooses. It stops when ctx is done; there is no error but that of ctx.
func New(ctx context.Context, o Options) (*World, error) {
	p := newPlan(o)
	home, project, archive := homeSite(ctx, p), projectSite(ctx, p), archiveSite(ctx, p)
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("make the made-up world: %w", err)
	}
	appearances := appearancesOf(p)
	return &World{
		plan:  p,
		sites: []*site{project, home},
		press: pressOf(p),
		own:   ownOf(p),

		levels:      levelsOf(p),
		signups:     signupsOf(p),
		sheet:       sheetOf(p),
		appearances: appearances,
		quiet:       quietOf(p, appearances),
		letters:     lettersOf(p),
		group:       groupOf(p),
		accounts:    accountsOf(p),
		logs: []*serverLog{
			{folder: "www", name: "access.log", line: nginxLine, plan: p, requests: home.log},
			{folder: "apache", name: "other_vhosts_access.log", line: apacheLine, plan: p, requests: finished(project.log, archive.log)},
		},
	}, nil
}

// Now returns the moment at which the demo looks at the world: six in the morning of its last day.
func (w *World) Now() time.Time {
	return w.plan.clock(w.plan.today, 6, 0).time(w.plan.zone)
}
