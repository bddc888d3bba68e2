package linkedin

import (
	"slices"
	"strings"

	"seuranta/internal/tabular"
)

// What a column of LinkedIn's files is about.
type topic string

const (
	topicDate        topic = "date"
	topicImpressions topic = "impressions"
	topicReach       topic = "reach"
	topicClicks      topic = "link_clicks"
	topicReactions   topic = "reactions"
	topicComments    topic = "comments"
	topicShares      topic = "shares"
	topicFollowers   topic = "gained"
	topicViews       topic = "views"
	topicVisitors    topic = "visitors"
	topicRate        topic = "rate"
	topicTitle       topic = "title"
	topicLink        topic = "link"
	topicCreated     topic = "created"
	topicContent     topic = "content"
	topicPlays       topic = "plays" // of videos, beside impressions
	topicOther       topic = ""
)

// share is which part of a whole a column has.
type share string

const (
	whole     share = "total"
	organic   share = "organic"
	partial   share = "part" // sponsored, invited, of one device or of one tab of the page
	unnamed   share = ""
	shortHead       = 60 // a head is no text of a post
)

// meaning is what a head says.
type meaning struct {
	topic topic
	share share
}

// stem is a beginning or a part of words that a head holds when it is about a topic, in the languages of the program; the sooner
// in the list, the surer.
type stem struct {
	topic topic
	words []string
}

// stems: those of English and what the platform's own help pages say are known; README.md lists what has not been seen in a file.
func stems() []stem {
	return []stem{
		{topicRate, []string{"rate", "aste", "prosentti", "grad", "frekvens", "suhde", "ctr", "%"}},
		{topicCreated, []string{"created date", "luontip", "luotu", "luomisp", "skapad", "skapat"}},
		{topicTitle, []string{"post title", "otsikko", "titel", "rubrik"}},
		{topicLink, []string{"post link", "linkki", "länk"}},
		{topicContent, []string{"content type", "sisältötyyppi", "sisällön tyyppi", "innehållstyp"}},
		{topicOther, []string{"posted by", "julkaisija", "julkaissut", "lähettäjä", "publicerat av", "publicerad av", "campaign", "kampanja", "kampanj", "audience", "yleisö", "målgrupp"}},
		{topicPlays, []string{"video", "offsite", "off-site", "utanför", "ulkopuol"}},
		{topicVisitors, []string{"visitor", "kävij", "vierailij", "besökare"}},
		{topicViews, []string{"page view", "pageview", "sivun näyt", "sivunäyt", "sivun katsel", "sivukatsel", "sidvisning"}},
		{topicFollowers, []string{"follower", "seuraaj", "följare"}},
		{topicReach, []string{"unique impression", "yksilölliset näyt", "yksilöidyt näyt", "uniikit näyt", "ainutkertaiset näyt", "unika visning", "unika exponering"}},
		{topicImpressions, []string{"impression", "näyttökerr", "näytöt", "exponering", "visning"}},
		{topicClicks, []string{"click", "klik", "napsautu", "klick"}},
		{topicReactions, []string{"reaction", "reaktio", "like", "tykkäy", "gilla"}},
		{topicComments, []string{"comment", "komment"}},
		{topicShares, []string{"repost", "share", "uudelleen", "jaot", "jakoj", "jakam", "delning", "återpubl", "återinlägg"}},
	}
}

// surest are words that are said of impressions alone. Of a post LinkedIn tells impressions and views of its video, and the other words
// of the list stand for both in Finnish and Swedish: beside one of these they are of views.
func surest() []string { return []string{"impression", "exponering"} }

// apart tells the views of videos from impressions, as far as the words do.
func apart(heads []meaning, texts tabular.Row) {
	sure := func(i int) bool {
		return heads[i].topic == topicImpressions && holds(strings.ToLower(texts.Cell(i).Text), surest()...)
	}
	any := false
	for i := range heads {
		any = any || sure(i)
	}
	for i := range heads {
		if any && heads[i].topic == topicImpressions && !sure(i) {
			heads[i].topic = topicPlays
		}
	}
}

// alike returns the first two columns that hold a counter and cannot be told apart: their heads name no different parts of it.
func alike(heads []meaning) (first, second int, found bool) {
	for i, a := range heads {
		for j, b := range heads[:i] {
			if a.topic == b.topic && counterOf(a.topic) != "" && a.share != partial && b.share != partial && (a.share == b.share || a.share == unnamed || b.share == unnamed) {
				return j, i, true
			}
		}
	}
	return 0, 0, false
}

