package world

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"seuranta/internal/observation"
)

// Topic is what the centre looks the press through for.
const Topic = "rahapelihaitat"

// PressRule is the rule of the topic.
const PressRule = `rahapelihait* OR rahapeliongel* OR peliriippuvu*`

// Outlet is a newspaper that does not exist, with its feed.
type Outlet struct {
	Name     string
	Host     string
	Path     string // of its feed: /lakeus/rss
	Form     string // of its feed: rss, atom, latin1
	Holds    int    // how many of its newest articles the feed shows
	Dies     time.Time
	Articles []Article // oldest first
}

// Article is something published: by a newspaper, or by the centre.
type Article struct {
	ID, Title, Text, URL string
	Published            time.Time
	About                bool // it is about the topic
}

// Press returns the newspapers whose feeds the centre follows. The first publishes more in a day of storm than its feed
// holds; the last gives up its feed.
func (w *World) Press() []Outlet { return w.press }

// Own returns the centre's own publications, oldest first, as the feed of its site shows them.
func (w *World) Own() Outlet { return w.own }

// FirstPoll returns the moment at which the feeds are first looked at, and Polls all of them: every morning.
func (w *World) FirstPoll() time.Time { return w.Polls()[0] }

// Polls returns the moments at which feeds are looked at, oldest first: twenty past four in the morning.
func (w *World) Polls() []time.Time {
	var out []time.Time
	for d := w.plan.watch; d <= w.plan.today; d++ {
		out = append(out, w.plan.clock(d, 4, 20).time(w.plan.zone))
	}
	return out
}

func pressOf(p plan) []Outlet {
	lakeus := Outlet{Name: "Lakeuden Viesti", Host: "lakeus.example", Path: "/lakeus/rss", Form: "rss", Holds: 40}
	rannikko := Outlet{Name: "Rannikon Sanomat", Host: "rannikko.example", Path: "/rannikko/atom.xml", Form: "atom", Holds: 30}
	kunta := Outlet{Name: "Kunnanlehti", Host: "kunta.example", Path: "/kunta/feed", Form: "latin1", Holds: 25, Dies: p.clock(p.silent, 12, 0).time(p.zone)}
	lakeus.write(p, 11)
	rannikko.write(p, 7)
	kunta.write(p, 3)
	return []Outlet{lakeus, rannikko, kunta}
}

// write lets a newspaper publish about so many articles a day, from a week before the feeds are first looked at.
func (o *Outlet) write(p plan, perDay float64) {
	dice := p.dice("press of " + o.Host)
	for d := p.watch - 7; d <= p.today; d++ {
		n := about(perDay, dice)
		if d == p.storm && o.Path == "/lakeus/rss" {
			n = 2*o.Holds + 15
		}
		var times []moment
		for range n {
			times = append(times, p.sometime(d, dice))
		}
		slices.Sort(times)
		for _, at := range times {
			o.publish(at, p, dice)
		}
	}
}

// publish adds an article, unless one came in the same second: the order of two would be anybody's guess.
func (o *Outlet) publish(at moment, p plan, dice *rand.Rand) {
	n := len(o.Articles)
	when := at.time(p.zone)
	if !p.logged(at) || n > 0 && !o.Articles[n-1].Published.Before(when) {
		return
	}
	a := headline(dice)
	a.ID = fmt.Sprintf("%s-%d", o.Host, 74_000_000+n)
	a.URL = fmt.Sprintf("https://www.%s/a/%d?utm_source=rss", o.Host, 74_000_000+n)
	a.Published = when
	o.Articles = append(o.Articles, a)
}

// headline makes up what an article is about; one in twenty is about the topic.
func headline(dice *rand.Rand) Article {
	places := []string{"Mallila", "Esimerkkilä", "Harjula", "Rantakunta", "Lakeuspitäjä", "Koivukylä"}
	place := places[dice.IntN(len(places))]
	if dice.IntN(20) == 0 {
		about := []Article{
			{Title: "Rahapelihaitat näkyvät yhä useammin talousneuvonnassa", Text: "Neuvojat kertovat, että apua haetaan entistä aiemmin."},
			{Title: place + ": vertaisryhmä auttaa peliriippuvuudesta toipuvia", Text: "Ryhmä kokoontuu joka toinen viikko."},
			{Title: "Koulutus antaa välineitä puheeksi ottamiseen", Text: "Rahapeliongelma jää usein piiloon, muistuttaa kouluttaja."},
		}
		a := about[dice.IntN(len(about))]
		a.About = true
		return a
	}
	rest := []Article{
		{Title: place + " uusii torin penkit", Text: "Työt alkavat ensi viikolla."},
		{Title: "Kunnanvaltuusto päätti talousarviosta", Text: "Kokous kesti iltaan asti."},
		{Title: place + ": mitä asia koskee, kysyi puheenjohtaja", Text: "Keskustelu kävi vilkkaana."},
		{Title: "Jääkiekkojoukkue voitti kotiottelun", Text: "Katsojia oli paikalla kaksisataa."},
		{Title: "Peliharrastus yhdistää sukupolvia", Text: "Lautapelikerho täytti kirjaston."},
		{Title: "Sää lämpenee loppuviikolla", Text: "Ylin lämpötila on kuusi astetta."},
		{Title: place + ": työpaja kutsuu nuoria & vanhempia", Text: "Mukaan pääsee ilmoittautumatta."},
	}
	return rest[dice.IntN(len(rest))]
}

