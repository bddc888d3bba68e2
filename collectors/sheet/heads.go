package sheet

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"seuranta/internal/locale"
	"seuranta/internal/observation"
)

// fold makes heads comparable: small letters, without signs, with single spaces, without words that say only that the
// numbers are numbers.
func fold(head string) string {
	words := strings.FieldsFunc(strings.ToLower(head), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' })
	kept := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return slices.Contains(emptyWords(), w) })
	if len(kept) == 0 {
		kept = words
	}
	return strings.Join(kept, " ")
}

func emptyWords() []string {
	return []string{"yhteensä", "määrä", "lkm", "kpl", "lukumäärä", "totalt", "antal", "st", "total", "number", "of", "count"}
}

// heads are the words that stand over columns other than those of metrics, in the three languages.
func heads() map[string]meaning {
	out := map[string]meaning{}
	add := func(m meaning, words ...string) {
		for _, w := range words {
			out[w] = m
		}
	}
	add(meaning{what: isDate}, "pvm", "päivä", "päivämäärä", "pv", "aika", "ajankohta", "jakso", "ajanjakso", "viikko", "vk", "vko", "kuukausi", "kk",
		"neljännes", "vuosineljännes", "kvartaali", "vuosi",
		"datum", "dag", "tid", "period", "vecka", "månad", "kvartal", "år",
		"date", "day", "time", "week", "month", "quarter", "year", "date time", "day month year")
	add(meaning{what: isMetricName}, "mittari", "tunnusluku", "mått", "nyckeltal", "metric", "indicator", "measure")
	add(meaning{what: isValue}, "arvo", "luku", "lukema", "värde", "tal", "value")
	add(meaning{isDim, "region"}, "alue", "maakunta", "region", "område", "landskap", "area")
	add(meaning{isDim, "device"}, "laite", "enhet", "device")
	add(meaning{what: isProject}, "hanke", "projekti", "projekt", "project")
	add(meaning{what: isNote}, "huom", "huomautus", "huomio", "muistiinpano", "lisätieto", "lisätiedot", "selite", "anmärkning", "anteckning", "note", "notes", "remark")
	return out
}

// otherNames are heads of platforms and people for metrics, beside the names that the program itself uses.
func otherNames() map[string][]string {
	return map[string][]string{
		"followers":   {"seuraajamäärä", "seuraajia", "facebook seuraajat", "total followers", "lifetime total followers", "antal följare"},
		"gained":      {"uudet seuraajat", "nya följare", "new followers", "follows", "subscribers gained"},
		"lost":        {"menetetyt seuraajat", "unfollows", "subscribers lost"},
		"subscribers": {"tilaajamäärä", "tilaajia", "uutiskirjeen tilaajat"},
		"members":     {"jäsenmäärä", "jäseniä", "medlemsantal"},
		"views":       {"sivun katselut", "sivunäytöt", "sivunlataukset", "sivun näyttökerrat", "verkkosivun näyttökerrat", "pageviews", "page views", "sidvisningar"},
		"impressions": {"näytöt", "julkaisun näyttökerrat", "impressioner", "total impressions"},
		"media_views": {"katselut", "videon katselut", "videovisningar", "video views", "katselumäärä"},
		"visits":      {"istunnot", "sessioner", "sessions", "vierailut"},
		"visitors":    {"yksilöidyt kävijät", "unika besökare", "unique visitors", "users", "käyttäjät", "användare"},
		"reach":       {"tavoittavuus", "tavoitetut", "tavoitettu", "kattavuus", "reached", "accounts reached"},
		"reactions":   {"tykkäykset", "reaktiot", "gillamarkeringar", "gilla", "likes"},
		"comments":    {"kommentteja"},
		"shares":      {"jaetut", "uudelleenjaot", "uudelleenjulkaisut", "reposts", "retweets"},
		"link_clicks": {"klikkaukset", "klikit", "linkin klikkaukset", "klick", "clicks"},
		"engagements": {"sitoutumiset", "interaktioner", "interactions", "engagements"},
		"downloads":   {"ladatut"},
		"sends":       {"lähetetyt", "skickade", "sent"},
		"delivered":   {"toimitetut", "perille menneet", "levererade"},
		"bounces":     {"palautuneet", "bounced", "studsar"},
	}
}

// shownOn is what a word for "how often it was shown" means on a channel of that kind: of a website its pages, of a social
// one its posts, "" where it can be either.
func shownOn(channel string) string {
	switch channel {
	case "website", "blog":
		return "views"
	case "facebook", "x", "linkedin", "youtube", "instagram", "threads", "tiktok", "mastodon", "bluesky", "whatsapp":
		return "impressions"
	}
	return ""
}

// vocabulary says which metrics a head may mean, the surest names first: what depends on the channel, ids and what the configuration calls its metrics,
// what the program calls them in its languages, what others do.
type vocabulary [4]map[string][]string

func newVocabulary(metrics observation.Metrics, channel string) vocabulary {
	v := vocabulary{{}, {}, {}, {}}
	if id := shownOn(channel); metrics[id].ID != "" {
		v.add(0, id, "näyttökerrat", "näytöt", "impressions", "visningar")
	}
	for _, id := range slices.Sorted(maps.Keys(metrics)) {
		v.add(1, id, id, strings.ReplaceAll(id, "_", " "))
		for _, name := range metrics[id].Name {
			v.add(1, id, name)
		}
		v.add(3, id, otherNames()[id]...)
	}
	for _, lang := range locale.Languages() {
		l, err := locale.For(lang)
		if err != nil {
			continue // a language that cannot be read is told by whoever shows it
		}
		for id := range metrics {
			if l.Has("metric." + id) {
				v.add(2, id, l.Text("metric."+id))
			}
			if l.Has("unit." + id) {
				v.add(2, id, l.Text("unit."+id, "n", 1), l.Text("unit."+id, "n", 2))
			}
		}
	}
	return v
}

func (v vocabulary) add(tier int, id string, names ...string) {
	for _, name := range names {
		if name = fold(name); name != "" && !slices.Contains(v[tier][name], id) {
			v[tier][name] = append(v[tier][name], id)
		}
	}
}

// metrics returns what a head may mean, sorted.
func (v vocabulary) metrics(head string) []string {
	for _, names := range v {
		if found := slices.Clone(names[fold(head)]); len(found) > 0 {
			slices.Sort(found)
			return found
		}
	}
	return nil
}

// linkedInParts are words of the heads of LinkedIn's own table of new followers: it parts the gain of a day by how followers came.
func linkedInParts() []string {
	return []string{"sponso", "spons", "makset", "betald", "organi", "orgaani"}
}

// partOfFollowers tells whether a head is of followers who came in one way.
func partOfFollowers(head string) bool {
	return ofFollowers(head) && containsAny(strings.ToLower(head), linkedInParts())
}

func ofFollowers(head string) bool {
	return containsAny(strings.ToLower(head), []string{"follower", "seuraaj", "följare"})
}

func containsAny(text string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

// howGained is what is said of the column of LinkedIn that is headed as if it were a number of followers.
const howGained = "beside parts of the followers, as LinkedIn's own export has them, this is the day's gain; a source of kind linkedin reads that file as it is"
