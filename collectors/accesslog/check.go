package accesslog

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"
)

// tailSize is enough of a plain log's end to find its last readable line.
const tailSize = 2 * longestLine

// Check opens the logs and tells of the newest line: "3 files, newest line 2026-11-20 23:59:58 +0200, format combined". It
// fails when a file can not be opened, holds no line that can be read, or when there is no line at all.
func (s *source) Check(ctx context.Context, now time.Time) (string, error) {
	logs := openLogs(ctx, s.dir, s.config.Paths, now)
	defer logs.close()
	said := fmt.Sprintf("%d files", len(logs.files))
	if len(logs.files) == 1 {
		said = "1 file"
	}
	newest, err := logs.newest(&meter{ctx: ctx, tell: func(int64, int64) {}}, now)
	if ctx.Err() != nil {
		return "", inWords(ctx.Err())
	}
	var all faults
	if err != nil {
		all = append(all, err)
	}
	all = append(all, logs.faults()...)
	if err = nil; len(all) > 0 {
		err = fmt.Errorf("accesslog: %w", all)
	}
	if newest.format == "" {
		return said + ", no line that can be read", err
	}
	return fmt.Sprintf("%s, newest line %s, format %s", said, newest.at.Format("2006-01-02 15:04:05 -0700"), newest.format), err
}

// sight is a line as Check tells of it.
type sight struct {
	at     time.Time
	format string // "": none was seen
}

// newest returns the newest line of the files, looked for in the one that reaches furthest. Its error is that a file can
// not be read, that files hold no line that can be, or that there is no line at all.
func (s *logSet) newest(m *meter, now time.Time) (sight, error) {
	slices.SortStableFunc(s.files, func(a, b *logFile) int { return cmp.Compare(b.latest, a.latest) })
	var (
		out    sight
		failed faults
		alien  []string
		empty  int
	)
	for _, f := range s.files {
		if f.seen == 0 {
			empty++
			continue
		}
		if out.format != "" && f.readable > 0 {
			continue
		}
		found, err := f.newest(m, lastStamp(now))
		switch {
		case err != nil:
			failed = append(failed, err)
		case found.format == "" && f.readable == 0:
			alien = append(alien, shortPath(f.path))
		case out.format == "":
			out = found
		}
	}
	if len(alien) > 0 {
		failed = append(failed, fmt.Errorf("no line can be read in %s: %w", joined(alien, ", "), errAlien))
	}
	if empty > 0 && empty == len(s.files) {
		failed = append(failed, errEmpty)
	}
	if len(failed) == 0 {
		return out, nil
	}
	return out, failed
}

var (
	errAlien = errors.New("is it an access log? Known are the formats common and combined of Apache, nginx and others, alone or after the virtual host (vhost_combined); name such logs in paths and no other files")
	errEmpty = errors.New("nothing is written in the log yet: visit the site and check again, and see whether paths names the log that the server writes")
)

// newest returns the newest line of a log that is not later than until; of a plain one only the end is read.
func (f *logFile) newest(m *meter, until int64) (sight, error) {
	r, err := f.reader(m)
	if raw, plain := r.(*rawReader); plain {
		raw.at = max(0, raw.size-tailSize)
	}
	var (
		out  sight
		scan scanner
		row  line
	)
	latest := int64(math.MinInt64)
	for buffer := bufio.NewReaderSize(r, bufferSize); err == nil; {
		var b []byte
		b, _, err = nextLine(buffer)
		if scan.scan(b, &row) == counted && row.at > latest && row.at <= until && (err == nil || f.final) {
			latest = row.at
			out = sight{time.Unix(row.at, 0).In(time.FixedZone("", scan.clock.offset)), row.format()}
		}
	}
	if errors.Is(err, io.EOF) {
		return out, nil
	}
	return out, fmt.Errorf("read %s: %w", shortPath(f.path), err)
}

// format names the format of a line.
func (l *line) format() string {
	name := "common"
	if l.hasAgent {
		name = "combined"
	}
	if l.vhost != nil {
		name = "vhost " + name
	}
	return name
}
