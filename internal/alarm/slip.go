package alarm

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"time"
)

// Slip is a small file that a memo is kept in, in the first of some places where that is possible. It has its room on the disk
// from the beginning and is written over, so that it can be written when the disk is full.
type Slip struct{ Places []string }

// slipSize is the size of the file: what is shorter is filled up with blanks.
const slipSize = 8 << 10

// errNoSlip says that a memo could be written nowhere.
var errNoSlip = errors.New("there is no place for what is to be kept while the store does not work")

// written is a memo with the moment when it was written, by which the newest of several places counts.
type written struct {
	At time.Time `json:"at"`
	Memo
}

// Read returns the newest memo that was written; an empty one where there is none that can be read.
func (s *Slip) Read() Memo {
	var newest written
	for _, place := range s.Places {
		if w := readSlip(place); w.At.After(newest.At) {
			newest = w
		}
	}
	return newest.Memo
}

func readSlip(place string) (w written) {
	f, err := os.Open(place)
	if err != nil {
		return written{}
	}
	defer f.Close()
	if b, err := io.ReadAll(io.LimitReader(f, slipSize)); err != nil || json.Unmarshal(b, &w) != nil {
		return written{} // one that was not written to its end is none
	}
	return w
}

// Write writes a memo down, in the first place where it can be.
func (s *Slip) Write(m Memo) error {
	at := time.Now().UTC()
	for _, place := range s.Places {
		if old := readSlip(place).At; !old.Before(at) {
			at = old.Add(time.Millisecond) // the clock was set back
		}
	}
	b, err := json.Marshal(written{at, m})
	if err != nil || len(b) > slipSize {
		return errors.Join(errNoSlip, err)
	}
	b = append(b, bytes.Repeat([]byte(" "), slipSize-len(b))...)
	for _, place := range s.Places {
		if err = writeSlip(place, b); err == nil {
			return nil
		}
	}
	return errors.Join(errNoSlip, err)
}

func writeSlip(place string, b []byte) error {
	f, err := os.OpenFile(place, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(b, 0)
	return errors.Join(err, f.Close())
}

// Prepare makes the file, where there is none yet: when it is needed there may be no room for it.
func (s *Slip) Prepare() {
	if len(s.Places) == 0 {
		return
	}
	if info, err := os.Stat(s.Places[0]); err == nil && info.Size() == slipSize {
		return
	}
	_ = s.Write(Memo{}) // what cannot be done is tried again at the next look
}
