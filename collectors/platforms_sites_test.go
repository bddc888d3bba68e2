package collectors_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"seuranta/internal/collector"
	"seuranta/internal/collectortest"
	"seuranta/internal/observation"
	"seuranta/internal/platforms"
)

// websiteID is what the platforms call the site that have ids of their own.
const websiteID = "4fb7fa4c-5b46-438d-94b3-3a8fb9bc2e8b"

// siteMeetings are the kinds that ask a platform of websites.
func siteMeetings() []meeting {
	return []meeting{
		{kind: "matomo", platform: func(w platforms.Website, _ platforms.MailingList) platforms.Platform {
			return platforms.Matomo{Site: w, ID: 1, Token: token}
		}, keys: `site: 1, token: "${TOKEN}"`, channel: "website"},
		{kind: "plausible", platform: func(w platforms.Website, _ platforms.MailingList) platforms.Platform {
			return platforms.Plausible{Site: w, ID: "www.koske.example", Key: token}
		}, keys: `site: www.koske.example, token: "${TOKEN}"`, channel: "website"},
		{kind: "umami", platform: umami(false), keys: "site: " + websiteID + `, username: seuranta, password: "${TOKEN}"`, channel: "website", own: visitsOfUmami},
		{kind: "umami", platform: umami(true), keys: "site: " + websiteID + `, username: seuranta, password: "${TOKEN}"`, channel: "website", own: visitsOfUmami},
		{kind: "goatcounter", platform: func(w platforms.Website, _ platforms.MailingList) platforms.Platform {
			return platforms.GoatCounter{Site: w, Key: token, Zone: helsinki}
		}, keys: `key: "${TOKEN}"`, channel: "website", own: visitorsOfGoatCounter},
		{kind: "wpstatistics", platform: func(w platforms.Website, _ platforms.MailingList) platforms.Platform {
			return platforms.WPStatistics{Site: w, Token: token}
		}, keys: `token: "${TOKEN}"`, channel: "website"},
		{kind: "ga4", platform: func(w platforms.Website, _ platforms.MailingList) platforms.Platform {
			return platforms.GA4{Site: w, Property: "123456789", Account: googleAccount, Key: &googleKey().PublicKey, Shuffled: true}
		}, keys: `property: "123456789", key: "${ACCOUNT}"`, channel: "website"},
	}
}

// tellsAll complains where a kind of websites leaves out a day or a week.
func tellsAll(t *testing.T, rec collectortest.Recording) {
	t.Helper()
	told := map[string]int{}
	for _, o := range rec.Observations {
		if o.Subject == "" {
			told[o.Metric+" by "+string(o.Grain)]++
		}
	}
	days := int(observation.DateOf(meetingNow) - meetingFrom)
	for what, n := range told {
		if want := map[bool]int{true: days / 7, false: days}[strings.HasSuffix(what, string(observation.Week))]; n != want {
			t.Errorf("%s: %d were told, want %d", what, n, want)
		}
	}
	if told["visitors by day"] == 0 || told["visitors by week"] == 0 {
		t.Errorf("told is %v, which lacks visitors", told)
	}
}

func umami(second bool) func(platforms.Website, platforms.MailingList) platforms.Platform {
	return func(w platforms.Website, _ platforms.MailingList) platforms.Platform {
		return platforms.Umami{Site: w, ID: websiteID, User: "seuranta", Password: token, Second: second}
	}
}

// visitsOfUmami are those that have a view in the period: one over midnight is one on both days.
func visitsOfUmami(o observation.Observation, site platforms.Website) (n float64, ok bool) {
	from, to := o.From.Start(helsinki), o.Grain.Next(o.From).Start(helsinki)
	for _, v := range site.Visits {
		if v.Views[0].At.Before(to) && !v.Views[len(v.Views)-1].At.Before(from) {
			n++
		}
	}
	return n, o.Metric == "visits"
}

