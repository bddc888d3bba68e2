package world

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"seuranta/internal/observation"
)

// serverLog is one log of a server with its older files.
type serverLog struct {
	folder, name string
	plan         plan
	line         func(b []byte, r request, zone *time.Location) []byte
	requests     []request // in the order of the lines
}

// Write writes seuranta.yaml, whose feeds are those at the address feeds, and the folders logs and exports into dir, which it
// makes where there is none. It refuses to mix its logs with others: when there are logs already the error is fs.ErrExist. When
// ctx is done it stops and leaves what it has written.
func (w *World) Write(ctx context.Context, dir, feeds string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("write the made-up world: %w", err)
	}
	if err := os.Mkdir(filepath.Join(dir, "logs"), 0o755); err != nil {
		return fmt.Errorf("write the made-up world: its logs need a folder of their own: %w", err)
	}
	for _, l := range w.logs {
		if err := l.write(ctx, filepath.Join(dir, "logs", l.folder)); err != nil {
			return fmt.Errorf("write the made-up log %s: %w", l.name, err)
		}
	}
	if err := errors.Join(w.sheet.writeTo(dir), w.writeDownloads(dir)); err != nil {
		return fmt.Errorf("write the made-up sheets: %w", err)
	}
	if err := w.writeSecrets(filepath.Join(dir, "secrets")); err != nil {
		return fmt.Errorf("write the made-up secrets: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "seuranta.yaml"), w.config(feeds), 0o644); err != nil {
		return fmt.Errorf("write the made-up configuration: %w", err)
	}
	return nil
}

// write writes the log as logrotate leaves it: the newest file bears the plain name, the one before it .1, and older ones
// .2.gz, .3.gz and so on.
func (l *serverLog) write(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	files := l.rotated()
	for i, lines := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := l.writeFile(filepath.Join(dir, l.rotatedName(len(files)-1-i)), lines); err != nil {
			return err
		}
	}
	return nil
}

// rotatedName returns the name of a file after so many rotations.
func (l *serverLog) rotatedName(age int) string {
	switch age {
	case 0:
		return l.name
	case 1:
		return l.name + ".1"
	}
	return fmt.Sprintf("%s.%d.gz", l.name, age)
}

// rotated cuts the log as Debian's daily job does on Sundays at 6.25 with logrotate's "weekly": weeks straddle files. A
// file without a line is not rotated ("notifempty").
func (l *serverLog) rotated() [][]request {
	var files [][]request
	rest := l.requests
	for d := l.plan.days().From; d < l.plan.days().To; d++ {
		if d.Weekday() != time.Sunday {
			continue
		}
		n := 0
		for cut := l.cut(d); n < len(rest) && rest[n].ended < cut; n++ {
		}
		if n > 0 {
			files, rest = append(files, rest[:n]), rest[n:]
		}
	}
	return append(files, rest)
}

// cut returns the moment of the rotation on d: cron begins at 6.25 and takes a few seconds.
func (l *serverLog) cut(d observation.Date) moment { return l.plan.clock(d, 6, 25) + 2 + moment(d/7%3) }

// writeFile writes lines to path, packed when its name says so. The file is as old as its last line.
func (l *serverLog) writeFile(path string, lines []request) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close(), l.age(path, lines)) }()
	if filepath.Ext(path) != ".gz" {
		return l.writeLines(f, lines)
	}
	packed, err := gzip.NewWriterLevel(f, gzip.BestSpeed)
	if err != nil {
		return err
	}
	return errors.Join(l.writeLines(packed, lines), packed.Close())
}

func (l *serverLog) writeLines(w io.Writer, lines []request) error {
	out := bufio.NewWriter(w)
	var b []byte
	for _, r := range lines {
		b = l.line(b[:0], r, l.plan.zone)
		if _, err := out.Write(b); err != nil {
			return err
		}
	}
	return out.Flush()
}

func (l *serverLog) age(path string, lines []request) error {
	if len(lines) == 0 {
		return nil
	}
	last := lines[len(lines)-1].ended.time(l.plan.zone)
	return os.Chtimes(path, last, last)
}
