package main

import (
	"slices"
	"strconv"
	"time"

	"seuranta/internal/config"
	"seuranta/internal/platforms"
	"seuranta/internal/world"
)

// mountAccounts has the local server answer as the social platforms do on which the made-up centre has accounts.
func mountAccounts(s *platforms.Server, w *world.World) {
	account := func(channel string) platforms.Account { return demoAccount(w.Account(channel)) }
	secrets := world.Secrets()
	dead := platforms.MetaDead()
	dead["page_post_engagements"] = w.Withdrawn().Start(platforms.Pacific)
	s.Mount("/facebook", &platforms.Facebook{Page: account(world.Facebook), Token: secrets[world.FacebookSource+".token"], Dead: dead})
	s.Mount("/x", platforms.Interlude{Platform: &platforms.Twitter{Account: account(world.X), Token: secrets[world.XSource+".token"]},
		From: w.XWaits().Start(w.Now().Location()), To: (w.XWaits() + 1).Start(w.Now().Location()), Instead: platforms.Refusal{Status: 429,
			Header: map[string]string{"x-rate-limit-limit": "900", "x-rate-limit-remaining": "0", "x-rate-limit-reset": strconv.FormatInt(w.XWaits().Start(w.Now().Location()).Add(6*time.Hour).Unix(), 10)},
			Body:   map[string]any{"title": "Too Many Requests", "detail": "Too Many Requests", "type": "about:blank", "status": 429}}})
	s.Mount("/youtube", &platforms.YouTube{Channel: account(world.YouTube), Key: secrets[world.YouTubeSource+".key"]})
	instagram := platforms.Instagram{Account: account(world.Instagram), Token: secrets[world.InstagramSource+".token"]}
	ended := instagram
	ended.Expires = w.TokenEnds().Start(w.Now().Location())
	s.Mount("/instagram", platforms.Interlude{Platform: instagram, From: ended.Expires, To: ended.Expires.AddDate(0, 0, 6), Instead: ended})
	s.Mount("/threads", platforms.Threads{Account: account(world.Threads), Token: secrets[world.ThreadsSource+".token"]})
	s.Mount("/linkedin", platforms.LinkedIn{Account: account(world.LinkedInProject), Token: secrets[world.LinkedInSource+".token"]})
	s.Mount("/mastodon", &platforms.Mastodon{Account: account(world.Mastodon)})
	s.Mount("/bluesky", &platforms.Bluesky{Account: account(world.Bluesky), DID: w.Account(world.Bluesky).ID})
}

// demoAccount is an account of the world as a platform has it.
func demoAccount(a world.Account) platforms.Account {
	out := platforms.Account{ID: a.ID, Handle: a.Handle, Name: a.Name}
	for _, m := range a.Moves {
		out.Changes = append(out.Changes, platforms.Change(m))
	}
	for _, x := range a.Posts {
		p := platforms.Post{ID: x.ID, Title: x.Title, Text: x.Text, URL: x.URL, Video: x.Video, At: x.At, Deleted: x.Deleted}
		for _, act := range x.Acts {
			p.Acts = append(p.Acts, platforms.Act{At: act.At, Person: act.Person, What: platforms.ActKind(act.What)})
		}
		out.Posts = append(out.Posts, p)
	}
	return out
}

// lookedAt are the sources of some channels that ask a platform.
func lookedAt(sources []config.Source, channels []string) []config.Source {
	return slices.DeleteFunc(slices.Clone(sources), func(s config.Source) bool {
		return !slices.Contains(channels, s.Channel) || s.BaseURL == ""
	})
}
