package alarm

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"seuranta/internal/observation"
)

// Book is what a watcher needs of a store.
type Book interface {
	Alarms(ctx context.Context, asOf time.Time) ([]observation.Alarm, error)
	NoteAlarms(ctx context.Context, rows []observation.Alarm) error
	Claim(ctx context.Context, name string, length time.Duration) (release func(context.Context) error, got bool, err error)
}

// Way is a way by which people are told.
type Way interface {
	Name() string // mail, webhook
	// Tell sends a message. It may be called again with the same message: when it failed, or when nobody knows whether it did.
	Tell(ctx context.Context, m Message) error
}

// Watcher looks for faults and tells of them. Look is called from time to time by one goroutine.
type Watcher struct {
	Book          Book
	Known         func(ctx context.Context) (Known, error) // what is known now; DiskStands is filled in
	Ways          []Way
	Words         Words
	Organisations []string // whose faults these are
	// Asks tells whether what has a fault is still asked for: a source or a part of it that is no longer so has not recovered.
	// Nil means that all is.
	Asks func(Fault) bool
	Now  func() time.Time
	Log  *slog.Logger
	// Patience is how long a lateness has to be seen by this watcher before it is a fault. After a pause of the whole program
	// everything is late, until the visits that are due were made.
	Patience time.Duration
	Outage   time.Duration // how long the store may be away before that is told; 0 is five minutes

	// What is known and told while the store does not work; each may be nil.
	Disk func() *Disk     // the disk of the store
	Full func(error) bool // whether an error of the store says that its disk is full
	Slip *Slip            // where it is kept then, for the processes that follow

	late map[observation.AlarmKey]time.Time // since when it is seen
	memo Memo
	lost bool                // the memo could not be written down
	seen []observation.Alarm // what the store knew when it answered last
	down time.Time           // since when it does not work, with the reading of the clock that nobody sets
}

// claimName is what whoever changes the board holds.
const claimName = "alarms"

// How long a claim holds, and how long telling may take: a claim must not run out in the middle of it.
const (
	claimLength = 5 * time.Minute
	tellWithin  = 4 * time.Minute
	noteWithin  = 2 * time.Second // also when everything is to stop
)

// Look looks once: it notes what changed and tells what is untold. When the store cannot be asked or written for a while, or
// its disk is full, that is told without it; what is wrong with the store is the error.
func (w *Watcher) Look(ctx context.Context) error {
	err := w.look(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		w.lookWithout(ctx, err)
		return fmt.Errorf("look for faults: %w", err)
	}
	w.works()
	return nil
}

func (w *Watcher) look(ctx context.Context) error {
	board, err := w.board(ctx)
	if err != nil {
		return err
	}
	known, err := w.Known(ctx)
	if err != nil {
		return err
	}
	known.DiskStands = board.stood(Fault{Kind: DiskFull}.key())
	faults := w.patiently(board, Faults(known))
	if !w.busy(board, faults) {
		return nil
	}
	release, got, err := w.Book.Claim(ctx, claimName, claimLength)
	if err != nil || !got {
		return err // another process is at it
	}
	defer w.giveBack(ctx, release)
	if board, err = w.board(ctx); err != nil { // which may have changed it before it let go
		return err
	}
	return w.settle(ctx, board, faults)
}

func (w *Watcher) giveBack(ctx context.Context, release func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteWithin)
	defer cancel()
	if err := release(ctx); err != nil {
		w.Log.Warn("the claim to tell of faults was not given back; it runs out by itself", "error", err)
	}
}

// board returns the board as it stands, with what this watcher could not note.
func (w *Watcher) board(ctx context.Context) (Board, error) {
	rows, err := w.Book.Alarms(ctx, time.Time{})
	if err == nil {
		w.seen = rows
	}
	w.recall()
	b := NewBoard(rows, w.Organisations)
	b.asks = w.Asks
	b.add(w.memo.Rows)
	return b, err
}

