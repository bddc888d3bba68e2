package world

import (
	"context"
	"strings"
	"testing"

	"seuranta/internal/observation"
)

func TestPhonesHaveAnotherAddressEveryDay(t *testing.T) {
	c := newCrowd(standard().plan, "test", 40, 0x7000)
	monday := day("2026-11-16")
	phones, others := 0, 0
	for _, who := range c.regulars {
		a, b := c.seen(who, monday), c.seen(who, monday+1)
		if a != c.seen(who, monday) || a.agent != b.agent {
			t.Errorf("%v is seen as %v and as %v", who, a, b)
		}
		if a.address != b.address {
			phones++
		} else {
			others++
		}
	}
	if phones != 7 || others != 33 {
		t.Errorf("%d phones and %d others", phones, others)
	}
}

func TestTheStaffSharesAnAddress(t *testing.T) {
	c := newCrowd(standard().plan, "test", 40, 0x7000)
	seen := map[visitor]bool{}
	for _, who := range c.regulars[:staff] {
		if who.address != office {
			t.Errorf("one of the staff is at %s", who.address)
		}
		seen[who.visitor] = true
	}
	if len(seen) != staff-1 {
		t.Errorf("a log sees %d of %d", len(seen), staff)
	}
}

func TestAddressesAreDistinct(t *testing.T) {
	seen := map[string]bool{}
	for network := range uint16(4) {
		for house := range uint64(50) {
			for machine := range uint64(3) {
				seen[addressV6(0x2000+network, house, machine)] = true
			}
		}
	}
	if len(seen) != 4*50*3 {
		t.Errorf("%d addresses", len(seen))
	}
	if got := addressV6(0x2000, 0x12345678, 0x0000_9abc_def0_1234); got != "2001:db8:2000:1234:5678:9abc:def0:1234" {
		t.Errorf("an address is %s", got)
	}
}

// There are many more people than the four address ranges of version 4 could tell apart.
func TestManyPeopleCome(t *testing.T) {
	for i, least := range []int{300, 4000} {
		seen := map[visitor]bool{}
		sixes := 0
		for _, v := range standard().sites[i].visits {
			if !seen[v.who] && strings.Contains(v.who.address, ":") {
				sixes++
			}
			seen[v.who] = true
		}
		if len(seen) < least || sixes < least/2 {
			t.Errorf("%s had %d visitors, %d of them with addresses of version 6", standard().sites[i].channel, len(seen), sixes)
		}
	}
}

func TestVisitsAreWhatPeopleDo(t *testing.T) {
	dice := standard().plan.dice("visits")
	statuses := map[int]int{}
	read, pages := 0, 0
	for range 4000 {
		n := length(dice)
		pages += n
		v := stroll(visitor{"192.0.2.1", "a"}, 1000, n, twoPages(), dice)
		at := moment(0)
		for _, st := range v.steps {
			statuses[st.status]++
			if st.read {
				read++
			}
			if st.read && st.status != 200 && st.status != 304 || st.at < at || st.method == "POST" && st.read {
				t.Fatalf("a step is %+v after %d", st, at)
			}
			at = st.at
		}
	}
	if read != pages {
		t.Errorf("%d pages were wanted, %d read", pages, read)
	}
	for _, status := range []int{200, 301, 302, 304, 404, 502} {
		if statuses[status] == 0 {
			t.Errorf("nobody met %d", status)
		}
	}
	if mean := float64(pages) / 4000; mean < 2.2 || mean > 3 {
		t.Errorf("a visit has %.2f pages", mean)
	}
}

func twoPages() []string { return []string{"/", "/b/"} }

// A browser takes the theme once a day and a picture with every page; over midnight it takes the theme again.
func TestBrowsersTakeAssets(t *testing.T) {
	s := newSite(standard().plan, "test", "www.esimerkki.example", twoPages(), nil)
	midnight := s.plan.whole(day("2026-11-16")).from
	who := visitor{"192.0.2.1", "a"}
	read := func(at moment) step { return step{at: at, method: "GET", target: "/b/", status: 200, read: true} }
	s.visits = []visit{
		{who: who, from: "-", steps: []step{read(midnight - 100), read(midnight - 50), read(midnight + 10)}},
		{who: who, from: "-", again: true, steps: []step{read(midnight + 500)}},
		{who: visitor{"192.0.2.2", "b"}, from: "-", plain: true, steps: []step{read(midnight)}},
		{who: who, from: "-", steps: []step{{at: midnight + 900, method: "GET", target: "/c/", status: 404}}},
	}
	themes, pictures, unchanged, plain := map[observation.Date]int{}, 0, 0, 0
	for _, r := range s.browse(context.Background()) {
		switch {
		case strings.Contains(r.line, "style.css"):
			themes[r.at.day(s.plan.zone)]++
		case strings.Contains(r.line, "/uploads/") && !strings.Contains(r.line, "logo"):
			pictures++
		}
		if r.status == 304 {
			unchanged++
		}
		if r.from.address == "192.0.2.2" {
			plain++
		}
		if strings.Contains(r.line, "css") && r.referer != "https://www.esimerkki.example/b/" {
			t.Errorf("the theme was asked for by %s", r.referer)
		}
	}
	if themes[day("2026-11-15")] != 1 || themes[day("2026-11-16")] != 1 || pictures != 4 || unchanged != 1 || plain != 1 {
		t.Errorf("themes %v, pictures %d, unchanged %d, plain %d", themes, pictures, unchanged, plain)
	}
}
