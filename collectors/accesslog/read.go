package accesslog

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"github.com/klauspost/compress/gzip"
)

const (
	longestLine = 64 << 10 // bytes, without the line's end
	bufferSize  = 2 * longestLine
	tellEvery   = 4 << 20 // bytes
)

// meter watches over all reading of a run: it stops it when the run is to stop, and tells how far it is.
type meter struct {
	ctx         context.Context
	tell        func(done, total int64)
	done, total int64
	told        int64
}

// passed counts n more bytes.
func (m *meter) passed(n int) error {
	if m == nil {
		return nil
	}
	m.done += int64(n)
	if m.done-m.told >= tellEvery {
		m.told = m.done
		m.tell(m.done, m.total)
	}
	return m.ctx.Err()
}

var (
	errShrank  = errors.New("it shrank while it was being read; run again")
	errRewrote = errors.New("it was written anew while it was being read; run again")
)

// rawReader reads a file's bytes up to the size that it had when it was opened.
type rawReader struct {
	file  io.ReaderAt
	at    int64
	size  int64
	meter *meter
}

// Read fails when the file is shorter than it was, and when the run is to stop.
func (r *rawReader) Read(b []byte) (int, error) {
	if r.at >= r.size {
		return 0, io.EOF
	}
	n, err := r.file.ReadAt(b[:min(int64(len(b)), r.size-r.at)], r.at)
	r.at += int64(n)
	if err == io.EOF && r.at < r.size {
		err = errShrank
	} else if err == io.EOF {
		err = nil
	}
	return n, errors.Join(err, r.meter.passed(n))
}

// reader reads the log from its start, unpacked.
func (f *logFile) reader(m *meter) (io.Reader, error) {
	raw := &rawReader{file: f.file, size: f.info.Size(), meter: m}
	if !f.gz {
		return raw, nil
	}
	return gzip.NewReader(bufio.NewReaderSize(raw, bufferSize))
}

// written returns when the log was last written to; for a packed one that is not when it was packed.
func (f *logFile) written() time.Time {
	if f.gz {
		if z, err := gzip.NewReader(&rawReader{file: f.file, size: f.info.Size()}); err == nil && z.ModTime.Unix() > 0 {
			return z.ModTime
		}
	}
	return f.info.ModTime()
}

// rewritten tells whether the file no longer begins as it did when it was opened.
func (f *logFile) rewritten() bool {
	var now [keySize]byte
	_, err := f.file.ReadAt(now[:min(keySize, f.info.Size())], 0)
	return !f.gz && (err != nil && err != io.EOF || now != f.key)
}

// nextLine returns the next line of r without its end, good until the next call. A line that is too long is skipped
// without being held, and nil is returned for it. The end of r comes as io.EOF, together with the last line when nothing
// ends it; any other error comes without the torn line before it.
func nextLine(r *bufio.Reader) (line []byte, tooLong bool, err error) {
	line, err = r.ReadSlice('\n')
	for err == bufio.ErrBufferFull {
		tooLong = true
		line, err = r.ReadSlice('\n')
	}
	if err != nil && err != io.EOF {
		return nil, false, err
	}
	line = trimEnd(line)
	if tooLong = tooLong || len(line) > longestLine; tooLong {
		return nil, true, err
	}
	return line, false, err
}

// trimEnd returns b without the end of line that servers write, \n or \r\n.
func trimEnd(b []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(b, []byte{'\n'}), []byte{'\r'})
}
