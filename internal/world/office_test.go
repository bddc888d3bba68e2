package world

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"

	"seuranta/internal/observation"
)

// otherTruth are the figures of everything beside the websites of a world.
func otherTruth(w *World) []Truth {
	return slices.DeleteFunc(w.Truth(), func(f Truth) bool { return f.Metric == "views" || f.Metric == "visitors" })
}

// TestStatesAndValuesAgreeEverywhere: what a state promises, in worlds of any length and any end.
func TestStatesAndValuesAgreeEverywhere(t *testing.T) {
	for _, o := range []Options{{End: day("2026-11-23"), Seed: 1}, {End: day("2027-01-04"), Weeks: 21}, {End: day("2024-02-29"), Weeks: 30, Seed: 4}, {End: day("2026-06-01"), Weeks: 5}, {End: day("2026-03-29"), Weeks: 1}} {
		for _, f := range otherTruth(made(o)) {
			var ok bool
			switch f.State {
			case StateOK:
				ok = f.Value != nil && (*f.Value > 0 || (strings.HasSuffix(f.Metric, "_earned") || f.Metric == "reactions" || f.Metric == "engagements") && *f.Value < 0) && f.Measured > 0 // people take reactions back
			case StateZero:
				ok = f.Value != nil && *f.Value == 0 && f.Measured == f.Expected
			case StatePartial:
				ok = f.Value != nil && f.Measured < f.Expected
			case StateMissing:
				ok = f.Value == nil && f.Measured == 0 && f.Expected > 0
			case StateNotApplicable:
				ok = f.Value == nil && f.Measured == 0 && f.Expected == 0
			case StateBounded:
				ok = f.Metric == "reach" && f.Value == nil && f.Low != nil && f.High != nil && *f.Low <= *f.High && f.Measured > 1
			}
			if !ok || f.Measured > f.Expected || (f.Low != nil) != (f.State == StateBounded) {
				t.Errorf("%s", show(f))
			}
		}
	}
}

// TestEveryKindOfFigureHasItsDrama: each state that a kind of figure can have, and that the demo is to show.
func TestEveryKindOfFigureHasItsDrama(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range standardTruth() {
		seen[f.Target+" "+f.Metric+" "+f.State] = true
	}
	for _, want := range []string{
		"topic:rahapelihaitat media_hits missing", "topic:rahapelihaitat media_hits partial", "topic:rahapelihaitat media_hits ok",
		"project:aluetuki media_hits not_applicable", "kotisivut publications ok", "kotisivut publications zero",
		"kotisivut visits ok", "kotisivut visits not_applicable", "kotisivut views~kavijalaskuri ok", "kotisivut visitors~kavijalaskuri ok", "ammattilaiskirje subscribers ok",
		"ammattilaiskirje subscribers partial", "ammattilaiskirje subscribers missing", "ammattilaiskirje gained not_applicable", "ammattilaiskirje lost zero", "ammattilaiskirje sends ok", "tyoryhma members missing",
		"uutiskirje subscribers ok", "uutiskirje subscribers missing", "linkedin followers missing", "linkedin followers partial", "linkedin followers ok",
		"youtube subscribers ok", "x followers ok", "sahkopostilistat members ok", "facebook followers ok", "facebook reach ok", "facebook comments missing", "facebook shares zero",
		"project:aluetuki signups ok", "project:aluetuki signups zero", "project:aluetuki signups missing", "project:aluetuki signups not_applicable",
		"project:aluetuki appearances ok", "project:aluetuki appearances zero", "project:aluetuki appearances partial", "- appearances ok", "- appearances zero",
		"- appearances partial", "- appearances missing",
	} {
		if !seen[want] {
			t.Errorf("no figure is %s", want)
		}
	}
}

func TestDoingsComeInTheOrderOfTime(t *testing.T) {
	for _, o := range []Options{{End: day("2026-11-23"), Seed: 1}, {End: day("2027-01-04"), Weeks: 3}, {End: day("2026-06-01"), Weeks: 1}} {
		w := made(o)
		doings := w.Doings()
		if !slices.IsSortedFunc(doings, func(a, b Doing) int { return a.At.Compare(b.At) }) {
			t.Error("they are not in order")
		}
		for _, d := range doings {
			if d.At.After(w.Now()) || d.At.Before(w.plan.whole(w.plan.weeks.From).from.time(w.plan.zone)) {
				t.Errorf("%s lies outside the weeks", d.At)
			}
			if n := map[bool]int{true: 1}; n[d.Poll]+n[d.Looks != nil]+n[d.Typed != nil]+n[d.Appearance != nil]+n[d.Quiet != nil]+n[d.Import != ""] != 1 {
				t.Errorf("%+v is not one thing", d)
			}
		}
		if !reflect.DeepEqual(doings, made(o).Doings()) {
			t.Error("made twice, other things happen")
		}
	}
}

