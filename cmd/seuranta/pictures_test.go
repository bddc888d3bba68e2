package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seuranta/internal/chart/svg"
	"seuranta/internal/config"
	"seuranta/internal/indicator"
	"seuranta/internal/observation"
	"seuranta/internal/report"
)

// oneChart is a review with one chart, and a desk to write it from.
func oneChart(t *testing.T) (*desk, *report.WeeklyReview) {
	t.Helper()
	monday := observation.NewDate(2026, 11, 16)
	home := observation.Organisation{ID: "koske", Name: observation.Text{"": "Koske"}, Zone: time.UTC}
	week := observation.Week.Holding(monday)
	s := indicator.Series{Organisation: home, Channel: observation.Channel{ID: "kotisivut", Kind: "website"}, Metric: observation.StandardMetrics()["views"], Grain: observation.Week,
		Points: []indicator.Figure{{State: indicator.Missing, Period: indicator.Period{From: week.From, To: week.To, Label: week.Label()}}}}
	r, err := report.Weekly(report.WeeklyInput{Organisation: home, Week: week, Series: []indicator.Series{s}, Now: monday.Start(time.UTC), Lang: "fi"})
	if err != nil {
		t.Fatal(err)
	}
	return &desk{Config: &config.Config{}, home: home}, r
}

// TestAPageIsMadeWhenTheEngineIsStopped: the log says so, and no picture is half there.
func TestAPageIsMadeWhenTheEngineIsStopped(t *testing.T) {
	d, r := oneChart(t)
	dir := t.TempDir()
	var out, errs bytes.Buffer
	a := newApp(&out, &errs, nil)
	f := reportFlags{out: dir, format: "html", pictures: true}
	if err := a.drawPictures(t.Context(), d, r, "x", f, svg.New(svg.Limits{Time: 1, Memory: 64 << 20})); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 0 || out.Len() != 0 {
		t.Errorf("%d files, %v, %s", len(files), err, out.String())
	}
	if said := errs.String(); !strings.Contains(said, "not every chart could be drawn as a picture") || !strings.Contains(said, "the drawing engine was stopped after 1ns") {
		t.Errorf("the log says %q", said)
	}
}

func TestDrawingPicturesIsStoppedWithTheCommand(t *testing.T) {
	d, r := oneChart(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	a := newApp(new(bytes.Buffer), new(bytes.Buffer), nil)
	if err := a.drawPictures(ctx, d, r, "x", reportFlags{out: t.TempDir(), format: "html", pictures: true}, svg.New(svg.DefaultLimits())); err != context.Canceled {
		t.Errorf("it went on: %v", err)
	}
}

// TestOnlyPagesStartTheEngine: who wants numbers need not wait for pictures.
func TestOnlyPagesStartTheEngine(t *testing.T) {
	d, r := oneChart(t)
	for _, f := range []reportFlags{{format: "text", pictures: true}, {format: "json", out: filepath.Join(t.TempDir(), "x.json"), pictures: true}, {format: "html"}, {format: "html", out: t.TempDir()}} {
		var errs bytes.Buffer
		a := newApp(new(bytes.Buffer), &errs, nil)
		if err := a.drawPictures(t.Context(), d, r, "x", f, svg.New(svg.Limits{Time: 1})); err != nil || errs.Len() != 0 {
			t.Errorf("%+v: %v, %s", f, err, errs.String())
		}
	}
}