// days are heads of the column of days, which are too short to be looked for within others.
func days() []string {
	return []string{"date", "day", "päivämäärä", "päivä", "pvm", "datum", "dag"}
}

// read reads a head.
func read(head string) meaning {
	folded := strings.ToLower(strings.Join(strings.Fields(strings.Map(plainSpace, head)), " "))
	switch {
	case slices.Contains(days(), folded):
		return meaning{topic: topicDate}
	case folded == "" || len([]rune(folded)) > shortHead:
		return meaning{}
	}
	for _, s := range stems() {
		if holds(folded, s.words...) {
			return meaning{s.topic, shareOf(folded)}
		}
	}
	return meaning{}
}

func plainSpace(r rune) rune {
	if tabular.Trim(string(r)) == "" {
		return ' '
	}
	return r
}

func holds(text string, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

// shareOf tells which part of a whole a head names.
func shareOf(head string) share {
	switch {
	case holds(head, "sponsor", "spons", "makset", "maksul", "mainos", "betald", "auto", "desktop", "mobile", "mobiil", "mobil", "puhelin", "tietokone", "työpöytä", "dator", "skrivbord",
		"overview", "yleis", "översikt", "life", "elämä", "livet", "jobs", "työpaik", "jobb"):
		return partial
	case holds(head, "organi", "orgaani"):
		return organic
	case holds(head, "total", "yhteensä", "kaikki", "samman", "alla"):
		return whole
	}
	return unnamed
}

// form is one of the tables that LinkedIn's files hold.
type form string

const (
	formContent   form = partContent
	formPosts     form = partPosts
	formFollowers form = partFollowers
	formVisitors  form = partVisitors
	formFacet     form = "facet" // how many of those who follow, or visited, are of one trade or town
	formUnknown   form = ""
)

// headRows is how many rows may stand above the heads and with them.
const headRows = 5

// formOf finds the row of the heads, and says which table it is.
func formOf(t *tabular.Table) (f form, at int, heads []meaning) {
	for i, row := range t.Rows[:min(headRows, len(t.Rows))] {
		heads = heads[:0]
		for _, c := range row.Cells {
			heads = append(heads, read(c.Text))
		}
		if f := formBy(heads); f != formUnknown {
			return f, i, heads
		}
	}
	return formUnknown, 0, nil
}

func formBy(heads []meaning) form {
	has := func(all ...topic) bool {
		for _, want := range all {
			if !slices.ContainsFunc(heads, func(m meaning) bool { return m.topic == want }) {
				return false
			}
		}
		return true
	}
	switch {
	case has(topicLink, topicCreated, topicImpressions):
		return formPosts
	case has(topicDate, topicImpressions), has(topicDate, topicReactions, topicComments):
		return formContent
	case has(topicDate, topicVisitors), has(topicDate, topicViews):
		return formVisitors
	case has(topicDate, topicFollowers):
		return formFollowers
	case len(heads) == 2 && (has(topicFollowers) || has(topicViews) || has(topicVisitors)):
		return formFacet
	}
	return formUnknown
}

// metrics lists what the table of a form tells by the day.
func (f form) metrics() []topic {
	switch f {
	case formContent:
		return []topic{topicImpressions, topicReach, topicClicks, topicReactions, topicComments, topicShares}
	case formFollowers:
		return []topic{topicFollowers}
	case formVisitors:
		return []topic{topicViews, topicVisitors}
	}
	return nil
}

// tells lists what the files of a form tell: that of content holds the posts, too.
func (f form) tells() (out []string) {
	for _, t := range f.metrics() {
		out = append(out, string(t))
	}
	if f == formContent {
		out = append(append(out, "publications"), counters(false)...)
	}
	return out
}

// choose returns the columns of a table by what they tell: of several the one of the total, else the organic one, or the only one.
// Twice the same is a fault of the file, and told as its column.
func choose(heads []meaning, wanted []topic) (columns map[topic]int, twice int) {
	columns, twice = map[topic]int{}, -1
	for _, want := range wanted {
		for _, part := range []share{whole, organic, unnamed} {
			if _, found := columns[want]; found {
				break
			}
			for i, m := range heads {
				if m != (meaning{want, part}) {
					continue
				}
				if _, found := columns[want]; found {
					twice = i
					break
				}
				columns[want] = i
			}
		}
	}
	return columns, twice
}
