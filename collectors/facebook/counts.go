package facebook

import (
	"context"
	"fmt"
	"math"
	"strings"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/collector/graph"
	"seuranta/internal/observation"
)

// counted are the counters that are metrics of posts.
var counted = map[string]string{"views_total": "post_media_view", "reach_total": "post_total_media_view_unique", "clicks_total": "post_clicks"}

// instead are the metrics that hold reactions and comments where the posts themselves may not be asked for them.
var instead = map[string]string{"reactions_total": "post_reactions_by_type_total", "comments_total": "post_activity_by_action_type"}

// counts asks for what the posts came to. It returns which counters could not be had.
func (v *visit) counts(ctx context.Context, since observation.Date, count func(id, metric string, n api.Number)) (map[string]api.Lack, error) {
	lacking, metrics := map[string]api.Lack{}, map[string]string{}
	for metric, meta := range counted {
		metrics[metric] = meta
	}
	posts, told := 0, map[string]bool{}
	err := v.list(ctx, since, fieldsOfReactions, func(p post) error {
		posts++
		for metric, n := range map[string]api.Number{"reactions_total": p.Reacted.Summary.Total.Number, "comments_total": p.Comments.Summary.Total.Number} {
			count(p.ID, metric, n)
			told[metric] = told[metric] || n.Known
		}
		return nil
	})
	for metric, meta := range instead {
		switch {
		case graph.Permission(err) || graph.Withdrawn(err):
			metrics[metric] = meta
			v.ways.By(metric, "facebook-insights-1")
		case err != nil:
			lacking[metric] = lackOf(err)
		case posts > 0 && !told[metric]:
			lacking[metric] = api.Lack{Result: observation.Failed, Reason: collector.ReasonNoNumber}
		}
	}
	if err != nil && !graph.Permission(err) && graph.ForAll(err) {
		return nil, err
	}
	return lacking, v.insightsOfPosts(ctx, since, metrics, count, lacking)
}

// lackOf is what an error of a question means for what was asked.
func lackOf(err error) api.Lack {
	return api.Lack{Result: collector.ResultOf(err), Reason: collector.ReasonOf(err)}
}

// odd is what stands where the numbers of a post cannot be read, which costs those of that post.
var odd = api.Number{Value: math.NaN(), Known: true}

// insightsOfPosts asks for metrics of posts.
func (v *visit) insightsOfPosts(ctx context.Context, since observation.Date, metrics map[string]string, count func(id, metric string, n api.Number), lacking map[string]api.Lack) error {
	posts, told := 0, map[string]bool{}
	ask := func(ctx context.Context, names []string) error {
		return v.list(ctx, since, "id,created_time,insights.metric("+strings.Join(names, ",")+")", func(p post) error {
			posts++
			numbers, err := p.numbers()
			for metric, meta := range metrics {
				n, ok := numbers[meta]
				if err != nil {
					n, ok = odd, true
				}
				if ok = ok && !(v.small() && n.Value == 0); ok {
					count(p.ID, metric, n)
				}
				told[metric] = told[metric] || ok
			}
			return nil
		})
	}
	lack, err := v.graph.Family(ctx, graph.Family{Scope: "post", Metrics: namesOf(metrics), Ask: ask})
	if graph.ForAll(err) {
		return err
	}
	for metric, meta := range metrics {
		switch l, lacks := lack[meta]; {
		case lacks:
			lacking[metric] = l
		case err != nil:
			lacking[metric] = lackOf(err)
		case posts > 0 && !told[metric]:
			lacking[metric] = v.silenceOfPosts()
		}
	}
	return nil
}

// silenceOfPosts is why Meta tells a counter of no post.
func (v *visit) silenceOfPosts() api.Lack {
	if v.small() {
		return api.Lack{Result: observation.NotOffered, Reason: collector.ReasonWithheld}
	}
	return api.Lack{Result: observation.Failed, Reason: collector.ReasonNoNumber}
}

// namesOf returns what Meta calls metrics, in the order of ours.
func namesOf(metrics map[string]string) []string {
	var out []string
	for _, metric := range counters() {
		if meta, ok := metrics[metric]; ok {
			out = append(out, meta)
		}
	}
	return out
}

// numbers are the metrics of a post by Meta's names. What Meta tells by kinds holds no kind of which there is nothing.
func (p post) numbers() (map[string]api.Number, error) {
	if p.Insights.Data == nil {
		return nil, nil
	}
	series, err := p.Insights.Series("lifetime")
	if err != nil {
		return nil, fmt.Errorf("post %s: %w", p.ID, err)
	}
	out := map[string]api.Number{}
	for name, s := range series {
		value, ok := s.Lifetime()
		if !ok {
			continue
		}
		if name == instead["comments_total"] {
			if value.Parts == nil || !value.Number.Known {
				continue // which does not tell the kinds
			}
			value.Number.Value = value.Parts["comment"]
		}
		out[name] = value.Number
	}
	return out, nil
}
