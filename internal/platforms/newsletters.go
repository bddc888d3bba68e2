package platforms

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// What the platforms that send newsletters have in common. An account of one has several lists, and lists the letters to all of
// them together.

// mailing is a letter with the list that it went to.
type mailing struct {
	Letter
	list MailingList
}

// mailings returns the letters of all lists that are sent until a moment, newest first.
func mailings(lists []MailingList, until time.Time) []mailing {
	var out []mailing
	for _, l := range lists {
		for _, letter := range l.SentBy(until) {
			out = append(out, mailing{letter, l})
		}
	}
	slices.SortStableFunc(out, func(a, b mailing) int { return cmp.Or(b.Sent.Compare(a.Sent), cmp.Compare(a.ID, b.ID)) })
	return out
}

// listOf returns the list with an id.
func listOf(lists []MailingList, id string) (MailingList, bool) {
	i := slices.IndexFunc(lists, func(l MailingList) bool { return l.ID == id })
	if i < 0 {
		return MailingList{}, false
	}
	return lists[i], true
}

// gone returns how many had left a list until a moment.
func (l MailingList) gone(now time.Time) int {
	_, left := l.Moved(time.Time{}, now.Add(time.Nanosecond), now)
	return left
}

// after returns a letter with what happened to it from a moment on: what was done before nobody knows any more, and of those whom it
// was sent to only the few who got it late.
func (l Letter) after(at time.Time) Letter {
	if l.Sent.Before(at) {
		l.To, l.Bounced = l.To/50, 0
	}
	l.Deeds = slices.DeleteFunc(slices.Clone(l.Deeds), func(d Deed) bool { return d.At.Before(at) })
	return l
}

// idNumber is the number at the end of an id: most platforms number what they have.
func idNumber(id string) int {
	n, _ := strconv.Atoi(id[strings.LastIndexAny(id, "=/-")+1:])
	return n
}

// stretch returns some rows of many: size of them from the one at offset on.
func stretch[T any](rows []T, offset, size int) []T {
	from := min(offset, len(rows))
	return rows[from:min(from+size, len(rows))]
}

// sized returns how many rows a request asks for: as many as there are without its asking, and never more than the most.
func sized(r *http.Request, name string, without, most int) int {
	return max(1, min(whole(r, name, without), most))
}

// meter counts the calls that a platform takes in a stretch of time, by the clock of the server.
type meter struct {
	mu    sync.Mutex
	since time.Time
	used  int
}

// take counts a call. It returns how many are left and how long it is until there are all again; ok is false when there was none.
func (m *meter) take(now time.Time, most int, per time.Duration) (left int, reset time.Duration, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if now.Before(m.since) || !now.Before(m.since.Add(per)) {
		m.since, m.used = now, 0
	}
	m.used++
	return max(0, most-m.used), m.since.Add(per).Sub(now), m.used <= most
}

// seconds writes a length of time as headers do, rounded up.
func seconds(d time.Duration) string { return strconv.Itoa(int((d + time.Second - 1) / time.Second)) }
