package linkedin

import (
	"slices"

	"seuranta/internal/tabular"
)

// Where the heads are in a language that is not known, a table is taken by the order of its columns, if its numbers bear that out.

// sum is that a column holds what others come to together.
type sum struct {
	of []int
	is int
}

// order is a table as LinkedIn orders its columns.
type order struct {
	form  form
	width int
	at    map[int]topic
	sums  []sum
}

// orders are those of the tables by the day, as they stood in 2026 and before LinkedIn counted invitations.
func orders() []order {
	content := order{form: formContent, width: 20, at: map[int]topic{3: topicImpressions, 4: topicReach, 7: topicClicks, 10: topicReactions, 13: topicComments, 16: topicShares}}
	for _, first := range []int{1, 5, 8, 11, 14} {
		content.sums = append(content.sums, sum{[]int{first, first + 1}, first + 2})
	}
	visitors := order{form: formVisitors, width: 25, at: map[int]topic{21: topicViews, 24: topicVisitors}, sums: []sum{{[]int{3, 9, 15}, 21}}}
	for first := 1; first < 24; first += 6 {
		visitors.sums = append(visitors.sums, sum{[]int{first, first + 1}, first + 2})
	}
	return []order{content, visitors,
		{form: formFollowers, width: 5, at: map[int]topic{4: topicFollowers}, sums: []sum{{[]int{1, 2, 3}, 4}}},
		{form: formFollowers, width: 4, at: map[int]topic{3: topicFollowers}, sums: []sum{{[]int{1, 2}, 3}}},
	}
}

// leastRows is how many rows must bear a sum out, and leastSeen how many of them with something in it: zeros fit everything.
const (
	leastRows = 3
	leastSeen = 2
)

// byPlace says which table it is by the order of its columns, with what each would be headed.
func byPlace(t *tabular.Table) (f form, at int, heads []meaning) {
	first := slices.IndexFunc(t.Rows, func(r tabular.Row) bool { return isDay(r.Cell(0)) })
	if first < 1 || first > headRows {
		return formUnknown, 0, nil
	}
	width := len(t.Rows[first-1].Cells)
	for _, o := range orders() {
		if o.width != width || !o.fits(t.Rows[first:]) {
			continue
		}
		heads = make([]meaning, width)
		heads[0].topic = topicDate
		for column, topic := range o.at {
			heads[column] = meaning{topic, whole}
		}
		return o.form, first - 1, heads
	}
	return formUnknown, 0, nil
}

func isDay(c tabular.Cell) bool {
	when, err := tabular.ParsePeriod(c.Text, tabular.MDY)
	other, err1 := tabular.ParsePeriod(c.Text, tabular.DMY)
	return c.Kind == tabular.Day || err == nil && when.Grain == "day" || err1 == nil && other.Grain == "day"
}

// fits tells whether the sums hold in every row.
func (o order) fits(rows []tabular.Row) bool {
	seen := 0
	for _, row := range rows {
		any := false
		for _, s := range o.sums {
			total := 0.0
			for _, column := range s.of {
				v, _, _ := number(row.Cell(column))
				total += v
			}
			is, _, err := number(row.Cell(s.is))
			if err != nil || is != total {
				return false
			}
			any = any || is != 0
		}
		if any {
			seen++
		}
	}
	return len(rows) >= leastRows && seen >= leastSeen
}
