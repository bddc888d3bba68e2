package world

import (
	"context"

	"seuranta/internal/observation"
)

// visitorDay is a visitor on one civil day.
type visitorDay struct {
	visitor
	day observation.Date
}

// browse returns what the browsers of all visitors ask the server for. The first page of a day brings the theme, every
// page its picture: whichever part of a day is left, who read pages took assets. It ends early when ctx is done.
func (s *site) browse(ctx context.Context) []request {
	var out []request
	dressed := map[visitorDay]bool{}
	for _, v := range s.visits {
		if ctx.Err() != nil {
			break
		}
		from := v.from
		for i, st := range v.steps {
			out = append(out, s.follow(v, st, from))
			if !st.read {
				continue
			}
			from = "https://" + s.host + st.target
			today := visitorDay{v.who, st.at.day(s.plan.zone)}
			if !v.plain {
				out = append(out, s.load(v, st.at, i, from, !dressed[today])...)
			}
			dressed[today] = true
		}
	}
	return out
}

// follow returns the request of one step.
func (s *site) follow(v visit, st step, from string) request {
	r := asked(s.host, v.who, st.at, st.method, st.target, st.status)
	r.referer = from
	return r
}

// load returns the requests for the assets of the page that v reads as step i.
func (s *site) load(v visit, at moment, i int, page string, first bool) []request {
	targets := []string{picture(i + len(v.steps))}
	if first {
		targets = append(targets, theme()...)
	}
	var out []request
	for k, target := range targets {
		status := 200
		if v.again && k%2 == 0 {
			status = 304
		}
		r := asked(s.host, v.who, at+moment(k/4), "GET", target, status)
		r.referer = page
		out = append(out, r)
	}
	return append(out, s.chatter(v, at+2, page, first)...)
}

// chatter returns what the site's own scripts ask for behind the reader's back.
func (s *site) chatter(v visit, at moment, page string, first bool) []request {
	if !first || len(v.steps) < 3 {
		return nil
	}
	events := asked(s.host, v.who, at, "GET", "/wp-json/keskus/v1/tapahtumat", 200)
	form := asked(s.host, v.who, at, "GET", "/wp-admin/admin-ajax.php?action=lomake", 200)
	events.referer, form.referer = page, page
	return []request{events, form}
}
