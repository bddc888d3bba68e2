package wordpress

import (
	"cmp"
	"context"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"seuranta/internal/observation"
)

// suspicious is how many posts must have been there before for an empty listing to be taken for a mistake: a site that is being
// moved or mended lists nothing for a while.
const suspicious = 3

// memory is which posts of a type the site listed at earlier visits, by the day on which they were published. It is kept by the
// month, so that a visit writes little.
type memory struct {
	days map[int64]observation.Date
	keys map[string]bool // of the months that were read
}

// stateOf is what the posts of a month are remembered under. Posts of another site, or that were
// chosen in another way, are others.
func (v *visit) stateOf(kind string, d observation.Date) string {
	month := observation.Month.Start(d).String()[:7]
	chosen := ""
	for _, name := range slices.Sorted(maps.Keys(v.filter)) {
		chosen += "|" + name + "=" + v.filter[name]
	}
	return "listed:" + v.host() + "/" + kind + chosen + ":" + month
}

// recall reads what is remembered of the months that the window touches.
func (v *visit) recall(kind string) memory {
	m := memory{days: map[int64]observation.Date{}, keys: map[string]bool{}}
	for _, month := range observation.Month.Split(v.window.Period) {
		key := v.stateOf(kind, month.From)
		m.keys[key] = true
		text, _ := v.deps.State.Get(key)
		for entry := range strings.FieldsSeq(text) {
			id, day, _ := strings.Cut(entry, "@")
			n, err := strconv.ParseInt(id, 10, 64)
			d, bad := observation.ParseDate(day)
			if err == nil && bad == nil {
				m.days[n] = d
			}
		}
	}
	return m
}

// within counts the posts of some days.
func (m memory) within(p observation.Period) (n int) {
	for _, d := range m.days {
		if p.Contains(d) {
			n++
		}
	}
	return n
}

// takeBack takes back the posts of the window that the site listed before and has no more, and remembers those that it has. One
// whose date was moved is there still: it counts on the day that was told first. told are the items that stand.
func (v *visit) takeBack(ctx context.Context, kind string, l *listing, m memory, told map[string]bool) error {
	var missing []int64
	for id, day := range m.days {
		if v.window.Contains(day) && !l.ids[id] {
			missing = append(missing, id)
		}
	}
	slices.Sort(missing)
	gone, sure, err := v.gone(ctx, kind, missing)
	if err != nil || !sure {
		return err
	}
	if err := v.withdraw(ctx, gone, told); err != nil {
		return err
	}
	v.counts.takenBack += len(gone)
	v.remember(kind, l, m)
	return nil
}

// gone returns which of the posts the site does not have any more, whatever their dates are now; sure is false where its answer
// leaves that open.
func (v *visit) gone(ctx context.Context, kind string, missing []int64) (out []int64, sure bool, err error) {
	for part := range slices.Chunk(missing, perPage) {
		var list []string
		for _, id := range part {
			list = append(list, strconv.FormatInt(id, 10))
		}
		l, err := v.pages(ctx, kind, url.Values{"include": {strings.Join(list, ",")}, "orderby": {"id"}, "order": {"asc"}, "_fields": {"id,date,date_gmt"}})
		if err != nil || !l.certain() {
			return nil, false, err
		}
		out = append(out, slices.DeleteFunc(part, func(id int64) bool { return l.ids[id] })...)
	}
	return out, true, nil
}

// withdraw tells of posts that are gone that their items no longer stand.
func (v *visit) withdraw(ctx context.Context, gone []int64, told map[string]bool) error {
	var aliases []string
	for _, id := range gone {
		aliases = append(aliases, v.called(post{ID: id}, nil).own)
	}
	known, err := v.known(ctx, aliases)
	if err != nil {
		return err
	}
	for _, a := range aliases {
		if it, ok := known[a]; ok && !told[it.ID] {
			it.State, it.Version, it.Run = observation.Withdrawn, 0, ""
			_ = v.out.Item(it)
		}
	}
	return nil
}

// remember remembers the posts of the months that the window touches: of its days those that were listed, of other days those
// that were known.
func (v *visit) remember(kind string, l *listing, m memory) {
	now := map[int64]observation.Date{}
	for id, day := range m.days {
		if !v.window.Contains(day) {
			now[id] = day
		}
	}
	for _, p := range l.posts {
		if v.asksFor(p) {
			now[p.ID] = observation.DateOf(p.at.In(v.window.Zone))
		}
	}
	lines := map[string][]string{}
	byDay := func(a, b int64) int { return cmp.Or(cmp.Compare(now[a], now[b]), cmp.Compare(a, b)) }
	for _, id := range slices.SortedFunc(maps.Keys(now), byDay) {
		key := v.stateOf(kind, now[id])
		lines[key] = append(lines[key], strconv.FormatInt(id, 10)+"@"+now[id].String())
	}
	for key := range m.keys {
		if text := strings.Join(lines[key], " "); text != "" {
			v.deps.State.Set(key, text)
		} else if _, had := v.deps.State.Get(key); had {
			v.deps.State.Set(key, "")
		}
	}
}
