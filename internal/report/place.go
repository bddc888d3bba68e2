package report

import (
	"cmp"
	"strings"

	"seuranta/internal/chart"
	"seuranta/internal/indicator"
	"seuranta/internal/observation"
)

// The kinds of section that are no channel, as dashboards/weekly.yaml names them.
const (
	kindMedia        = "media"
	kindProject      = "project"
	kindOrganisation = "organisation"
)

// placed gives a series that is not of a channel the section that it stands in, in the shape of a channel: that of its topic,
// of its project, or of the organisation itself; and one for each dimension that numbers were told for.
func (m maker) placed(s indicator.Series) indicator.Series {
	switch {
	case s.Channel.ID != "":
	case s.Topic != nil:
		s.Channel = observation.Channel{ID: "topic-" + s.Topic.ID, Kind: kindMedia, Name: m.section("place.topic", s.Topic.Name, s.Topic.ID)}
	case s.Project != nil:
		s.Channel = observation.Channel{ID: "project-" + s.Project.ID, Kind: kindProject, Name: m.section("place.project", s.Project.Name, s.Project.ID)}
	default:
		s.Channel = observation.Channel{ID: "organisation-" + s.Organisation.ID, Kind: kindOrganisation,
			Name: observation.Text{"": cmp.Or(chart.Plain(s.Organisation.Name.In(m.l.Lang())), s.Organisation.ID)}}
	}
	if s.Dims != "" {
		s.Channel.ID += "-" + slug(strings.NewReplacer("=", "-", ",", "-").Replace(s.Dims))
		s.Channel.Name = observation.Text{"": m.channelName(s.Channel) + ", " + m.dims(s.Dims)}
		s.Channel.Purpose = nil
	}
	return s
}

// section names a section by what it is about: Aihe Rahapelihaitat.
func (m maker) section(key string, name observation.Text, id string) observation.Text {
	return observation.Text{"": m.l.Text(key, "name", cmp.Or(chart.Plain(name.In(m.l.Lang())), chart.Plain(id)))}
}

// dims names what numbers were told for by its values: Keski-Suomi.
func (m maker) dims(dims string) string {
	var out []string
	for part := range strings.SplitSeq(dims, ",") {
		_, value, _ := strings.Cut(part, "=")
		for _, r := range m.in.Regions {
			if r.ID == value {
				value = cmp.Or(r.Name.In(m.l.Lang()), value)
			}
		}
		out = append(out, chart.Plain(value))
	}
	return m.l.List(out)
}

// What a series is of, as its figures name it.

func channelOf(s indicator.Series) string {
	if s.Topic != nil || s.Project != nil || s.Channel.Kind == kindOrganisation {
		return ""
	}
	return s.Channel.ID
}

func topicOf(s indicator.Series) string {
	if s.Topic == nil {
		return ""
	}
	return s.Topic.ID
}

func projectOf(s indicator.Series) string {
	if s.Project == nil {
		return ""
	}
	return s.Project.ID
}

// day says of which day the number of a level is, where that is not the last of its period, or somebody typed it.
func (w words) day(f indicator.Figure) string {
	if _, ok := measured(f); !ok || f.On == nil || f.Shape != observation.Level {
		return ""
	}
	switch {
	case f.Basis == observation.Entered:
		return w.l.Text("card.typed", "date", w.l.Date(*f.On))
	case *f.On != f.Period.To-1:
		return w.l.Text("card.on", "date", w.l.Date(*f.On))
	}
	return ""
}
