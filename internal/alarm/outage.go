package alarm

import (
	"cmp"
	"context"
	"strings"
	"time"

	"seuranta/internal/observation"
)

// longestOutage is how long the store may be away before people are told, where the watcher says nothing else.
const longestOutage = 5 * time.Minute

// Memo is what is kept beside the store while that does not work.
type Memo struct {
	Since time.Time           `json:"since"` // when it was first seen not to work; zero while it does
	Rows  []observation.Alarm `json:"rows"`  // what is known and was told, and could not be noted
}

// with returns the memo with more rows; of a key the newest counts.
func (m Memo) with(rows []observation.Alarm) Memo {
	newer := map[observation.AlarmKey]bool{}
	for _, r := range rows {
		newer[r.AlarmKey] = true
	}
	out := Memo{Since: m.Since}
	for _, r := range m.Rows {
		if !newer[r.AlarmKey] {
			out.Rows = append(out.Rows, r)
		}
	}
	out.Rows = append(out.Rows, rows...)
	return out
}

// recall reads the memo, which other processes change, too.
func (w *Watcher) recall() {
	if w.Slip != nil && !w.lost {
		w.memo = w.Slip.Read()
	}
}

// keep writes the memo down. One that cannot be written is kept for as long as this process lives.
func (w *Watcher) keep(m Memo) {
	w.memo = m
	w.lost = w.Slip != nil && w.Slip.Write(m) != nil
}

// works forgets that the store did not work, and has room for a memo from the beginning: there may be none when it is needed.
func (w *Watcher) works() {
	w.down = time.Time{}
	switch {
	case w.lost || !w.memo.Since.IsZero():
		w.keep(Memo{Rows: w.memo.Rows})
	case w.Slip != nil:
		w.Slip.Prepare()
	}
}

// lookWithout tells what has to be told without the store, which does not work for a reason: that its disk is full, at once; that
// it does not answer, after a while. The store hears of it when it works again, and then everybody that it is over.
func (w *Watcher) lookWithout(ctx context.Context, why error) {
	w.recall()
	now := w.Now()
	if w.down.IsZero() {
		w.down = time.Now()
	}
	if w.memo.Since.IsZero() || w.memo.Since.After(now) { // then the clock was wrong
		w.keep(Memo{Since: now, Rows: w.memo.Rows})
	}
	board := w.Apart()
	rows := board.changes(w.faultsWithout(board, why, now), now)
	board.add(rows)
	ctx, cancel := context.WithTimeout(ctx, tellWithin)
	defer cancel()
	for _, way := range w.Ways {
		rows = append(rows, w.tell(ctx, board, way)...)
	}
	if len(rows) > 0 {
		w.keep(w.memo.with(rows))
	}
}

// faultsWithout are those that can be seen without the store. One that does not work because its disk is full has one fault.
func (w *Watcher) faultsWithout(board Board, why error, now time.Time) (out []Fault) {
	var disk *Disk
	if w.Disk != nil {
		disk = w.Disk()
	}
	full := w.Full != nil && w.Full(why)
	if full || disk.full(board.stood(Fault{Kind: DiskFull}.key())) {
		out = append(out, Fault{Kind: DiskFull, Since: now, Step: 1, Detail: disk.detail()})
	}
	longest := cmp.Or(w.Outage, longestOutage)
	if !full && (time.Since(w.down) >= longest || now.Sub(w.memo.Since) >= longest) {
		out = append(out, Fault{Kind: StoreUnreachable, Since: w.memo.Since, Step: 1, Detail: short(why)})
	}
	return out
}

// short is an error in the length of a few lines.
func short(err error) string {
	const most = 500
	if text := []rune(strings.TrimSpace(err.Error())); len(text) > most {
		return string(text[:most]) + "…"
	}
	return strings.TrimSpace(err.Error())
}

// Apart returns what is known of the faults that are told without the store, and of the ways of telling.
func (w *Watcher) Apart() Board {
	b := NewBoard(nil, nil)
	for _, rows := range [][]observation.Alarm{w.seen, w.memo.Rows} {
		for _, r := range rows {
			if r.Fault == "" || r.Fault == DiskFull || r.Fault == StoreUnreachable {
				b.add([]observation.Alarm{r})
			}
		}
	}
	return b
}
