package world

import (
	"bytes"
	_ "embed"
	"text/template"

	"seuranta/internal/observation"
)

//go:embed seuranta.yaml.tmpl
var configTemplate string

// dates are the days that the configuration names.
type dates struct {
	Founded, OldLast, Heir, Launch, CampaignFirst, CampaignLast, Training, LostFirst, LostLast, Work, WorkLast observation.Date

	Feeds string // where the feeds are served
	Own   Outlet
	Press []Outlet
	Rule  string
	// Since are the days since which accounts are followed, by their channels.
	Since map[string]observation.Date
}

// config returns the seuranta.yaml that a planner of the centre would have, with its feeds at an address.
func (w *World) config(feeds string) []byte {
	p := w.plan
	var b bytes.Buffer
	err := template.Must(template.New("seuranta.yaml").Parse(configTemplate)).Execute(&b, dates{
		Founded:       observation.NewDate(2015, 1, 1),
		Launch:        p.launch,
		CampaignFirst: p.campaign.From,
		CampaignLast:  p.campaign.To - 1,
		Training:      p.training,
		LostFirst:     p.lost.from.day(p.zone),
		LostLast:      p.lost.to.day(p.zone),
		OldLast:       p.heir - 1,
		Heir:          p.heir,
		Work:          p.work,
		WorkLast:      observation.Year.Holding(p.work+365).To - 1,
		Feeds:         feeds,
		Own:           w.own,
		Press:         w.press,
		Rule:          PressRule,
		Since:         w.since(),
	})
	if err != nil {
		panic("world: " + err.Error()) // the template is part of the program
	}
	return b.Bytes()
}