// patiently leaves out lateness that is not seen for long, but for what stands already.
func (w *Watcher) patiently(board Board, faults []Fault) []Fault {
	seen := map[observation.AlarmKey]time.Time{}
	out := slices.DeleteFunc(slices.Clone(faults), func(f Fault) bool {
		if f.Kind != SourceLate || board.stood(f.key()) {
			return false
		}
		first, have := w.late[f.key()]
		if !have {
			first = time.Now() // with the reading of the clock that nobody sets, and that stands still while the machine sleeps
		}
		seen[f.key()] = first
		return time.Since(first) < w.Patience
	})
	w.late = seen
	return out
}

// busy tells whether anything is to be noted or told now.
func (w *Watcher) busy(board Board, faults []Fault) bool {
	if len(w.memo.Rows) > 0 || len(board.changes(faults, w.Now())) > 0 {
		return true
	}
	return slices.ContainsFunc(w.Ways, func(way Way) bool {
		tell, quiet := board.untold(way.Name())
		return len(quiet) > 0 || len(tell) > 0 && board.open(way.Name(), w.Now())
	})
}

// settle notes what changed, and tells what is untold by every way that is open.
func (w *Watcher) settle(ctx context.Context, board Board, faults []Fault) error {
	rows := append(slices.Clone(w.memo.Rows), board.changes(faults, w.Now())...)
	if err := w.Book.NoteAlarms(ctx, rows); err != nil {
		return err
	}
	if len(w.memo.Rows) > 0 {
		w.keep(Memo{Since: w.memo.Since})
	}
	board.add(rows)
	ctx, cancel := context.WithTimeout(ctx, tellWithin)
	defer cancel()
	var failed []error
	for _, way := range w.Ways {
		failed = append(failed, w.note(ctx, w.tell(ctx, board, way)))
	}
	return errors.Join(failed...)
}

// tell tells by one way, and returns what came of it. That a way fails is no error of looking: it is noted and tried again.
func (w *Watcher) tell(ctx context.Context, board Board, way Way) []observation.Alarm {
	name, now := way.Name(), w.Now()
	notices, rows := board.untold(name)
	if len(notices) > 0 && board.open(name, now) {
		err := way.Tell(ctx, w.Words.Message(notices, now))
		switch {
		case err == nil:
			w.Log.Info("people were told of faults", "way", name, "faults", len(notices))
			rows = append(rows, board.recovered(name, now)...)
			for _, n := range notices {
				rows = append(rows, n.told(name))
			}
		case ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded):
			return nil // stopped: the next look goes on
		default:
			w.Log.Warn("people could not be told of faults; it is tried again", "way", name, "error", err)
			rows = append(rows, board.failed(name, now, err.Error()))
		}
	}
	return rows
}

// note notes what was told, also when everything is to stop. What cannot be noted is kept in mind, so that nobody is told
// again.
func (w *Watcher) note(ctx context.Context, rows []observation.Alarm) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteWithin)
	defer cancel()
	err := w.Book.NoteAlarms(ctx, rows)
	if err != nil {
		w.keep(w.memo.with(rows))
	}
	return err
}

// Test sends a message of no fault by every way and returns what came of each, by name. Ways that work are no longer held to
// be failing.
func (w *Watcher) Test(ctx context.Context) (map[string]error, error) {
	board, err := w.board(ctx)
	if err != nil {
		return nil, err
	}
	out, now := map[string]error{}, w.Now()
	var rows []observation.Alarm
	for _, way := range w.Ways {
		err := way.Tell(ctx, w.Words.testMessage(now))
		if out[way.Name()] = err; err == nil {
			rows = append(rows, board.recovered(way.Name(), now)...)
		}
	}
	return out, w.note(ctx, rows)
}

// idOf names a message: the same faults at the same steps have the same id, so that one that is sent again is known for what
// it is.
func idOf(notices []Notice) string {
	h := sha256.New()
	for _, n := range notices {
		fmt.Fprintf(h, "%q %d %d %v\n", n.ID(), n.Since.UnixMilli(), n.Step, n.Over)
	}
	return "seuranta." + hex.EncodeToString(h.Sum(nil)[:12])
}
