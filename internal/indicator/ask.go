package indicator

import (
	"cmp"
	"fmt"
	"slices"

	"seuranta/internal/match"
	"seuranta/internal/observation"
)

// Ask says which figures are wanted. Without a target all are; as soon as one is named, only those of the targets named.
// Without metrics all are wanted.
type Ask struct {
	Organisations []string
	Channels      []string // Itself is the organisation itself
	Topics        []string
	Projects      []string
	Metrics       []string
	Period        observation.Period
	// Beside asks, of a channel's metric that several sources tell, for what each of them tells alone, too: those figures name
	// the source, and stand beside the one that counts.
	Beside bool

	posts bool // the usual indicators of items, and every counter of them
}

// wants tells whether a target is wanted, of those of its kind that were named.
func (a Ask) wants(named []string, id string) bool {
	return len(a.Channels)+len(a.Topics)+len(a.Projects) == 0 || slices.Contains(named, id)
}

// The metrics that are counted from items, and of which targets.
const (
	publications = "publications" // of a channel, of a topic, and of a project by its topics
	mediaHits    = "media_hits"   // of a topic, and of a project by its topics
	appearances  = "appearances"  // of a project, and of the organisation
)

// questions lists what ask wants and the desk has, in its order: channels, topics, projects, organisations. Of lifetime
// counters each item has its own; what items come to together is asked by itemsOf.
func (j *Judge) questions(ask Ask) ([]*question, error) {
	l := lister{judge: j, ask: ask, rules: map[string]*found{}, desk: &table{n: -1}}
	for _, c := range j.desk.Channels {
		if wanted(ask.Organisations, c.Organisation) && ask.wants(ask.Channels, c.ID) {
			l.channel(c)
		}
	}
	for i := range j.desk.Topics {
		if t := &j.desk.Topics[i]; wanted(ask.Organisations, t.Organisation) && ask.wants(ask.Topics, t.ID) {
			l.topic(t)
		}
	}
	for i := range j.desk.Projects {
		p := &j.desk.Projects[i]
		for _, o := range implementers(*p) {
			if wanted(ask.Organisations, o) && ask.wants(ask.Projects, p.ID) {
				l.project(p, o)
			}
		}
	}
	for _, o := range j.desk.Organisations {
		named := slices.Contains(ask.Organisations, o.ID)
		if (named || len(ask.Organisations) == 0 && !j.succeeded(o.ID)) && ask.wants(ask.Channels, Itself) {
			l.itself(o.ID)
		}
	}
	return l.out, l.err
}

// succeeded tells whether another organisation carries on the series of this one.
func (j *Judge) succeeded(id string) bool {
	return slices.ContainsFunc(j.desk.Organisations, func(o observation.Organisation) bool { return o.Succeeds == id })
}

// lister gathers questions until one cannot be asked.
type lister struct {
	judge *Judge
	ask   Ask
	rules map[string]*found // by topic
	desk  *table
	out   []*question
	err   error
}

// add adds a question that a source may answer.
func (l *lister) add(q *question, life observation.Life, feeds func(observation.Source) bool) {
	if !l.asks(q.metric.ID) || l.err != nil {
		return
	}
	if q, l.err = l.judge.hear(q, life, feeds); l.err == nil && len(q.tellers) > 0 {
		l.out = append(l.out, q)
	}
}

func (l *lister) asks(metric string) bool {
	return wanted(l.ask.Metrics, metric)
}

// lifetime tells whether a metric is a counter of single items.
func (l *lister) lifetime(metric string) bool { return l.judge.desk.Metrics[metric].Lifetime }

// metrics lists what the sources tell that feed says feed a target, each metric once, in their order.
func (j *Judge) metrics(feeds func(observation.Source) bool) []string {
	var ids []string
	for _, s := range j.desk.Sources {
		if feeds(s) {
			ids = union(ids, s.Metrics)
		}
	}
	return ids
}