// TestLevelsCanBeToldFromWhatWasTyped works every level out again from what was typed, day by day, with the rules in words: it
// holds from its day up to and with the day on which the next is due.
func TestLevelsCanBeToldFromWhatWasTyped(t *testing.T) {
	w := standard()
	quarterly := map[string]bool{"sahkopostilistat-kasin": true}
	days := map[string]map[observation.Date]float64{}
	for _, d := range w.Doings() {
		if d.Typed == nil || d.Typed.Period != "" {
			continue
		}
		for on := d.Typed.On; ; on++ {
			at := on.UTC()
			if days[d.Typed.Source] == nil {
				days[d.Typed.Source] = map[observation.Date]float64{}
			}
			days[d.Typed.Source][on] = numberOf(t, d.Typed.Value) // the newest typed is the last to write
			if on > d.Typed.On && at.Day() == 1 && (!quarterly[d.Typed.Source] || (at.Month()-1)%3 == 0) {
				break
			}
		}
	}
	n := 0
	for _, f := range w.Truth() {
		if f.Grain != observation.Week || f.Metric != "followers" && f.Metric != "subscribers" && f.Metric != "members" || !slices.Contains([]string{"uutiskirje", "linkedin", "sahkopostilistat"}, f.Target) {
			continue
		}
		n++
		measured, last, ended := 0, 0.0, false
		for d := f.From; d < f.From+7; d++ {
			v, ok := days[f.Target+"-kasin"][d]
			if ended = ok; ok {
				measured, last = measured+1, v
			}
		}
		state := map[bool]string{true: StateOK, false: StatePartial}[ended]
		if measured == 0 {
			state = StateMissing
		}
		if f.State != state || f.Measured != measured || measured > 0 && *f.Value != last {
			t.Errorf("%s; the days say %s %v, %d days", show(f), state, last, measured)
		}
	}
	if n != 3*54 {
		t.Errorf("%d levels", n)
	}
}

func numberOf(t *testing.T, text string) float64 {
	t.Helper()
	v, err := strconv.Atoi(strings.ReplaceAll(text, "\u00a0", ""))
	if err != nil {
		t.Fatal(err)
	}
	return float64(v)
}

// TestSheetsCanBeReadAgain reads the files that were written and finds the truth in the second; in the first one number is
// ten times too high.
func TestSheetsCanBeReadAgain(t *testing.T) {
	w := standard()
	dir := write(t, w)
	first, later := readSheet(t, filepath.Join(dir, firstExport)), readSheet(t, filepath.Join(dir, laterExport))
	if len(first) != 49 || len(later) != 54 {
		t.Fatalf("%d and %d rows", len(first), len(later))
	}
	n := 0
	for _, f := range w.Truth() {
		if f.Target != "facebook" || !f.AsOf.IsZero() {
			continue
		}
		cell, told := later[f.From][strings.TrimSuffix(f.Metric, "~facebook-taulukko")]
		if !told || !strings.HasSuffix(f.Metric, "~facebook-taulukko") && slices.Contains([]string{"followers", "reach"}, f.Metric) {
			continue // Facebook itself tells it
		}
		n++
		if f.State == StateMissing && cell != "–" || f.State != StateMissing && numberOf(t, cell) != *f.Value {
			t.Errorf("%s; the file says %q", show(f), cell)
		}
	}
	if n != 5*54 {
		t.Errorf("%d numbers of the sheet", n)
	}
	wrong := 0
	for from, row := range first {
		for metric, cell := range row {
			if cell != later[from][metric] {
				wrong++
				if from != w.sheet.slipped() || metric != "reactions" || numberOf(t, cell) != 10*numberOf(t, later[from][metric]) {
					t.Errorf("%s of %s: %q, then %q", metric, from, cell, later[from][metric])
				}
			}
		}
	}
	if wrong != 1 {
		t.Errorf("%d numbers were corrected", wrong)
	}
}

// readSheet returns the cells of a file by the first day of the week and by metric.
func readSheet(t *testing.T, path string) map[observation.Date]map[string]string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text, err := charmap.Windows1252.NewDecoder().String(string(b))
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	metrics := map[string]string{"Seuraajat": "followers", "Kattavuus": "reach", "Reaktiot": "reactions", "Kommentit": "comments", "Jaot": "shares"}
	out := map[observation.Date]map[string]string{}
	for _, row := range rows[1:] {
		at, err := time.Parse("2.1.2006", row[0])
		if err != nil {
			t.Fatal(err)
		}
		from := observation.DateOf(at)
		out[from] = map[string]string{}
		for i, head := range rows[0][1:] {
			out[from][metrics[head]] = row[i+1]
		}
	}
	return out
}

// TestASlipIsCorrected: a zero too many was typed, and corrected some days later with a note and a role.
func TestASlipIsCorrected(t *testing.T) {
	w := standard()
	var typed []Typed
	for _, d := range w.Doings() {
		if d.Typed != nil && d.Typed.Source == "uutiskirje-kasin" && d.Typed.On == day("2026-10-01") {
			typed = append(typed, *d.Typed)
		}
	}
	if len(typed) != 2 || numberOf(t, typed[0].Value) != 10*numberOf(t, typed[1].Value) || typed[1].By != "viestinta" || typed[1].Note == "" {
		t.Fatalf("typed were %+v", typed)
	}
	var was, is float64
	for _, f := range w.Truth() {
		if f.Target == "uutiskirje" && f.Grain == observation.Day {
			if f.AsOf.IsZero() {
				is = *f.Value
			} else {
				was = *f.Value
			}
		}
	}
	if was != numberOf(t, typed[0].Value) || is != numberOf(t, typed[1].Value) {
		t.Errorf("known were %v, then %v", was, is)
	}
}

// TestSignupsOfRegionsLieInEachOther: a region has no more than the one that it lies in.
func TestSignupsOfRegionsLieInEachOther(t *testing.T) {
	months := map[observation.Date]map[string]float64{}
	for _, f := range standardTruth() {
		if f.Metric == "signups" && f.Value != nil {
			if months[f.From] == nil {
				months[f.From] = map[string]float64{}
			}
			months[f.From][f.Dims] = *f.Value
		}
	}
	if len(months) < 8 {
		t.Errorf("only %d months have sign-ups", len(months))
	}
	for from, m := range months {
		if len(m) != 3 || m["region=keski-suomi"] > m["region=vali-suomi"] || m["region=vali-suomi"] > m[""] {
			t.Errorf("%s: %v", from, m)
		}
	}
}
