package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/url"
	"strings"
	"time"

	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

// Insights is a question for metrics of a page, an account or a post.
type Insights struct {
	Path    string // as /104/insights
	Scope   string // see Family; "" is Part and the period of the query
	Part    string
	Metrics []string
	Query   url.Values // beside metric: period, since, until, metric_type, breakdown
}

// Series is what Meta told of one metric.
type Series struct {
	Name   string
	Of     string  // the id of the account or post that it is of, where Meta says it
	Period string  // day, week, days_28, lifetime
	Values []Value // as they came; two rows of one end are one
	Total  *Value  // of the whole stretch, where metric_type is total_value
}

// Value is one number of Meta's.
type Value struct {
	End time.Time // of the bucket; zero of a lifetime
	// Number is the value. Of an object, or of rows that are told apart, it is the sum: what Meta counts nothing of is not in them. Where
	// they count people, each once, they have no sum: it is not a number.
	Number api.Number
	Parts  map[string]float64 // of an object by its keys; of rows by what tells them apart, as is_from_ads=1
}

// Day is the value of a bucket that ends with a day; ok is false where Meta told none.
func (s Series) Day(d observation.Date) (Value, bool) {
	for _, v := range s.Values {
		if !v.End.IsZero() && v.Number.Known && DayOf(v.End) == d {
			return v, true
		}
	}
	return Value{}, false
}

// Lifetime is the value of a series that has but one; ok is false where Meta told none.
func (s Series) Lifetime() (Value, bool) {
	if s.Total != nil {
		return *s.Total, s.Total.Number.Known
	}
	if len(s.Values) != 1 {
		return Value{}, false
	}
	return s.Values[0], s.Values[0].Number.Known
}

// Told is the answer to a question for metrics, as an edge and as a field of a post.
type Told struct {
	Data *[]told `json:"data"`
}

type told struct {
	ID     string `json:"id"` // of whom, and what: 104/insights/views/day
	Name   string `json:"name"`
	Period string `json:"period"`
	Values []row  `json:"values"`
	Total  *row   `json:"total_value"`
	Links  *[]row `json:"link_total_values"` // of Threads: clicks by the links, none where nobody clicked
}

// row is a value as Meta writes it.
type row struct {
	Value     json.RawMessage `json:"value"`
	End       Time            `json:"end_time"`
	FromAds   *string         `json:"is_from_ads"`
	Followers *string         `json:"is_from_followers"`
	Breaks    []struct {
		Results []struct {
			Values []string   `json:"dimension_values"`
			Value  api.Number `json:"value"`
		} `json:"results"`
	} `json:"breakdowns"`
}

// Insights asks for metrics as Family does, and returns what was told by Meta's names. A metric that is in neither answer was
// left out by Meta: that is no zero.
func (g *Graph) Insights(ctx context.Context, q Insights) (map[string]Series, map[string]api.Lack, error) {
	out := map[string]Series{}
	scope := q.Scope
	if scope == "" {
		scope = q.Part + "/" + q.Query.Get("period")
	}
	lacking, err := g.Family(ctx, Family{Scope: scope, Metrics: q.Metrics, Ask: func(ctx context.Context, metrics []string) error {
		query := url.Values{}
		maps.Copy(query, q.Query)
		query.Set("metric", strings.Join(metrics, ","))
		var answer Told
		if err := g.Get(ctx, Ask{Path: q.Path, Query: query, Part: q.Part}, &answer); err != nil {
			return err
		}
		series, err := answer.Series(q.Query.Get("period"))
		if err != nil {
			return fmt.Errorf("%s: %w", q.Path, err)
		}
		maps.Copy(out, series)
		return nil
	}})
	return out, lacking, err
}