// channel asks for what the sources of a channel tell. Media hits and appearances are not of a channel, though a source of
// one may tell them.
func (l *lister) channel(c observation.Channel) {
	feeds := func(s observation.Source) bool { return s.Channel == c.ID }
	for _, metric := range l.judge.metrics(feeds) {
		if l.lifetime(metric) || metric == mediaHits || metric == appearances || metric == pageViews && len(l.ask.Metrics) == 0 {
			continue // single pages are ranked, Pages does so: all of them together are much the same as the views
		}
		q := l.judge.ofChannel(c, metric)
		alone := *q
		l.add(q, c.Life, feeds)
		if l.ask.Beside && len(q.tellers) > 1 {
			l.beside(alone, c.Life, q.tellers)
		}
	}
	l.itemsOf(l.judge.ofChannel(c, publications), c.Life, feeds)
}

// ofChannel begins a question of a channel.
func (j *Judge) ofChannel(c observation.Channel, metric string) *question {
	q := j.organised(c.Organisation, metric)
	q.channel = c
	if metric == publications {
		q.counts = func(_ int, i *observation.Item) bool { return i.Channel == c.ID && q.metric.Counts(*i) && q.holds(i) }
	}
	return q
}

// beside asks each source of a channel's metric for itself, whichever is preferred.
func (l *lister) beside(alone question, life observation.Life, tellers []*teller) {
	for _, t := range tellers {
		q := alone
		q.beside, q.channel.Primary = t.ID, nil
		l.add(&q, life, func(s observation.Source) bool { return s.ID == t.ID && s.Channel == q.channel.ID })
	}
}

// topic asks for the media hits and for the publications of a topic.
func (l *lister) topic(t *observation.Topic) {
	about := func(q *question) { q.topic = t }
	l.byTopics(t.Organisation, about, observation.Life{}, t.ID)
}

// byTopics asks for the media hits and publications about topics, and for what the publications earned and reached, where that is
// named or a project's plan follows it up. aim gives
// each question its target.
func (l *lister) byTopics(organisation string, aim func(*question), life observation.Life, topics ...string) {
	for _, metric := range []string{mediaHits, publications} {
		q := l.judge.organised(organisation, metric)
		aim(q)
		if l.asks(metric) {
			l.add(q, life, l.matching(q, topics...))
		}
	}
	pubs := l.judge.organised(organisation, publications)
	if aim(pubs); len(l.ask.Metrics) > 0 || pubs.project != nil && !l.ask.posts {
		l.itemsOf(pubs, life, l.matching(pubs, topics...))
	}
}

// matching has a question count articles that match one of the topics: those of the media, whichever source found them, or our
// own, in whichever channel they stand. It returns which sources may answer it.
func (l *lister) matching(q *question, topics ...string) (feeds func(observation.Source) bool) {
	var rules []*found
	for _, id := range topics {
		rule, err := l.rule(id)
		if l.err = cmp.Or(l.err, err); err == nil {
			rules = append(rules, rule)
		}
	}
	q.counts = func(n int, i *observation.Item) bool {
		matches := func(f *found) bool { return f.matches(n, i) }
		return q.metric.Counts(*i) && q.holds(i) && slices.ContainsFunc(rules, matches)
	}
	if q.metric.ID == publications {
		q.channels = l.judge.desk.Channels
		return func(s observation.Source) bool { return q.owns(s) && s.Channel != "" }
	}
	return func(s observation.Source) bool { return q.owns(s) || s.Organisation == observation.Shared }
}

// project asks for what an organisation typed for a project, and for the media hits and publications of its topics.
func (l *lister) project(p *observation.Project, organisation string) {
	if topics := topicsOf(*p); len(topics) > 0 {
		l.byTopics(organisation, func(q *question) { q.project = p }, p.Life, topics...)
	}
	l.typed(organisation, func(q *question) observation.Life {
		q.project, q.quiet = p, !follows(*p, q.metric.ID)
		return p.Life
	})
}

