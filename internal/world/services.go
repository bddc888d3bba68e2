package world

import (
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"time"

	"seuranta/internal/observation"
)

// Browsed is a visit to the centre's main site as a script saw it that ran in the reader's browser.
type Browsed struct {
	Visitor uint64
	Pages   []Read // oldest first
}

// Read is one page that was read.
type Read struct {
	At   time.Time
	Path string
}

// List is a list of people that letters are sent to, or that is written to.
type List struct {
	Channel string
	ID      string
	Name    string
	Moves   []Move // oldest first
	Letters []Mailed
}

// Move is somebody who joined a list, or left it.
type Move struct {
	At   time.Time
	Left bool
}

// Mailed is a letter that was sent to a list.
type Mailed struct {
	ID, Title string
	Sent      time.Time
	To        int
	Bounced   int
	Opens     []Opened // oldest first
}

// Opened is what a reader did with a letter: opened it or, with Click, followed a link.
type Opened struct {
	At     time.Time
	Reader int
	Click  bool
}

// The sources of the made-up services, and the channels of the lists, as seuranta.yaml names them.
const (
	BrowserSource = "kavijalaskuri"
	LetterChannel = "ammattilaiskirje"
	GroupChannel  = "tyoryhma"
)

// The sources of the accounts that ask with a credential, as seuranta.yaml names them.
const (
	FacebookSource  = "facebook-sivu"
	XSource         = "x-tili"
	YouTubeSource   = "youtube-kanava"
	InstagramSource = "instagram-tili"
	ThreadsSource   = "threads-tili"
	LinkedInSource  = "linkedin-hankesivu"
)

// Secrets are the made-up credentials of the services, by the files that they lie in: SOURCE.KEY.
func Secrets() map[string]string {
	return map[string]string{BrowserSource + ".token": "made-up-token-of-the-counter", LetterChannel + ".token": "made-up-key-of-the-letter-us21", GroupChannel + ".password": "made-up-password-of-the-list",
		FacebookSource + ".token": "EAAmadeuptokenofthepage", XSource + ".token": "made-up-token-of-x", YouTubeSource + ".key": "AIzaMade-up-key-of-the-videos-0000000",
		InstagramSource + ".token": "EAAmadeuptokenofthepictures", ThreadsSource + ".token": "THmadeuptokenofthethreads", LinkedInSource + ".token": "AQXmade-up-token-of-the-page"}
}

// writeSecrets lays the credentials where the configuration looks for them, for nobody else to read.
func (w *World) writeSecrets(dir string) error {
	err := os.Mkdir(dir, 0o700)
	for name, secret := range Secrets() {
		path := filepath.Join(dir, name)
		err = errors.Join(err, os.WriteFile(path, []byte(secret+"\n"), 0o600), os.Chtimes(path, w.Now(), w.Now()))
	}
	return err
}

// CountedSince returns the day on which the script was put on the main site: a Monday.
func (w *World) CountedSince() observation.Date { return w.plan.heir - 35 }

// Browsed returns every visit to the main site that a script saw, oldest first: one reader in seven blocks scripts, and some
// browsers load nothing but the page. Robots run none of it. What the disk took with it the script has seen all the same.
func (w *World) Browsed() []Browsed {
	home := w.sites[slices.IndexFunc(w.sites, func(s *site) bool { return s.channel == Home })]
	since := w.plan.whole(w.CountedSince()).from
	var out []Browsed
	for _, v := range home.visits {
		if v.plain || blocks(v.who) {
			continue
		}
		b := Browsed{Visitor: number64(v.who)}
		for _, st := range v.steps {
			if st.read && st.at >= since && w.plan.logged(st.at) {
				b.Pages = append(b.Pages, Read{st.at.time(w.plan.zone), st.target})
			}
		}
		if len(b.Pages) > 0 {
			out = append(out, b)
		}
	}
	slices.SortStableFunc(out, func(a, b Browsed) int { return a.Pages[0].At.Compare(b.Pages[0].At) })
	return out
}

// number64 is a visitor as a script knows one: by a number.
func number64(who visitor) uint64 {
	h := fnv.New64a()
	h.Write([]byte(who.address + "\x00" + who.agent))
	return h.Sum64()
}

// blocks tells whether somebody's browser runs no script of others.
func blocks(who visitor) bool { return number64(who)%7 == 3 }

// Lists returns the lists of the centre: that of the monthly letter to professionals, and that of a working group.
func (w *World) Lists() (letters, group List) { return w.letters, w.group }

// lettersOf makes up the list of the monthly letter. Those who are on it when the year begins joined long before.
func lettersOf(p plan) List {
	l := List{Channel: LetterChannel, ID: "a1b2c3d4e5", Name: "Ammattilaiskirje"}
	l.move(p, 164, 0.8, 0.3)
	dice := p.dice("letters")
	for i, due := range p.starts(observation.Month) {
		sent := p.clock(working(due+7), 9, 12)
		if !p.begun(sent) {
			continue
		}
		m := Mailed{ID: fmt.Sprintf("c%02d", i+1), Title: fmt.Sprintf("Ammattilaiskirje %d/%d", due.UTC().Month(), due.UTC().Year()), Sent: sent.time(p.zone), To: l.size(sent.time(p.zone)), Bounced: dice.IntN(3)}
		for reader := range m.To - m.Bounced {
			at := sent
			for range dice.IntN(3) { // one in three does not open it
				at += moment(600 + dice.IntN(4*24*3600))
				m.Opens = append(m.Opens, Opened{At: at.time(p.zone), Reader: reader, Click: dice.IntN(5) == 0})
			}
		}
		slices.SortStableFunc(m.Opens, func(a, b Opened) int { return a.At.Compare(b.At) })
		l.Letters = append(l.Letters, m)
	}
	return l
}

// groupOf makes up the list of a working group.
func groupOf(p plan) List {
	l := List{Channel: GroupChannel, ID: "tyoryhma.listat.esimerkki.example", Name: "Työryhmä"}
	l.move(p, 21, 0.05, 0.04)
	return l
}

// move lets people be there, join and leave: about so many a day.
func (l *List) move(p plan, there int, joins, leaves float64) {
	dice := p.dice("list " + l.ID)
	before := p.whole(p.weeks.From - 200).from
	for i := range there {
		l.Moves = append(l.Moves, Move{At: (before + moment(i)).time(p.zone)})
	}
	for d := p.weeks.From; d <= p.today; d++ {
		day := p.whole(d)
		for range about(joins, dice) {
			l.Moves = append(l.Moves, Move{At: (day.from + moment(dice.IntN(23*3600))).time(p.zone)})
		}
		for range about(leaves, dice) {
			l.Moves = append(l.Moves, Move{At: (day.from + moment(dice.IntN(23*3600))).time(p.zone), Left: true})
		}
	}
	slices.SortStableFunc(l.Moves, func(a, b Move) int { return a.At.Compare(b.At) })
}

// size returns how many are on the list at a moment.
func (l List) size(at time.Time) int {
	n := 0
	for _, m := range l.Moves {
		switch {
		case m.At.After(at):
			return n
		case m.Left:
			n--
		default:
			n++
		}
	}
	return n
}

// FirstDay returns the first day of the first whole week.
func (w *World) FirstDay() observation.Date { return w.plan.weeks.From }