// visitorsOfGoatCounter are the views of the period of which none went before of the same page by the same visitor, or who was
// away for more than eight hours since.
func visitorsOfGoatCounter(o observation.Observation, site platforms.Website) (n float64, ok bool) {
	from, to := o.From.Start(helsinki), o.Grain.Next(o.From).Start(helsinki)
	for _, views := range byVisitor(site) {
		for i, v := range views {
			if !v.At.Before(from) && v.At.Before(to) && firstOfItsSession(views[:i], v) {
				n++
			}
		}
	}
	return n, o.Metric == "visitors"
}

func byVisitor(site platforms.Website) map[uint64][]platforms.WebView {
	out := map[uint64][]platforms.WebView{}
	for _, v := range site.Visits {
		out[v.Visitor] = append(out[v.Visitor], v.Views...)
	}
	return out
}

// firstOfItsSession tells whether a view is the first of its page since its visitor was last away.
func firstOfItsSession(before []platforms.WebView, v platforms.WebView) bool {
	at := v.At
	for i := len(before) - 1; i >= 0 && at.Sub(before[i].At) <= 8*time.Hour; i-- {
		if before[i].Path == v.Path {
			return false
		}
		at = before[i].At
	}
	return true
}

// published are posts of a site, some before the days of the meetings, at midnight and to come.
func published() (out []platforms.Article) {
	for n := range 25 {
		at := meetingFrom.Start(helsinki).Add(time.Duration(n-2) * 22 * time.Hour)
		out = append(out, platforms.Article{ID: fmt.Sprint("https://www.koske.example/?p=", n+1), Title: fmt.Sprintf("Työ & raha %d", n), Text: "Apua velkaan.",
			URL: fmt.Sprint("https://www.koske.example/uutiset/", n), Published: at})
	}
	return out
}

// TestWordPressMeetsItsPlatform: every post of the days is told once, on its day, with its tags.
func TestWordPressMeetsItsPlatform(t *testing.T) {
	posts, tags := published(), []string{"velat", "rahapelit", "nuoret"}
	m := meeting{kind: "wordpress", keys: "tags: []", channel: "website"}
	rec := m.meet(t, platforms.WordPress{Name: "Koske", Zone: helsinki, Posts: posts, Tags: tags})
	want, got := map[string]string{}, map[string]string{}
	for i, p := range posts {
		if !p.Published.Before(meetingFrom.Start(helsinki)) && !p.Published.After(meetingNow) {
			want[p.Title] = fmt.Sprint(observation.DateOf(p.Published.In(helsinki)), []string{[]string{"Velat", "Rahapelit", "Nuoret"}[(i+1)%len(tags)], "Yleinen"})
		}
	}
	for _, i := range rec.Items {
		got[i.Title] = fmt.Sprint(observation.DateOf(i.PublishedAt.In(helsinki)), i.Tags)
	}
	if len(rec.Items) != len(want) || !maps.Equal(got, want) {
		t.Errorf("%d posts were told as %v, want %d as %v", len(rec.Items), got, len(want), want)
	}
}

const googleAccount = "seuranta@koske-1.iam.gserviceaccount.com"

// googleKey is the key of the service account.
var googleKey = sync.OnceValue(newKey)

func newKey() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
}

// keyFile is a key as Google gives it.
func keyFile(key *rsa.PrivateKey) string {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		panic(err)
	}
	text, err := json.Marshal(map[string]string{"type": "service_account", "client_email": googleAccount, "private_key_id": "1",
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// secretOf is what a platform takes, by the variable that the keys of a source name.
func secretOf(name string) string {
	if name == "ACCOUNT" {
		return keyFile(googleKey())
	}
	return secrets[name]
}

// TestPlatformsRefuseAnotherKey: a signature that does not fit gets no token.
func TestPlatformsRefuseAnotherKey(t *testing.T) {
	for _, m := range siteMeetings() {
		if m.kind != "ga4" {
			continue
		}
		c := m.at(t, serve(t, m.platform(visited(), mailed())), map[string]string{"ACCOUNT": keyFile(newKey())})
		if _, err := c.collect(t, meetingFrom); collector.ResultOf(err) != observation.Auth {
			t.Errorf("with another key: %v", err)
		}
	}
}