// itself asks for what is known of an organisation and of no channel. What a project follows up is asked of the project.
func (l *lister) itself(organisation string) {
	l.typed(organisation, func(q *question) observation.Life {
		q.quiet = slices.ContainsFunc(l.judge.desk.Projects, func(p observation.Project) bool {
			return slices.Contains(implementers(p), organisation) && follows(p, q.metric.ID)
		})
		return observation.Life{}
	})
}

// typed asks for the numbers that sources without a channel tell, and for appearances. aim gives each question its target.
func (l *lister) typed(organisation string, aim func(*question) observation.Life) {
	owner := l.judge.organised(organisation, "")
	free := func(s observation.Source) bool { return s.Channel == "" && owner.owns(s) }
	for _, metric := range l.judge.metrics(owner.owns) {
		q := l.judge.organised(organisation, metric)
		life := aim(q)
		switch {
		case metric == appearances:
			q.counts = func(_ int, i *observation.Item) bool { return q.metric.Counts(*i) && q.holds(i) && q.typedFor(i) }
			l.add(q, life, owner.owns)
		case q.metric.Shape != observation.Counted && !q.metric.Lifetime:
			l.add(q, life, free)
		}
	}
}

// typedFor tells whether an item was typed for the project of the question, if it asks of one.
func (q *question) typedFor(i *observation.Item) bool {
	return q.project == nil || slices.Contains(i.Projects, q.project.ID)
}

// holds tells whether an item is of the organisation, of one that it succeeds, or shared, and has not been taken back.
func (q *question) holds(i *observation.Item) bool {
	ours := i.Organisation == observation.Shared || slices.ContainsFunc(q.chain, func(o observation.Organisation) bool { return o.ID == i.Organisation })
	return ours && i.State != observation.Withdrawn
}

// implementers lists the organisations that do a project, the one that leads it first.
func implementers(p observation.Project) []string {
	out := []string{p.Organisation}
	for _, m := range p.Members {
		out = union(out, []string{m.Organisation})
	}
	return out
}

// follows tells whether the plan of a project promises a metric, and not as that of channels.
func follows(p observation.Project, metric string) bool {
	return slices.ContainsFunc(p.Goals, func(g observation.Goal) bool {
		return slices.ContainsFunc(g.FollowUps, func(f observation.FollowUp) bool { return f.Indicator == metric && len(f.Channels) == 0 })
	})
}

// topicsOf lists the topics of a project; one that names none has those of its plan.
func topicsOf(p observation.Project) []string {
	if len(p.Topics) > 0 {
		return p.Topics
	}
	var out []string
	for _, g := range p.Goals {
		for _, f := range g.FollowUps {
			out = union(out, f.Topics)
		}
	}
	return out
}

// found is a topic's rule with what it was found to match among the items that were read.
type found struct {
	*match.Rule
	seen []int8 // by the place of the item: 0 not looked at, 1 matches, -1 does not
	desk *table
}

// table holds the item that rules are looking at, cut into words: all look at one before the next comes.
type table struct {
	n    int
	text match.Text
}

func (t *table) lay(n int, i *observation.Item) match.Text {
	if t.n != n {
		t.n, t.text = n, match.Cut(i.Title, i.Text)
	}
	return t.text
}

// rule returns the rule of a topic.
func (l *lister) rule(topic string) (*found, error) {
	if f, looked := l.rules[topic]; looked {
		return f, nil
	}
	c, ok := l.judge.rules[topic]
	switch {
	case !ok:
		return nil, fmt.Errorf("there is no topic %q", topic)
	case c.err != nil:
		return nil, fmt.Errorf("read the rule of topic %s: %w", topic, c.err)
	}
	f := &found{Rule: c.rule, desk: l.desk}
	l.rules[topic] = f
	return f, nil
}

// matches tells whether the n-th item is about the topic.
func (f *found) matches(n int, i *observation.Item) bool {
	for len(f.seen) <= n {
		f.seen = append(f.seen, 0)
	}
	if f.seen[n] == 0 {
		f.seen[n] = -1
		if f.In(f.desk.lay(n, i)) {
			f.seen[n] = 1
		}
	}
	return f.seen[n] > 0
}
