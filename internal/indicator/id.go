package indicator

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"seuranta/internal/observation"
)

// Itself stands in ids, and among the channels of an Ask, for the organisation itself: what is known of it, and of no
// channel, topic or project.
const Itself = "-"

// How ids mark what is no channel.
const (
	topicMark   = "topic:"
	projectMark = "project:"
	sourceMark  = "~" // before the source that is asked alone
)

// Asked is what a figure was asked for, as its id tells: a metric of a channel, a topic, a project or, when none of these
// is named, of the organisation itself.
type Asked struct {
	Organisation string
	Channel      string
	Topic        string
	Project      string
	Metric       string
	Source       string // that is asked alone; "" is the one that counts
	Dims         string // k=v, sorted, comma between; without the project where one is named
	Period       observation.Period
	AsOf         time.Time // to the second; zero: as known now
}

// String writes the id: organisation/TARGET/metric~source[dims]/period@moment. TARGET is a channel, topic:ID, project:ID or -
// for the organisation itself.
func (a Asked) String() string {
	id := a.Organisation + "/" + a.target() + "/" + a.Metric
	if a.Source != "" {
		id += sourceMark + a.Source
	}
	if a.Dims != "" {
		id += "[" + escape(a.Dims) + "]"
	}
	id += "/" + a.Period.Label()
	if !a.AsOf.IsZero() {
		id += "@" + a.AsOf.UTC().Format(time.RFC3339)
	}
	return id
}

func (a Asked) target() string {
	switch {
	case a.Channel != "":
		return a.Channel
	case a.Topic != "":
		return topicMark + a.Topic
	case a.Project != "":
		return projectMark + a.Project
	}
	return Itself
}

// idForm is that of the ids of a configuration.
var idForm = regexp.MustCompile(`^[a-z_][a-z0-9_-]{0,63}$`)

// ParseID reads an id back. Its errors say what an id looks like.
func ParseID(id string) (Asked, error) {
	fields := strings.Split(id, "/")
	if len(fields) != 4 {
		return Asked{}, fmt.Errorf("read figure id %q: want organisation/channel/metric/period, as koske/kotisivut/views/2026-W47", id)
	}
	a := Asked{Organisation: fields[0]}
	err := a.parseTarget(fields[1])
	if err == nil {
		err = a.parseMetric(fields[2])
	}
	if err == nil {
		err = a.parsePeriod(fields[3])
	}
	if err == nil && !idForm.MatchString(a.Organisation) {
		err = fmt.Errorf("%q is no organisation", a.Organisation)
	}
	if err != nil {
		return Asked{}, fmt.Errorf("read figure id %q: %w", id, err)
	}
	return a, nil
}

func (a *Asked) parseTarget(text string) error {
	into := &a.Channel
	name := text
	if id, ok := strings.CutPrefix(text, topicMark); ok {
		into, name = &a.Topic, id
	} else if id, ok := strings.CutPrefix(text, projectMark); ok {
		into, name = &a.Project, id
	}
	if text == Itself {
		return nil
	}
	if !idForm.MatchString(name) {
		return fmt.Errorf("%q is no target: want a channel, topic:ID, project:ID, or - for the organisation itself", text)
	}
	*into = name
	return nil
}

func (a *Asked) parseMetric(text string) error {
	metric, dims, has := strings.Cut(text, "[")
	metric, source, alone := strings.Cut(metric, sourceMark)
	if alone && (!idForm.MatchString(source) || a.Channel == "") {
		return fmt.Errorf("%q is no source of a channel", source)
	}
	a.Source = source
	if !idForm.MatchString(metric) {
		return fmt.Errorf("%q is no indicator", metric)
	}
	a.Metric = metric
	if !has {
		return nil
	}
	inner, closed := strings.CutSuffix(dims, "]")
	plain, err := url.PathUnescape(inner)
	if err != nil || !closed || !a.takesDims(plain) {
		return fmt.Errorf("%q: want the dimensions sorted, as %s[region=keski-suomi]", text, metric)
	}
	a.Dims = plain
	return nil
}

// takesDims tells whether dims are in their one form, and do not name the project that the target names.
func (a *Asked) takesDims(dims string) bool {
	pairs := map[string]string{}
	for part := range strings.SplitSeq(dims, ",") {
		name, value, ok := strings.Cut(part, "=")
		if !ok {
			return false
		}
		pairs[name] = value
	}
	_, project := pairs[projectDim]
	return observation.Dims(pairs) == dims && (!project || a.Channel != "")
}

func (a *Asked) parsePeriod(text string) error {
	label, moment, has := strings.Cut(text, "@")
	p, err := observation.ParsePeriod(label, 0)
	if err != nil {
		return err
	}
	if strings.HasPrefix(label, "last-") {
		return fmt.Errorf("%s is another period every day: name it", label)
	}
	a.Period = p
	if !has {
		return nil
	}
	at, err := time.Parse(time.RFC3339, moment)
	at = at.UTC()
	if err != nil || at.Year() < 1970 || at.Year() > 9999 {
		return fmt.Errorf("%q is no moment: want 2026-11-23T06:00:00Z", moment)
	}
	a.AsOf = at.Truncate(time.Second)
	return nil
}

// escape writes what would not read back otherwise as %XX.
func escape(dims string) string {
	var b strings.Builder
	for i := range len(dims) {
		if c := dims[i]; c <= ' ' || c == 0x7f || strings.IndexByte("%/[]@", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// projectDim is the dimension that tells which project a number was typed for.
const projectDim = "project"

// splitDims takes the project out of dimensions.
func splitDims(dims string) (project, rest string) {
	parts := strings.Split(dims, ",")
	i := slices.IndexFunc(parts, func(p string) bool { return strings.HasPrefix(p, projectDim+"=") })
	if i < 0 {
		return "", dims
	}
	project = strings.TrimPrefix(parts[i], projectDim+"=")
	return project, strings.Join(slices.Delete(parts, i, i+1), ",")
}
