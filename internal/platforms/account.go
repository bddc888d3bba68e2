package platforms

import (
	"slices"
	"time"

	"seuranta/internal/observation"
)

// Account is the account of an organisation on a social platform, as it is in truth.
type Account struct {
	ID, Handle, Name string
	Changes          []Change // who followed it, and who left; oldest first
	Posts            []Post   // oldest first
}

// Post is something that an account published.
type Post struct {
	ID, Title, Text, URL string
	Video                bool
	At                   time.Time
	Deleted              time.Time // zero: it stands
	Acts                 []Act     // oldest first
}

// Act is something that a person did with a post.
type Act struct {
	At     time.Time
	Person int
	What   ActKind
}

// ActKind says what a person did.
type ActKind int

// What people do with posts.
const (
	Saw ActKind = iota
	Reacted
	Unreacted // took a reaction back
	Commented
	Shared
	Followed // a link of the post
)

// Acted is what posts came to.
type Acted struct{ Views, Viewers, Reactions, Comments, Shares, Clicks int }

// add counts an act; who saw something is known apart.
func (a *Acted) add(what ActKind) {
	switch what {
	case Saw:
		a.Views++
	case Reacted:
		a.Reactions++
	case Unreacted:
		a.Reactions--
	case Commented:
		a.Comments++
	case Shared:
		a.Shares++
	case Followed:
		a.Clicks++
	}
}

// Acted counts what a post has come to at a moment.
func (p Post) Acted(now time.Time) Acted {
	return acted([]Post{p}, time.Time{}, now.Add(time.Nanosecond))
}

// Acted counts what was done in a stretch of time with all posts that there ever were.
func (a Account) Acted(from, to time.Time) Acted { return acted(a.Posts, from, to) }

// Of counts what was done in a period by the days of a zone, as far as it has happened at now.
func (a Account) Of(p observation.Period, zone *time.Location, now time.Time) Acted {
	to := p.End(zone)
	if to.After(now) {
		to = now.Add(time.Nanosecond)
	}
	return a.Acted(p.Start(zone), to)
}

func acted(posts []Post, from, to time.Time) Acted {
	var out Acted
	viewers := map[int]bool{}
	for _, p := range posts {
		for _, act := range p.Acts {
			if act.At.Before(from) || !act.At.Before(to) {
				continue
			}
			out.add(act.What)
			if act.What == Saw {
				viewers[act.Person] = true
			}
		}
	}
	out.Viewers = len(viewers)
	return out
}

// Standing returns the posts that are to be seen at a moment, newest first.
func (a Account) Standing(now time.Time) []Post {
	out := slices.DeleteFunc(slices.Clone(a.Posts), func(p Post) bool {
		return p.At.After(now) || !p.Deleted.IsZero() && !p.Deleted.After(now)
	})
	slices.Reverse(out)
	return out
}

// Followers returns how many follow the account at a moment.
func (a Account) Followers(at time.Time) int { return MailingList{Changes: a.Changes}.Members(at) }

// Gained returns how many began to follow the account and left it in a stretch of time, as far as it has happened at now.
func (a Account) Gained(from, to, now time.Time) (joined, left int) {
	return MailingList{Changes: a.Changes}.Moved(from, to, now)
}
