package world

import "math/rand/v2"

// step is one thing that a person does with a site: asks for a page and gets it, or something else.
type step struct {
	at     moment
	method string
	target string
	status int
	read   bool // a page was read: this, and nothing else, is a view
}

// visit is a person's way through a site.
type visit struct {
	who   visitor
	steps []step
	again bool   // the browser knows the site from before
	plain bool   // the browser loads no assets; such visits are short
	from  string // the page that led here, or "-"
}

// shortest and longest are how many seconds a person stays on a page.
const shortest, longest = 7, 170

// stroll makes a visit of n pages that begins at at, with the mishaps that happen to people.
func stroll(who visitor, at moment, n int, from []string, dice *rand.Rand) visit {
	v := visit{who: who, from: referer(dice)}
	for range n {
		v.steps = append(v.steps, glance(at, favourite(from, dice), dice)...)
		at = v.steps[len(v.steps)-1].at + shortest + moment(dice.IntN(longest-shortest))
	}
	return v
}

// glance returns what happens when somebody wants to read a page: mostly it is read.
func glance(at moment, page string, dice *rand.Rand) []step {
	read := step{at: at, method: "GET", target: page, status: 200, read: true}
	switch chance := dice.IntN(100); {
	case chance < 3: // without the slash at the end, and led to the page
		return []step{{at: at, method: "GET", target: "/koulutus", status: 301}, read}
	case chance < 5: // mistyped, then found
		read.at += 4
		return []step{{at: at, method: "GET", target: "/tapahtumta/", status: 404}, read}
	case chance < 6: // a letter to the centre, and its thanks
		read.at, read.target = at+1, "/ota-yhteytt%C3%A4/kiitos/"
		return []step{{at: at, method: "POST", target: "/ota-yhteytt%C3%A4/", status: 302}, read}
	case chance < 7: // the server stumbles, and the page comes at the second try
		read.at += 6
		return []step{{at: at, method: "GET", target: page, status: 502}, read}
	case chance < 12: // not changed since it was read last
		read.status = 304
	}
	return []step{read}
}

// favourite returns one of the pages, the first most often.
func favourite(from []string, dice *rand.Rand) string {
	u := dice.Float64()
	return from[int(u*u*float64(len(from)))]
}

// length returns how many pages a visit has: half have one.
func length(dice *rand.Rand) int {
	switch chance := dice.IntN(100); {
	case chance < 50:
		return 1
	case chance < 72:
		return 2
	case chance < 84:
		return 3
	case chance < 95:
		return 4 + dice.IntN(3)
	}
	return 7 + dice.IntN(9)
}

func referer(dice *rand.Rand) string {
	from := []string{"-", "-", "https://haku.example/", "https://www.example.org/linkit", "https://uutiskirje.example.org/"}
	return from[dice.IntN(len(from))]
}