// Series returns what was told by Meta's names for metrics; of other periods than the one that was asked for nothing, where one
// was.
func (t Told) Series(period string) (map[string]Series, error) {
	if t.Data == nil {
		return nil, api.Missing("data")
	}
	out := map[string]Series{}
	for _, one := range *t.Data {
		if one.Name == "" {
			return nil, api.Missing("name")
		}
		if period != "" && one.Period != "" && one.Period != period {
			continue
		}
		s := Series{Name: one.Name, Period: one.Period}
		s.Of, _, _ = strings.Cut(one.ID, "/insights/")
		for _, r := range one.Values {
			if v := r.value(one.unique()); one.unique() {
				s.addUnique(v)
			} else {
				s.add(v)
			}
		}
		if one.Total != nil {
			v := one.Total.value(one.unique())
			s.Total = &v
		}
		if one.Links != nil {
			v := together(*one.Links)
			s.Total = &v
		}
		out[one.Name] = s
	}
	return out, nil
}

// odd is what stands where a number is due and is none. Whoever needs it finds that it cannot be counted, and the other numbers are as
// good as ever.
var odd = api.Number{Value: math.NaN(), Known: true}

// together adds values up. Of none it is zero; one that is not there leaves the sum unknown.
func together(rows []row) Value {
	out := Value{Number: api.Number{Known: true}}
	for _, r := range rows {
		v := r.value(false)
		out.Number.Value += v.Number.Value
		out.Number.Known = out.Number.Known && v.Number.Known
	}
	return out
}

// unique tells whether a metric counts people, each once. Its numbers are never added up: who is in one may be in the other, too.
func (t told) unique() bool { return t.Name == "reach" || strings.Contains(t.Name, "_unique") }

// addUnique takes in a value of a metric that counts people. Where another one of the same end came there is no number for it.
func (s *Series) addUnique(v Value) {
	for i, have := range s.Values {
		if !have.End.Equal(v.End) {
			continue
		}
		if have.Number != v.Number || !maps.Equal(have.Parts, v.Parts) {
			s.Values[i].Number = odd
		}
		return
	}
	s.Values = append(s.Values, v)
}

// add takes in a value. A second one of the same end is the rest of the first, where something tells them apart.
func (s *Series) add(v Value) {
	for i, have := range s.Values {
		if !have.End.Equal(v.End) || have.Parts == nil || v.Parts == nil || !have.Number.Known || !v.Number.Known {
			continue
		}
		for name := range v.Parts {
			if _, twice := have.Parts[name]; twice {
				return
			}
		}
		maps.Copy(have.Parts, v.Parts)
		s.Values[i].Number.Value += v.Number.Value
		return
	}
	s.Values = append(s.Values, v)
}

// value reads a value: a number, an object of numbers, or one of several rows. Of a metric that counts people, parts are no whole.
func (r row) value(unique bool) Value {
	v := Value{End: r.End.Time}
	text := bytes.TrimSpace(r.Value)
	switch {
	case len(r.Breaks) > 0:
		v.Parts = map[string]float64{}
		whole := true
		for _, b := range r.Breaks {
			for _, one := range b.Results {
				if whole = whole && one.Value.Known; one.Value.Known { // what is not there is no zero
					v.Parts[strings.Join(one.Values, ",")] += one.Value.Value
				}
			}
		}
		v.Number = sum(v.Parts, whole, unique)
	case bytes.HasPrefix(text, []byte("{")):
		var parts map[string]api.Number
		if err := api.Decode(text, &parts); err != nil {
			v.Number = odd
			return v
		}
		v.Parts = map[string]float64{}
		whole := true
		for name, n := range parts {
			if whole = whole && n.Known; n.Known {
				v.Parts[name] = n.Value
			}
		}
		v.Number = sum(v.Parts, whole, unique)
		return v
	}
	if len(text) > 0 && api.Decode(text, &v.Number) != nil {
		v.Number = odd
	}
	return r.apart(v)
}

// apart names what tells a row from others of its end.
func (r row) apart(v Value) Value {
	for name, value := range map[string]*string{"is_from_ads": r.FromAds, "is_from_followers": r.Followers} {
		if value != nil && v.Number.Known {
			v.Parts = map[string]float64{name + "=" + *value: v.Number.Value}
		}
	}
	return v
}

// sum adds parts up; where one was not told, nobody knows what they are together, nor where they count the same people.
func sum(parts map[string]float64, whole, unique bool) api.Number {
	switch {
	case !whole:
		return api.Number{}
	case unique && len(parts) > 1:
		return odd
	}
	n := api.Number{Known: true}
	for _, part := range parts {
		n.Value += part
	}
	return n
}
