package platforms

import "time"

// MailingList is a list of people who get letters, or write to each other.
type MailingList struct {
	ID      string
	Name    string
	Changes []Change // oldest first
	Letters []Letter // oldest first
}

// Change is somebody who joined a list, or left it.
type Change struct {
	At   time.Time
	Left bool
}

// Made returns when the list was made: somebody joined it, or a letter was sent to it.
func (l MailingList) Made() time.Time {
	var made time.Time
	if len(l.Changes) > 0 {
		made = l.Changes[0].At
	}
	if len(l.Letters) > 0 && (made.IsZero() || l.Letters[0].Sent.Before(made)) {
		made = l.Letters[0].Sent
	}
	return made
}

// Members returns how many the list has at a moment.
func (l MailingList) Members(at time.Time) int {
	n := 0
	for _, c := range l.Changes {
		switch {
		case c.At.After(at):
			return n
		case c.Left:
			n--
		default:
			n++
		}
	}
	return n
}

// Moved returns how many joined and left in a stretch of time, as far as it has happened at now.
func (l MailingList) Moved(from, to, now time.Time) (joined, left int) {
	for _, c := range l.Changes {
		switch {
		case c.At.Before(from) || !c.At.Before(to) || c.At.After(now):
		case c.Left:
			left++
		default:
			joined++
		}
	}
	return joined, left
}

// Letter is one letter that was sent to a list.
type Letter struct {
	ID      string
	Title   string
	URL     string // where everybody can read it
	Sent    time.Time
	To      int // how many it was sent to
	Bounced int
	Deeds   []Deed // what readers did with it, oldest first
}

// Deed is something that a reader did with a letter.
type Deed struct {
	At     time.Time
	Reader int
	What   DeedKind
}

// DeedKind says what a reader did.
type DeedKind int

// What readers do.
const (
	Opened DeedKind = iota
	Clicked
	Unsubscribed
)

// Counts is what a letter came to.
type Counts struct{ Opens, UniqueOpens, Clicks, UniqueClicks, Unsubscribes int }

// Counts counts what a letter came to until a moment.
func (l Letter) Counts(now time.Time) Counts {
	var out Counts
	openers, clickers := map[int]bool{}, map[int]bool{}
	for _, d := range l.Deeds {
		if d.At.After(now) {
			break
		}
		switch d.What {
		case Opened:
			out.Opens++
			openers[d.Reader] = true
		case Clicked:
			out.Clicks++
			clickers[d.Reader] = true
		case Unsubscribed:
			out.Unsubscribes++
		}
	}
	out.UniqueOpens, out.UniqueClicks = len(openers), len(clickers)
	return out
}

// SentBy returns the letters that were sent until a moment, oldest first.
func (l MailingList) SentBy(now time.Time) []Letter {
	for i, letter := range l.Letters {
		if letter.Sent.After(now) {
			return l.Letters[:i]
		}
	}
	return l.Letters
}
