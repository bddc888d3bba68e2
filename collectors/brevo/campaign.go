package brevo

import (
	"cmp"
	"slices"
	"time"

	"seuranta/internal/collector/api"
)

// page is a list of letters.
type page struct {
	Campaigns []campaign `json:"campaigns"`
	Count     api.Number `json:"count"`
}

// all returns how many letters there are altogether, as far as this page tells. A full page may have another behind it, whatever
// count says, which is described as that of the letters in the answer.
func (p page) all(so int) (int, error) {
	count, err := p.Count.Need("count")
	came := len(p.Campaigns)
	switch {
	case err != nil:
		return 0, err
	case came == 0 && so > 0:
		return so, nil
	case came == pageSize:
		return max(int(count), so+came+1), nil
	}
	return int(count), nil
}

// campaign is a letter as Brevo tells of it.
type campaign struct {
	ID         int64  `json:"id"`
	Name       string `json:"name"`
	Subject    string `json:"subject"`
	SubjectA   string `json:"subjectA"`
	Sent       string `json:"sentDate"`
	Recipients struct {
		Lists []int64 `json:"lists"`
	} `json:"recipients"`
	Statistics statistics `json:"statistics"`

	at time.Time
}

type statistics struct {
	Global *stats  `json:"globalStats"`
	Lists  []stats `json:"campaignStats"`
}

// stats are the numbers of a letter, or of the part of it that went to one list. clickers are clicks, whatever their name says.
type stats struct {
	List         int64      `json:"listId"`
	Sent         api.Number `json:"sent"`
	Delivered    api.Number `json:"delivered"`
	UniqueViews  api.Number `json:"uniqueViews"`
	Viewed       api.Number `json:"viewed"`
	UniqueClicks api.Number `json:"uniqueClicks"`
	Clickers     api.Number `json:"clickers"`
	Unsubscribed api.Number `json:"unsubscriptions"`
	HardBounces  api.Number `json:"hardBounces"`
	SoftBounces  api.Number `json:"softBounces"`
}

// isTo tells whether the letter went to a list, alone or among others.
func (c campaign) isTo(list int64) bool { return slices.Contains(c.Recipients.Lists, list) }

// title is the subject; of a letter whose subject was tested in two versions the first.
func (c campaign) title() string { return cmp.Or(c.Subject, c.SubjectA, c.Name) }

// read takes in when the letter was sent.
func (c *campaign) read() (err error) {
	c.at, err = time.Parse(time.RFC3339, c.Sent)
	if err != nil || c.ID == 0 {
		return api.Missing("sentDate")
	}
	return nil
}

// counts returns the numbers of the letter for a list, nil where there are none. Of a letter to several lists only the part that
// went to this one counts.
func (c campaign) counts(list int64) (map[string]float64, error) {
	s := c.Statistics.Global
	if len(c.Recipients.Lists) > 1 {
		s = nil
		if i := slices.IndexFunc(c.Statistics.Lists, func(part stats) bool { return part.List == list }); i >= 0 {
			s = &c.Statistics.Lists[i]
		}
	}
	if s == nil || s.Sent.Known && s.Sent.Value == 0 {
		return nil, nil
	}
	return api.Counts([]api.Counter{
		{Metric: "sends_total", Field: "sent", Value: s.Sent},
		{Metric: "delivered_total", Field: "delivered", Value: s.Delivered},
		{Metric: "bounces_total", Field: "hardBounces", Value: s.HardBounces},
		{Metric: "bounces_total", Field: "softBounces", Value: s.SoftBounces},
		{Metric: "opens_total", Field: "viewed", Value: s.Viewed},
		{Metric: "unique_opens_total", Field: "uniqueViews", Value: s.UniqueViews},
		{Metric: "clicks_total", Field: "clickers", Value: s.Clickers},
		{Metric: "unique_clicks_total", Field: "uniqueClicks", Value: s.UniqueClicks},
		{Metric: "unsubscribes_total", Field: "unsubscriptions", Value: s.Unsubscribed},
	})
}
