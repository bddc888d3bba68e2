package world

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"seuranta/internal/observation"
)

// Account is the account of the centre on a social platform, as it is in truth.
type Account struct {
	Channel          string
	ID, Handle, Name string
	Moves            []Move   // oldest first
	Posts            []Posted // oldest first
}

// Posted is something that the account published.
type Posted struct {
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
	Unreacted
	Commented
	Shared
	Followed // a link of the post
)

// The channels of the accounts, as seuranta.yaml names them.
const (
	Facebook  = "facebook"
	X         = "x"
	YouTube   = "youtube"
	LinkedIn  = "linkedin"
	Instagram = "instagram"
	Threads   = "threads"
	Mastodon  = "mastodon"
	Bluesky   = "bluesky"

	// LinkedInProject is a page of the project on LinkedIn, that an approved app may ask about; of the centre's own, files are handed over.
	LinkedInProject = "linkedin-hanke"
)

// manner is how an account goes.
type manner struct {
	channel, id, handle string
	there               int     // followers when the year begins
	joins, leaves       float64 // a day
	posts               float64 // a week
	views               int     // of a post, about
	video               bool
	address             string // of a post, with its id
}

// manners are how the accounts of the centre go: small, as those of a staff of ten are.
func manners() []manner {
	return []manner{
		{channel: Facebook, id: "104200000000001", handle: "esimerkkikeskus", there: 962, joins: 0.2, leaves: 0.09, posts: 2.5, views: 130, address: "https://www.facebook.example/esimerkkikeskus/posts/%s"},
		{channel: X, id: "2244990001", handle: "esimerkkikeskus", there: 471, joins: 0.03, leaves: 0.07, posts: 1.5, views: 60, address: "https://x.example/esimerkkikeskus/status/%s"},
		{channel: YouTube, id: "esimerkkikeskus0000001", handle: "esimerkkikeskus", there: 14, joins: 0.012, leaves: 0.001, posts: 0.3, views: 45, video: true, address: "https://video.example/watch?v=%s"},
		{channel: LinkedIn, id: "2414100", handle: "esimerkkikeskus", there: 31, joins: 0.04, leaves: 0.005, posts: 0.7, views: 40, address: "https://www.linkedin.example/feed/update/%s"},
		{channel: LinkedInProject, id: "2414200", handle: "esimerkkihanke", there: 12, joins: 0.05, leaves: 0.01, posts: 0.6, views: 30, address: "https://www.linkedin.example/feed/update/%s"},
		{channel: Instagram, id: "17841400000000001", handle: "esimerkkikeskus", there: 214, joins: 0.15, leaves: 0.06, posts: 1, views: 70, address: "https://www.instagram.example/p/%s"},
		{channel: Threads, id: "17841400000000002", handle: "esimerkkikeskus", there: 38, joins: 0.05, leaves: 0.02, posts: 0.7, views: 20, address: "https://www.threads.example/@esimerkkikeskus/post/%s"},
		{channel: Mastodon, id: "109302000000000001", handle: "esimerkkikeskus", there: 64, joins: 0.06, leaves: 0.02, posts: 1, views: 0, address: "https://mastodon.example/@esimerkkikeskus/%s"},
		{channel: Bluesky, id: "did:plc:esimerkkikeskusesimerkki", handle: "esimerkkikeskus", there: 41, joins: 0.1, leaves: 0.02, posts: 1, views: 0, address: "https://bsky.example/profile/esimerkkikeskus.bsky.social/post/%s"},
		{channel: TikTok, id: "7100000000000000001", handle: "esimerkkikeskus", there: 57, joins: 0.1, leaves: 0.03, posts: 0.6, views: 80, video: true, address: "https://www.tiktok.example/@esimerkkikeskus/video/%s"},
	}
}

// Accounts returns the accounts of the centre on social platforms.
func (w *World) Accounts() []Account { return w.accounts }

// Account returns the account of a channel.
func (w *World) Account(channel string) Account {
	return w.accounts[slices.IndexFunc(w.accounts, func(a Account) bool { return a.Channel == channel })]
}

func accountsOf(p plan) []Account {
	var out []Account
	for _, m := range manners() {
		a := Account{Channel: m.channel, ID: m.id, Handle: m.handle, Name: "Esimerkkikeskus"}
		l := List{ID: "account " + m.channel}
		l.move(p, m.there, m.joins, m.leaves)
		a.Moves = l.Moves
		a.publish(p, m)
		out = append(out, a)
	}
	return out
}

// before is how many days before the first week the accounts already published something.
const before = 28

// publish lets the account post for the year. The third last post of the platforms that people talk on is deleted a week later.
func (a *Account) publish(p plan, m manner) {
	dice := p.dice("posts on " + m.channel)
	for d := p.weeks.From - before; d <= p.today; d++ {
		if day := d.Weekday(); day == time.Saturday || day == time.Sunday {
			continue
		}
		for range about(m.posts/5*p.mood(d), dice) {
			at := p.clock(d, 8+dice.IntN(9), dice.IntN(60))
			if at < p.clock(p.today, 4, 0) {
				a.post(p, m, at, dice)
			}
		}
	}
	if n := len(a.Posts) - 6; n >= 0 && m.posts >= 1 {
		a.Posts[n].Deleted = a.Posts[n].At.AddDate(0, 0, 9)
	}
}

