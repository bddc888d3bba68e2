package chart

import (
	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// addMarks draws target, events and breaks, at their days.
func (w Weekly) addMarks(line *charts.Line) {
	var data []any
	if w.Target != nil {
		data = append(data, mark("yAxis", w.Target.Value, w.Target.Label, green, "solid", w.quietCorner()))
	}
	for _, e := range w.Events {
		data = append(data, mark("xAxis", e.At, e.Label, plum, "dotted", "end"))
	}
	for _, b := range w.Breaks {
		data = append(data, mark("xAxis", b.At, b.Label, rust, "solid", "end"))
	}
	if len(data) == 0 {
		return
	}
	line.AddSeries("", []opts.LineData{}, charts.WithSeriesId("marks"), func(s *charts.SingleSeries) {
		s.XAxisIndex = dayAxis
		s.MarkLines = &opts.MarkLines{Data: data, MarkLineStyle: opts.MarkLineStyle{Symbol: []string{"none", "none"}}}
	})
}

func mark(axis string, at float64, text, colour, stroke, position string) map[string]any {
	return map[string]any{
		axis: at,
		"lineStyle": map[string]any{
			"color": colour, "type": stroke, "width": 1.5,
		},
		"label": map[string]any{
			"formatter": label(text), "color": colour, "position": position, "fontSize": 12, "fontWeight": "bold", "distance": 4,
			"backgroundColor": "rgba(255,255,255,0.85)", "padding": []int{2, 3},
		},
	}
}

// quietCorner finds where along the target's line its label covers the fewest points: at the left or right end, above or
// below the line.
func (w Weekly) quietCorner() string {
	top, _ := scale(w.largest())
	height, width := top*0.1, max(1, len(w.Weeks)/3)
	best, fewest := "", len(w.Weeks)*2+1
	for _, c := range []struct {
		position  string
		from, to  int
		low, high float64
	}{
		{"insideStartTop", 0, width, w.Target.Value, w.Target.Value + height},
		{"insideEndTop", len(w.Weeks) - width, len(w.Weeks), w.Target.Value, w.Target.Value + height},
		{"insideStartBottom", 0, width, w.Target.Value - height, w.Target.Value},
		{"insideEndBottom", len(w.Weeks) - width, len(w.Weeks), w.Target.Value - height, w.Target.Value},
	} {
		covered := 0
		for _, k := range w.Weeks[max(0, c.from):min(c.to, len(w.Weeks))] {
			for _, p := range []Point{k.Now, k.Before} {
				if p.Kind >= Whole && p.Value >= c.low && p.Value <= c.high {
					covered++
				}
			}
		}
		if c.high <= top && c.low >= 0 && covered < fewest {
			best, fewest = c.position, covered
		}
	}
	return best
}

// patch sets the points, and what go-echarts has no field for.
func (w Weekly) patch(m map[string]any, data points, step float64) {
	tips := make([][]string, len(w.Weeks))
	for i, k := range w.Weeks {
		tips[i] = []string{}
		for _, t := range k.Tip {
			tips[i] = append(tips[i], label(t))
		}
	}
	merge(m, map[string]any{
		"textStyle": map[string]any{"fontFamily": family},
		"tooltip": map[string]any{
			"renderMode": "richText", "confine": true, "formatter": map[string]any{"$fn": "lines", "of": tips},
			"textStyle": map[string]any{"color": ink, "fontSize": 13, "lineHeight": 20}, "padding": []int{10, 12},
			"axisPointer": map[string]any{"type": "line", "lineStyle": map[string]any{"color": slate, "width": 1}},
		},
		"aria": map[string]any{"label": map[string]any{"enabled": false}},
	})
	axes := m["xAxis"].([]any)
	merge(axes[0].(map[string]any), map[string]any{
		"axisLabel": map[string]any{"color": quiet, "fontSize": 12, "lineHeight": 16, "hideOverlap": true},
		"axisLine":  map[string]any{"lineStyle": map[string]any{"color": slate}},
	})
	for _, unseen := range axes[1:] {
		merge(unseen.(map[string]any), map[string]any{
			"axisPointer": map[string]any{"show": false, "triggerTooltip": false},
			"axisLabel":   map[string]any{"show": false}, // else room is kept for labels that nobody sees
		})
	}
	merge(m["yAxis"].([]any)[0].(map[string]any), map[string]any{
		"interval":  step,
		"axisLabel": map[string]any{"color": quiet, "fontSize": 12, "formatter": fn("number")},
		"splitLine": map[string]any{"lineStyle": map[string]any{"color": hair}},
	})
	patchSeries(m["series"].([]any), data)
}

// patchSeries sets points, hatching, order and silence of the series, which it knows by their ids.
func patchSeries(series []any, data points) {
	extra := map[string]map[string]any{
		"unknown": {"z": 0, "silent": true, "itemStyle": map[string]any{"decal": map[string]any{
			"symbol": "rect", "color": hatch, "dashArrayX": []int{1, 0}, "dashArrayY": []int{1, 6}, "rotation": -0.7854}}},
		"notmeasurable": {"z": 0, "silent": true},
		"low":           {"silent": true, "tooltip": map[string]any{"show": false}},
		"between":       {"z": 2},
		"partly":        {"z": 5},
		"marks":         {"z": 1, "silent": true},
	}
	for _, s := range series {
		m := s.(map[string]any)
		merge(m, map[string]any{"cursor": "default", "emphasis": map[string]any{"disabled": true}})
		if m["type"] == "line" {
			m["showAllSymbol"] = true // else a lone point between two gaps is left out where the axis is crowded
		}
		if m["type"] == "bar" {
			merge(m, map[string]any{"itemStyle": map[string]any{"decal": map[string]any{"symbol": "none"}}})
		}
		id, _ := m["id"].(string)
		if of, ok := data[id]; ok {
			m["data"] = of
		}
		merge(m, extra[id])
	}
}
