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

// Check opens the logs and tells of the newest line: "3 files, newest line 2026-11-20 23:59:58 +0200, format combined".
func (s *source) Check(ctx context.Context, now time.Time) (string, error) {
	logs := openLogs(s.dir, s.config.Paths, now)
	defer logs.close()
	said := fmt.Sprintf("%d files", len(logs.files))
	if len(logs.files) == 1 {
		said = "1 file"
	}
	newest, err := logs.newest(&meter{ctx: ctx, tell: func(int64, int64) {}})
	if err != nil {
		logs.troubles = append(logs.troubles, trouble{err: err})
	}
	if newest.format == "" {
		return said + ", no line that can be read", logs.fault()
	}
	return fmt.Sprintf("%s, newest line %s, format %s", said, newest.at.Format("2006-01-02 15:04:05 -0700"), newest.format), logs.fault()
}

// sight is a line as Check tells of it.
type sight struct {
	at     time.Time
	format string // "": none was seen
}

// newest returns the newest line of the files, looked for in the one that begins last.
func (s *logSet) newest(m *meter) (sight, error) {
	slices.SortStableFunc(s.files, func(a, b *logFile) int { return cmp.Compare(b.first, a.first) })
	for _, f := range s.files {
		found, err := f.newest(m)
		if err != nil || found.format != "" {
			return found, err
		}
	}
	return sight{}, nil
}

// newest returns the newest line of a log; of a plain one only the end is read.
func (f *logFile) newest(m *meter) (sight, error) {
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
		if scan.scan(b, &row) == counted && row.at > latest && (err == nil || f.final) {
			latest = row.at
			out = sight{time.Unix(row.at, 0).In(time.FixedZone("", scan.clock.offset)), row.format()}
		}
	}
	if errors.Is(err, io.EOF) {
		return out, nil
	}
	return out, fmt.Errorf("read %s: %w", f.path, err)
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
