package linkedin

import (
	"seuranta/internal/collector"
	"seuranta/internal/tabular"
)

// shown tells the columns of a file to people. Of what is left out nothing is shown: it may be anybody's.
func (e *export) shown() (out []collector.Column) {
	for _, t := range e.tables {
		switch t.form {
		case formFacet:
			out = append(out, collector.Column{Sheet: t.Sheet, Reason: "left out: of whom followers or visitors are"})
		case formUnknown:
			if len(t.Rows) > 0 {
				out = append(out, collector.Column{Sheet: t.Sheet, Reason: "left out: its heads are not known; with LinkedIn set to English they would be"})
			}
		default:
			out = append(out, t.shown()...)
		}
	}
	return out
}

// shown tells the columns of a table.
func (t *table) shown() (out []collector.Column) {
	for i, cell := range t.Rows[t.head].Cells {
		c := collector.Column{Sheet: t.Sheet, Head: cell.Text, Reason: "left out"}
		for topic, at := range t.columns {
			if at == i {
				c.Means, c.Reason = t.form.means(topic), "the head says so"
			}
		}
		if t.byPlace && c.Means != "" {
			c.Reason = "its head is not known; taken by its place, which the sums of the table bear out"
		}
		if c.Means != "" && t.head+1 < len(t.Rows) && t.form != formPosts {
			c.Sample = tabular.Show(t.Rows[t.head+1].Cell(i).Text)
		}
		if c.Means == "" && i < len(t.heads) {
			c.Reason = left(t.heads[i])
		}
		out = append(out, c)
	}
	return out
}

// left says why a column is not read.
func left(m meaning) string {
	switch {
	case m.topic == topicRate:
		return "left out: a share, which is formed when it is shown"
	case m.topic == topicPlays:
		return "left out: views of videos, which are no impressions"
	case m.share == partial, m.share == organic:
		return "left out: a part of the total"
	}
	return "left out"
}

// means is what a column is told as.
func (f form) means(t topic) string {
	switch {
	case f != formPosts && t != topicDate:
		return "metric:" + string(t)
	case counterOf(t) != "":
		return "metric:" + counterOf(t)
	}
	return string(t)
}

// counterOf is the lifetime counter of a post that a column holds.
func counterOf(t topic) string {
	switch t {
	case topicClicks:
		return "clicks_total"
	case topicImpressions, topicReactions, topicComments, topicShares:
		return string(t) + "_total"
	}
	return ""
}
