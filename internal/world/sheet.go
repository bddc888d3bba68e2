package world

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"seuranta/internal/observation"
)

// The files that the centre downloads of its page on Facebook: the first with a slip in it, then the corrected one.
const (
	firstExport = "exports/facebook.csv"
	laterExport = "exports/facebook-korjattu.csv"
)

// export is a file that somebody downloads and hands over at a moment.
type export struct {
	file  string
	at    moment
	until observation.Date // its weeks end here
	slip  bool
}

// sheet is what the page on Facebook tells by the week.
type sheet struct {
	plan    plan
	weeks   []sheetWeek
	exports []export
}

// sheetWeek is one row; nil is an empty cell.
type sheetWeek struct {
	from    observation.Date
	numbers map[string]*int
}

// sheetColumns are the columns after the first, in their order, with the metric that each holds. Impressions are none of them: Meta
// ended that number on 15 November 2025, so that an export that is downloaded now cannot have it.
func sheetColumns() [][2]string {
	return [][2]string{{"Seuraajat", "followers"}, {"Kattavuus", "reach"}, {"Reaktiot", "reactions"}, {"Kommentit", "comments"}, {"Jaot", "shares"}}
}

// slipped is the week whose reactions the first file tells ten times too high, unsaid the one whose comments no file tells.
func (s *sheet) slipped() observation.Date { return s.plan.weeks.To - 7*7 }
func (s *sheet) unsaid() observation.Date  { return s.plan.weeks.To - 4*7 }

func sheetOf(p plan) sheet {
	s := sheet{plan: p}
	dice := p.dice("facebook")
	followers := 961
	for d := p.weeks.From; d < p.weeks.To; d += 7 {
		followers += dice.IntN(3) - 1 + int(d/7%2)
		mood := (p.mood(d+1) + p.mood(d+3)) / 2
		reach := int(190*mood) + dice.IntN(80)
		row := sheetWeek{from: d, numbers: map[string]*int{}}
		for metric, n := range map[string]int{"followers": followers, "reach": reach, "reactions": reach / 9, "comments": reach / 60, "shares": max(0, reach/45-3)} {
			row.numbers[metric] = &n
		}
		if d == s.unsaid() {
			row.numbers["comments"] = nil
		}
		s.weeks = append(s.weeks, row)
	}
	s.plans()
	return s
}

// plans says when the files are downloaded: the first some weeks ago, the corrected one this morning. A world that is too
// short for the first has only the other.
func (s *sheet) plans() {
	p := s.plan
	if until := p.weeks.To - 5*7; until > p.weeks.From {
		s.exports = append(s.exports, export{file: firstExport, at: p.clock(until+1, 10, 15), until: until, slip: true})
	}
	s.exports = append(s.exports, export{file: laterExport, at: p.clock(p.today, 5, 40), until: p.weeks.To})
}

// number returns what a file tells of a week; ok is false where its cell is empty or it has no such row.
func (s *sheet) number(e export, week observation.Date, metric string) (n int, ok bool) {
	for _, row := range s.weeks {
		if row.from != week || row.from >= e.until || row.numbers[metric] == nil {
			continue
		}
		n = *row.numbers[metric]
		if e.slip && week == s.slipped() && metric == "reactions" {
			n *= 10
		}
		return n, true
	}
	return 0, false
}

// write writes a file as a Finnish Windows saves it: Windows-1252, semicolons, dates as 2.11.2026, a blank between thousands.
func (s *sheet) write(e export) []byte {
	var b bytes.Buffer
	b.WriteString("Viikko alkaa")
	for _, c := range sheetColumns() {
		b.WriteString(";" + c[0])
	}
	for _, row := range s.weeks {
		if row.from >= e.until {
			break
		}
		b.WriteString("\r\n" + row.from.UTC().Format("2.1.2006"))
		for _, c := range sheetColumns() {
			cell := "–"
			if n, ok := s.number(e, row.from, c[1]); ok {
				cell = written(n)
			}
			b.WriteString(";" + cell)
		}
	}
	b.WriteString("\r\n")
	out, err := charmap.Windows1252.NewEncoder().Bytes(b.Bytes())
	if err != nil {
		panic(fmt.Sprintf("world: write the made-up sheet: %v", err)) // its letters are known
	}
	return out
}

// writeTo writes the files into the world's folder, each as old as its download.
func (s *sheet) writeTo(dir string) error {
	for _, e := range s.exports {
		path := filepath.Join(dir, filepath.FromSlash(e.file))
		at := e.at.time(s.plan.zone)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, s.write(e), 0o644), os.Chtimes(path, at, at)); err != nil {
			return err
		}
	}
	return nil
}

// written writes a number as Finns do, with a no-break space between thousands.
func written(n int) string {
	text := strconv.Itoa(n)
	if len(text) <= 3 {
		return text
	}
	return strings.Join([]string{text[:len(text)-3], text[len(text)-3:]}, "\u00a0")
}
