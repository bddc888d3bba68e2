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
	Founded, Launch, CampaignFirst, CampaignLast, Training, LostFirst, LostLast observation.Date
}

// config returns the seuranta.yaml that a planner of the centre would have.
func (w *World) config() []byte {
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
	})
	if err != nil {
		panic("world: " + err.Error()) // the template is part of the program
	}
	return b.Bytes()
}
