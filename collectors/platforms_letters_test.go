package collectors_test

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
	"seuranta/internal/platforms"
)

// letterMeetings are the kinds that ask a platform of newsletters or lists.
func letterMeetings() []meeting {
	return []meeting{
		{kind: "mailchimp", platform: func(_ platforms.Website, l platforms.MailingList) platforms.Platform {
			return platforms.Mailchimp{List: l, Key: token, Zone: helsinki}
		}, keys: "list: " + listID + `, token: "${TOKEN}"`, channel: "newsletter"},
		{kind: "mailman", platform: func(_ platforms.Website, l platforms.MailingList) platforms.Platform {
			return platforms.Mailman{Lists: []platforms.MailingList{l}, User: "restadmin", Password: token}
		}, keys: `user: restadmin, password: "${TOKEN}", list: ` + listID, channel: "mailing_list"},
		{kind: "brevo", platform: func(_ platforms.Website, l platforms.MailingList) platforms.Platform {
			return &platforms.Brevo{Lists: account(l), Key: token, Zone: helsinki, Most: 2}
		}, keys: "list: " + listID + `, token: "${TOKEN}"`, channel: "newsletter"},
		{kind: "mailerlite", platform: func(_ platforms.Website, l platforms.MailingList) platforms.Platform {
			return &platforms.MailerLite{Groups: account(l), Token: token, Most: 1}
		}, keys: `group: "` + listID + `", token: "${TOKEN}"`, channel: "newsletter"},
		{kind: "listmonk", platform: func(_ platforms.Website, l platforms.MailingList) platforms.Platform {
			return platforms.Listmonk{Lists: account(l), User: "seuranta", Token: token, Zone: time.UTC, Unconfirmed: 11, Most: 2}
		}, keys: `user: seuranta, token: "${TOKEN}", list: "` + listID + `"`, channel: "newsletter"},
		{kind: "creamailer", platform: creamailer(true), keys: signedKeys, channel: "newsletter"},
		{kind: "creamailer", platform: creamailer(false), keys: signedKeys, channel: "newsletter"},
		{kind: "lianamailer", platform: func(_ platforms.Website, l platforms.MailingList) platforms.Platform {
			return platforms.LianaMailer{Lists: account(l), Realm: "EUR", User: "123", Secret: secret, Zone: helsinki}
		}, keys: `realm: EUR, user: "123", secret: "${SECRET}", list: "` + listID + `"`, channel: "newsletter", titles: "LianaMailer %s"},
	}
}

const signedKeys = `token: "${TOKEN}", secret: "${SECRET}", list: "` + listID + `"`

// creamailer is one whose pagers tell how many there are, or do not.
func creamailer(totals bool) func(platforms.Website, platforms.MailingList) platforms.Platform {
	return func(_ platforms.Website, l platforms.MailingList) platforms.Platform {
		return &platforms.Creamailer{Lists: account(l), Token: token, Secret: secret, Most: 40, Totals: totals}
	}
}

// account has the list beside another, whose letters are not those of it.
func account(l platforms.MailingList) []platforms.MailingList {
	other := mailed()
	other.ID, other.Name, other.Changes = "77", "Muu", other.Changes[:90]
	for i := range other.Letters {
		letter := &other.Letters[i]
		letter.ID, letter.Title, letter.Sent = fmt.Sprint(190+i), fmt.Sprintf("Muu %d", i+1), letter.Sent.Add(time.Hour)
	}
	return []platforms.MailingList{other, l}
}

// titled names the letters of a list as a platform without titles lets them be named.
func (m meeting) titled(l platforms.MailingList) platforms.MailingList {
	for i, letter := range l.Letters {
		if m.titles != "" {
			l.Letters[i].Title = fmt.Sprintf(m.titles, letter.ID)
		}
	}
	return l
}

// meetingOf is the first meeting of a kind.
func meetingOf(kind string) meeting {
	all := letterMeetings()
	return all[slices.IndexFunc(all, func(m meeting) bool { return m.kind == kind })]
}

// TestBrevoSaysWhenTheHourIsSpent: somebody else has used the hour's calls up. The visit tells the subscribers, for which there is
// no such bound, and is told when there are calls again.
func TestBrevoSaysWhenTheHourIsSpent(t *testing.T) {
	m, list := meetingOf("brevo"), mailed()
	platform := m.platform(platforms.Website{}, list)
	begun := meetingNow.Add(-40 * time.Minute)
	ask := func(now time.Time) *httptest.ResponseRecorder {
		r, w := httptest.NewRequest("GET", "/v3/emailCampaigns", nil), httptest.NewRecorder()
		r.Header.Set("api-key", token)
		platform.Answer(w, r, now)
		return w
	}
	for n := range 100 {
		if w := ask(begun); w.Code != 200 || w.Header().Get("x-sib-ratelimit-remaining") != fmt.Sprint(99-n) {
			t.Fatalf("call %d: %d, %s are left", n+1, w.Code, w.Header().Get("x-sib-ratelimit-remaining"))
		}
	}
	c := m.at(t, serve(t, platform), nil)
	for range 2 { // the second time it does not ask any more
		rec, err := c.collect(t, meetingFrom)
		if collector.ResultOf(err) != observation.Waiting {
			t.Errorf("collect: %v", err)
		}
		if len(rec.Observations) != 1 || rec.Observations[0].Value != float64(list.Members(meetingNow)) {
			t.Errorf("told: %v", rec.Observations)
		}
	}
	_, err := c.collect(t, meetingFrom)
	var wait *collector.WaitError
	if !errors.As(err, &wait) || wait.Until.Sub(begun.Add(time.Hour)).Abs() > time.Minute {
		t.Errorf("it waits otherwise than until %s: %v", begun.Add(time.Hour), err)
	}
	if w := ask(begun.Add(time.Hour)); w.Code != 200 {
		t.Errorf("after the hour: %d", w.Code)
	}
}

// TestBrevoTellsOldLettersWhole: lists of Brevo know what happened in the last six months; the letters were sent before that, and
// people open them until today.
func TestBrevoTellsOldLettersWhole(t *testing.T) {
	m, list := meetingOf("brevo"), mailed()
	const ago = 26 * 7 // days: more than 170, and not yet six months for the newest
	for i := range list.Letters {
		l := &list.Letters[i]
		l.Sent = l.Sent.AddDate(0, 0, -ago)
		for j := range l.Deeds {
			l.Deeds[j].At = l.Deeds[j].At.AddDate(0, 0, -ago+7*j)
		}
		l.Deeds = l.Deeds[:20] // the others would be after today
	}
	list.Changes = append([]platforms.Change{{At: list.Letters[0].Sent.AddDate(-1, 0, 0)}}, list.Changes...)
	rec, err := m.at(t, serve(t, m.platform(platforms.Website{}, list)), nil).collect(t, meetingFrom-ago)
	if err != nil {
		t.Fatal(err)
	}
	opens := 0
	for _, o := range rec.Observations {
		if want, ok := truthOf(o, visited(), list, rec); ok && o.Value != want {
			t.Errorf("%s of %q by %s from %s: %v, want %v", o.Metric, o.Subject, o.Grain, o.From, o.Value, want)
		}
		if o.Metric == "opens_total" {
			opens++
		}
	}
	if opens != len(list.Letters) {
		t.Errorf("the openings of %d letters were told", opens)
	}
}
