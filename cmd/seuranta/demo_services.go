package main

import (
	"context"
	"errors"
	"slices"

	"seuranta/internal/platforms"
	"seuranta/internal/world"
)

// mountServices has the local server answer as the services do that count for the made-up centre.
func mountServices(s *platforms.Server, w *world.World) {
	zone, secrets := w.Now().Location(), world.Secrets()
	site := platforms.Website{Name: "Esimerkkikeskus", Address: "https://www.esimerkki.example", Zone: zone, Since: w.CountedSince().Start(zone)}
	for _, b := range w.Browsed() {
		v := platforms.WebVisit{Visitor: b.Visitor}
		for _, r := range b.Pages {
			v.Views = append(v.Views, platforms.WebView{At: r.At, Path: r.Path})
		}
		site.Visits = append(site.Visits, v)
	}
	letters, group := w.Lists()
	s.Mount("/matomo", platforms.Matomo{Site: site, ID: 1, Token: secrets[world.BrowserSource+".token"]})
	s.Mount("/mailchimp", platforms.Mailchimp{List: demoList(letters), Key: secrets[world.LetterChannel+".token"], Zone: zone})
	s.Mount("/mailman", platforms.Mailman{Lists: []platforms.MailingList{demoList(group)}, User: "restadmin", Password: secrets[world.GroupChannel+".password"]})
	s.Mount("/wordpress", platforms.WordPress{Name: "Esimerkkikeskus", Zone: zone, Posts: demoArticles(w.Own()), Tags: []string{"koulutus", "hanke", "blogi"}})
}

// demoList is a list of the world as a service keeps it: who clicks has opened the letter.
func demoList(l world.List) platforms.MailingList {
	out := platforms.MailingList{ID: l.ID, Name: l.Name}
	for _, m := range l.Moves {
		out.Changes = append(out.Changes, platforms.Change(m))
	}
	for _, m := range l.Letters {
		letter := platforms.Letter{ID: m.ID, Title: m.Title, Sent: m.Sent, To: m.To, Bounced: m.Bounced}
		for _, o := range m.Opens {
			letter.Deeds = append(letter.Deeds, platforms.Deed{At: o.At, Reader: o.Reader, What: platforms.Opened})
			if o.Click {
				letter.Deeds = append(letter.Deeds, platforms.Deed{At: o.At, Reader: o.Reader, What: platforms.Clicked})
			}
		}
		out.Letters = append(out.Letters, letter)
	}
	return out
}

// demoArticles are what an outlet of the world published.
func demoArticles(o world.Outlet) []platforms.Article {
	out := make([]platforms.Article, 0, len(o.Articles))
	for _, a := range o.Articles {
		out = append(out, platforms.Article{ID: a.ID, Title: a.Title, Text: a.Text, URL: a.URL, Published: a.Published})
	}
	return out
}

// demoPolled are the kinds that are visited every morning of the year; the past of the others is fetched in the end.
var demoPolled = []string{"feed", "mailchimp", "mailman"}

// fetchPast fetches what the services remember of the year.
func (a *app) fetchPast(ctx context.Context, d *desk, w *world.World) error {
	f := backfillFlags{from: w.FirstDay().String()}
	var rows []backfilled
	for _, s := range d.Sources {
		if !slices.Contains([]string{"mailchimp", "matomo", "wordpress"}, s.Kind) {
			continue
		}
		row, err := a.backfillOne(ctx, d, s, f)
		if row != nil {
			rows = append(rows, *row)
		}
		if err != nil {
			return err
		}
	}
	if err := a.printBackfilled(rows); err != nil {
		return err
	}
	var coded *exitError
	if err := verdictOfBackfill(rows); err != nil && !(errors.As(err, &coded) && coded.code == exitPartial) {
		return err
	}
	return nil
}
