package api

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// Count is a Number of one post of many: something else in its place is no number, and costs that counter of that post alone.
type Count struct{ Number }

// UnmarshalJSON reads any of the forms of a Number, and takes all else for what Number.Lack finds to be none.
func (c *Count) UnmarshalJSON(b []byte) error {
	if c.Number.UnmarshalJSON(b) != nil {
		c.Number = Number{Value: math.NaN(), Known: true}
	}
	return nil
}

// List is a list of an answer whose entries are read one by one. One of another form than is known is empty, without id and without time:
// it costs itself, and not the list.
type List[T any] []T

// UnmarshalJSON reads the list.
func (l *List[T]) UnmarshalJSON(b []byte) error {
	var entries []json.RawMessage
	if err := json.Unmarshal(b, &entries); err != nil || entries == nil {
		return err
	}
	*l = make(List[T], len(entries))
	for i, entry := range entries {
		var one T
		if json.Unmarshal(entry, &one) == nil {
			(*l)[i] = one
		}
	}
	return nil
}

// Listing is what was read of a list of posts.
type Listing struct {
	Posts  []Post
	Unread []Unread
}

// Unread is a post whose id or time could not be read, with what could, and why.
type Unread struct {
	Post
	Why error
}

// Take takes in a post as far as it was read, and why no further. An id of which nobody knows whether it is one is to be left out.
func (l *Listing) Take(p Post, err error) {
	switch {
	case err != nil:
	case p.ID == "":
		err = Missing("id of a post")
	case p.At.IsZero():
		err = Missing("time of a post")
	default:
		l.Posts = append(l.Posts, p)
		return
	}
	l.Unread = append(l.Unread, Unread{p, err})
}

// unread returns the posts that could not be read, and that may be among those that were asked for.
func (t *Teller) unread(p Posts, posts []Post) []Unread {
	return slices.DeleteFunc(slices.Clone(p.Unread), func(x Unread) bool {
		read := x.ID != "" && slices.ContainsFunc(posts, func(y Post) bool { return x.ID == y.ID })
		return read || !x.At.IsZero() && (t.dayOf(x.Post) < p.Since || !t.asked(x.At))
	})
}

// present returns what is there: the posts that were read, and of those that were not the ones that are remembered. Where one has no id
// nobody knows which it is, and ok is false: none may be taken for deleted.
func (t *Teller) present(p Posts, posts []Post, unread []Unread) (there []Post, ok bool) {
	if len(unread) == 0 || p.State == nil {
		return posts, true
	}
	there, before := slices.Clone(posts), p.remembered()
	for _, x := range unread {
		if x.ID == "" {
			return nil, false
		}
		if day := cmp.Or(before[p.alias(x.ID)], before[x.ID]); day != 0 {
			x.At = day.Start(t.window.Zone)
			there = append(there, x.Post)
		}
	}
	return there, true
}

// lackOfUnread is why a number of posts is not the whole.
func lackOfUnread(unread []Unread) Lack {
	return Lack{observation.Partial, collector.ReasonBadAnswer, unreadError(unread).Error()}
}

// coverPublications says of each day whether all that was published was told: not where some could not be read that may be of it.
func (t *Teller) coverPublications(p Posts, unread []Unread) {
	if len(unread) == 0 {
		t.Covered(p.Part, "publications", p.First)
		return
	}
	for _, day := range t.Periods(observation.Day) {
		c := observation.Coverage{Result: observation.OK}
		switch of := func(x Unread) bool { return x.At.IsZero() || t.dayOf(x.Post) == day.From }; {
		case day.From < p.First:
			c = observation.Coverage{Result: observation.NotOffered, Reason: collector.ReasonBeforeStart}
		case slices.ContainsFunc(unread, of):
			c = lackOfUnread(unread).coverage()
		}
		t.cover(p.Part, "publications", observation.Day, day, c)
	}
}

// unreadError is that some posts could not be read, while the others were told.
type unreadError []Unread

func (e unreadError) Error() string {
	return fmt.Sprintf("%d of the posts could not be read, and all others were: %v", len(e), e[0].Why)
}

// Unwrap gives its class.
func (unreadError) Unwrap() error { return collector.ErrPartial }

// Reason is told with what was counted without them.
func (unreadError) Reason() string { return collector.ReasonBadAnswer }
