package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math/bits"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"seuranta/internal/chart/svg"
	"seuranta/internal/observation"
	"seuranta/internal/report"
)

// How often pages are made anew. What changed in between is on them a little later; making them takes no more than a
// twentieth of the time.
const (
	pagesEvery = 2 * time.Minute
	pagesLook  = 10 * time.Second
	pagesShare = 20
)

// shelf keeps the folder of pages up to date: those of the last closed week, and the list of all that were ever made.
type shelf struct {
	app *app
	log *slog.Logger

	made string // what the pages were made from

	mu     sync.Mutex
	at     time.Time // when they were last made; zero before
	took   time.Duration
	failed int // how often in a row they could not be made
}

// pages makes the pages anew whenever what they are made from changed, until ctx is done.
func (s *service) pages(ctx context.Context) error {
	s.shelf.tidy(s.now().Server.Pages)
	if err := s.shelf.list(ctx, s.now()); err != nil && ctx.Err() == nil {
		return fmt.Errorf("make the list of the pages: %w", err)
	}
	for ctx.Err() == nil {
		begun := time.Now()
		if err := s.shelf.renew(ctx, s.now()); ctx.Err() == nil {
			s.shelf.tried(err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(s.shelf.pause(time.Since(begun)) / time.Duration(max(1, s.app.speed))):
		}
	}
	return nil
}

// tried notes how making the pages went. What goes on failing is said ever more seldom.
func (s *shelf) tried(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		if s.failed > 0 {
			s.log.Info("the pages can be made again")
		}
		s.failed = 0
		return
	}
	if s.failed++; bits.OnesCount(uint(s.failed)) == 1 {
		s.log.Error("the pages could not be made; the old ones stay", "tries", s.failed, "error", err)
	}
}

// pause is how long to wait after the pages were looked at, which took so long.
func (s *shelf) pause(took time.Duration) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	pause := min(pagesEvery, pagesLook<<min(s.failed, 5))
	if took > time.Second {
		pause = max(pagesEvery, took*pagesShare)
	}
	return pause
}

// failing tells whether the pages could not be made when that was last tried.
func (s *shelf) failing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed > 0
}

// last tells when the pages were last made, and how long it took.
func (s *shelf) last() (time.Time, time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at, s.took
}

// renew makes the pages of the last closed week if anything that is on them may have changed: the numbers, the
// configuration, or the day; and when they are gone.
func (s *shelf) renew(ctx context.Context, d *desk) error {
	newest, err := d.store.Newest(ctx)
	if err != nil {
		return err
	}
	now := newest.Format(time.RFC3339Nano) + " " + d.Hash + " " + d.today().String()
	if _, err := os.Stat(filepath.Join(d.Server.Pages, "index.html")); err == nil && now == s.made {
		return nil
	}
	begun := time.Now()
	if err := s.make(ctx, d); err != nil {
		return err
	}
	s.made = now
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at, s.took = time.Now(), time.Since(begun)
	s.log.Info("pages made", "folder", d.Server.Pages, "took", s.took.Round(time.Millisecond))
	return nil
}

// make makes the pages of every organisation that is there, in each of its languages, and the list.
func (s *shelf) make(ctx context.Context, d *desk) error {
	f := reportFlags{week: "last-week", format: "html", out: d.Server.Pages + string(filepath.Separator), pictures: true}
	quiet := *s.app
	quiet.out, quiet.renders = io.Discard, true
	ids, _, err := d.living(f.week)
	if err != nil {
		return err
	}
	painter := svg.New(svg.DefaultLimits())
	defer painter.Close()
	for _, o := range d.Desk.Organisations {
		if !slices.Contains(ids, o.ID) {
			continue
		}
		for _, f.lang = range o.Languages {
			if err := quiet.weeklyOf(ctx, d, o.ID, f, painter); err != nil {
				return err
			}
		}
	}
	return s.list(ctx, d)
}

// pageName is how the file of a weekly page is named: the organisation, the week and the language.
var pageName = regexp.MustCompile(`^(.+)-(\d{4}-W\d{2})\.([a-z]{2})\.html$`)

// served is how the files are named that a shelf holds: pages, their twins, their charts, and the list.
var served = regexp.MustCompile(`^(index\.html|.+-\d{4}-W\d{2}\.[a-z]{2}\.(html|txt|csv|json|[a-z0-9-]+\.svg))$`)

// list writes the list of the pages that are in the folder.
func (s *shelf) list(ctx context.Context, d *desk) error {
	entries, err := os.ReadDir(d.Server.Pages)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	names := map[string]bool{}
	for _, e := range entries {
		names[e.Name()] = e.Type().IsRegular()
	}
	in := report.IndexInput{Lang: d.home.Languages[0], Zone: d.home.Zone, Made: d.now, Program: version}
	for _, o := range d.Desk.Organisations {
		in.Shelves = append(in.Shelves, report.IndexShelf{Organisation: o, Pages: pagesOf(o, names)})
	}
	var b bytes.Buffer
	if err := report.Index(&b, in); err != nil {
		return err
	}
	return writeFile(ctx, filepath.Join(d.Server.Pages, "index.html"), b.Bytes())
}

// pagesOf returns the pages of an organisation among the names of files, those of its first language first.
func pagesOf(o observation.Organisation, names map[string]bool) (pages []report.IndexPage) {
	for _, lang := range o.Languages {
		for name, regular := range names {
			m := pageName.FindStringSubmatch(name)
			if m == nil || !regular || m[1] != o.ID || m[3] != lang {
				continue
			}
			week, err := observation.ParsePeriod(m[2], observation.FirstDay)
			if err != nil {
				continue
			}
			page := report.IndexPage{Week: week, Lang: lang, Name: strings.TrimSuffix(name, ".html")}
			for _, twin := range []string{"txt", "csv", "json"} {
				if names[page.Name+"."+twin] {
					page.Also = append(page.Also, twin)
				}
			}
			pages = append(pages, page)
		}
	}
	return pages
}

// halfWritten is how a file is named that was being written when the program was killed.
var halfWritten = regexp.MustCompile(`^\..+\.(html|txt|csv|json|svg)-\d+$`)

// tidy removes what a killed process left half written.
func (s *shelf) tidy(folder string) {
	entries, _ := os.ReadDir(folder) // one that is not there yet holds nothing
	for _, e := range entries {
		if e.Type().IsRegular() && halfWritten.MatchString(e.Name()) {
			_ = os.Remove(filepath.Join(folder, e.Name())) // what cannot be removed harms nobody
		}
	}
}