// ownOf lets the centre publish twice a week or so, in July hardly anything.
func ownOf(p plan) Outlet {
	o := Outlet{Name: "Esimerkkikeskus", Host: "www.esimerkki.example", Path: "/keskus/feed", Form: "rss", Holds: 250}
	dice := p.dice("publications")
	subjects := []string{"Kuulumisia kentältä", "Uusi opas ilmestyi", "Koulutuksen satoa", "Blogi: arjen pieniä tekoja", "Tapahtumakalenteri päivittyi", "Hankkeen loppuraportti julkaistiin"}
	for d := p.weeks.From; d <= p.today; d++ {
		for range about(0.3*p.mood(d), dice) {
			at := p.sometime(d, dice)
			n := len(o.Articles)
			if !p.logged(at) || n > 0 && !o.Articles[n-1].Published.Before(at.time(p.zone)) {
				continue
			}
			o.Articles = append(o.Articles, Article{
				ID: fmt.Sprintf("https://www.esimerkki.example/?p=%d", 500+n), Title: subjects[dice.IntN(len(subjects))],
				Text: "Luettavissa kokonaan sivuillamme.", URL: fmt.Sprintf("https://www.esimerkki.example/uutinen-%d/", 500+n), Published: at.time(p.zone),
			})
		}
	}
	return o
}

// shown returns the articles that the feed shows at a moment, oldest first.
func (o Outlet) shown(at time.Time) []Article {
	n, _ := slices.BinarySearchFunc(o.Articles, at, func(a Article, at time.Time) int {
		if a.Published.After(at) {
			return 1
		}
		return -1
	})
	return o.Articles[max(0, n-o.Holds):n]
}

// watched is what looking at a feed every morning came to: which articles were seen, and the stretches that nothing can have
// been lost of.
type watched struct {
	seen  []Article
	whole []span
}

// watch looks at a feed at every poll. A stretch begins with the oldest article of the first look of an unbroken run, and ends
// with the last look of it. A run breaks where no article of the look before is left.
func (o Outlet) watch(polls []time.Time) watched {
	var out watched
	had := map[string]bool{}
	var before []Article
	for _, at := range polls {
		now := o.shown(at)
		if !o.Dies.IsZero() && !at.Before(o.Dies) || len(now) == 0 {
			continue
		}
		look := moment(at.Unix())
		unbroken := slices.ContainsFunc(now, func(a Article) bool { return slices.ContainsFunc(before, func(b Article) bool { return a.ID == b.ID }) })
		if !unbroken {
			out.whole = append(out.whole, span{moment(now[0].Published.Unix()), look})
		}
		out.whole[len(out.whole)-1].to = look
		for _, a := range now {
			if !had[a.ID] {
				had[a.ID] = true
				out.seen = append(out.seen, a)
			}
		}
		before = now
	}
	return out
}

// hits returns the truth of the media hits of the topic, and of the project that is about it, week by week.
func (w *World) hits() []Truth {
	var all []watched
	for _, o := range w.press {
		all = append(all, o.watch(w.Polls()))
	}
	about := func(a Article) bool { return a.About }
	var out []Truth
	for _, week := range w.weeks() {
		f := w.published(all, week, w.plan.weeks.From, about)
		f.Target, f.Metric = "topic:"+Topic, "media_hits"
		out = append(out, f)
		f = w.published(all, week, w.plan.work, about)
		f.Target, f.Metric = "project:"+Work, "media_hits"
		out = append(out, f)
	}
	return out
}

// publications returns the truth of the centre's own publications, week by week: the software of its site lists all of them.
func (w *World) publications() []Truth {
	var out []Truth
	for _, week := range w.weeks() {
		n := 0
		for _, a := range w.own.Articles {
			if week.Contains(observation.DateOf(a.Published)) {
				n++
			}
		}
		f := counted("publications", n, 7)
		f.Target, f.Grain, f.From = Home, observation.Week, week.From
		out = append(out, f)
	}
	return out
}

// published counts what was published in a week, as far as the feeds were watched. A day of which nothing was watched, or of
// one feed nothing, is known only where something was seen all the same; what is before since is not asked for.
func (w *World) published(feeds []watched, week observation.Period, since observation.Date, counts func(Article) bool) Truth {
	f := Truth{Grain: observation.Week, From: week.From}
	n, touched := 0, false
	for d := max(week.From, since); d < week.To; d++ {
		f.Expected++
		day, seen := w.plan.whole(d), 0
		least := whole
		for _, feed := range feeds {
			least = min(least, covers(feed.whole, day))
			for _, a := range feed.seen {
				if counts(a) && day.holds(moment(a.Published.Unix())) {
					seen++
				}
			}
		}
		n += seen
		touched = touched || least != none || seen > 0
		if least == whole {
			f.Measured++
		}
	}
	switch {
	case f.Expected == 0:
		f.State = StateNotApplicable
	case !touched:
		f.State = StateMissing
	case f.Measured < f.Expected:
		f.State, f.Value = StatePartial, number(n)
	default:
		f.State, f.Value = okOrZero(n), number(n)
	}
	return f
}