// post publishes one and lets people meet it.
func (a *Account) post(p plan, m manner, at moment, dice *rand.Rand) {
	what := postTopics()[dice.IntN(len(postTopics()))]
	x := Posted{ID: fmt.Sprint(90000000 + len(a.Posts)*977), Title: what, Text: fmt.Sprintf("%s (%d)", what, len(a.Posts)+1), Video: m.video, At: at.time(p.zone)}
	x.URL = fmt.Sprintf(m.address, x.ID)
	people := m.there*2 + 20
	seen := about(float64(m.views), dice)
	if m.views == 0 { // where nobody counts who looks, people answer all the same
		seen = about(12, dice)
	}
	for range seen {
		x.met(at+moment(60+dice.ExpFloat64()*2.2*24*3600), dice.IntN(people), dice, p)
	}
	slices.SortStableFunc(x.Acts, func(a, b Act) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Person, b.Person)) })
	a.Posts = append(a.Posts, x)
}

// met is somebody who looks at a post, and may do more.
func (x *Posted) met(at moment, person int, dice *rand.Rand, p plan) {
	act := func(after int, what ActKind) {
		x.Acts = append(x.Acts, Act{At: (at + moment(after)).time(p.zone), Person: person, What: what})
	}
	act(0, Saw)
	switch n := dice.IntN(100); {
	case n < 9:
		act(5, Reacted)
		if dice.IntN(12) == 0 {
			act(3600, Unreacted)
		}
	case n < 11:
		act(70, Commented)
	case n < 13:
		act(20, Shared)
	case n < 17:
		act(9, Followed)
	}
}

// postTopics are what the centre writes about.
func postTopics() []string {
	return []string{"Ilmoittaudu koulutukseen", "Uusi julkaisu on ilmestynyt", "Blogissa: arjen tuki lähelle", "Rahapelihaitat puheeksi", "Kiitos kaikille osallistuneille", "Tapahtumakalenteri on päivitetty",
		"Kumppanit kokoontuivat", "Hankkeen kuulumisia", "Tallenne on katsottavissa", "Rahapeliongelmasta voi puhua"}
}

// come counts what came to posts in a stretch of time.
type come struct{ views, viewers, reactions, comments, shares, clicks int }

// came counts what was done with posts in a stretch of time.
func came(posts []Posted, from, to time.Time) come {
	var out come
	viewers := map[int]bool{}
	for _, x := range posts {
		for _, a := range x.Acts {
			if a.At.Before(from) || !a.At.Before(to) {
				continue
			}
			out.add(a.What)
			if a.What == Saw {
				viewers[a.Person] = true
			}
		}
	}
	out.viewers = len(viewers)
	return out
}

func (c *come) add(what ActKind) {
	switch what {
	case Saw:
		c.views++
	case Reacted:
		c.reactions++
	case Unreacted:
		c.reactions--
	case Commented:
		c.comments++
	case Shared:
		c.shares++
	case Followed:
		c.clicks++
	}
}

// Looks returns the moments at which the accounts are looked at: early on every Monday of the year, those of some platforms only
// since the centre began to follow them there.
func (w *World) Looks(channel string) []time.Time {
	var out []time.Time
	since := w.plan.weeks.From + 7
	if slices.Contains([]string{Instagram, Threads, Mastodon, Bluesky, LinkedInProject}, channel) {
		since = max(since, observation.Week.Start(w.plan.watch))
	}
	for d := since; d <= w.plan.today; d += 7 {
		out = append(out, w.plan.clock(d, 4, 25).time(w.plan.zone))
	}
	return out
}

// mornings are those on which accounts are looked at.
func (w *World) mornings() []Doing {
	at := map[int64]*Doing{}
	var moments []time.Time
	for _, a := range w.accounts {
		for _, t := range w.Looks(a.Channel) {
			if at[t.Unix()] == nil {
				at[t.Unix()] = &Doing{At: t}
				moments = append(moments, t)
			}
			at[t.Unix()].Looks = append(at[t.Unix()].Looks, a.Channel)
		}
	}
	out := make([]Doing, 0, len(moments))
	for _, t := range moments {
		out = append(out, *at[t.Unix()])
	}
	return out
}

// The troubles of the accounts: mornings on which one could not be looked at. X asks to be left alone, and the token of Instagram
// ends and is renewed a week later.
func (w *World) fails(channel string, day observation.Date) bool {
	return channel == X && day == w.XWaits() || channel == Instagram && day == w.TokenEnds()
}

// XWaits is the morning on which X asks to be left alone.
func (w *World) XWaits() observation.Date { return w.plan.weeks.To - 7*11 }

// TokenEnds is the morning on which the token of Instagram has ended.
func (w *World) TokenEnds() observation.Date { return w.plan.weeks.To - 7*4 }

// Withdrawn is the day from which on Facebook no longer tells engagements.
func (w *World) Withdrawn() observation.Date { return w.plan.weeks.To - 7*6 }

// since returns the days since which the accounts are followed, by their channels.
func (w *World) since() map[string]observation.Date {
	out := map[string]observation.Date{}
	for _, a := range w.accounts {
		out[a.Channel] = w.LooksSince(a.Channel)
	}
	return out
}
