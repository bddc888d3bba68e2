package chart

import (
	"slices"
	"strconv"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// Kind says how a point of a chart is to be drawn.
type Kind int

// The kinds. The zero value draws nothing.
const (
	Absent        Kind = iota // nothing is said: the line breaks
	Unknown                   // measurable, and not measured: a hatched band, and the line breaks
	NotMeasurable             // nothing to measure: a plain band, and the line breaks
	Whole                     // a measured value, zero too
	Partly                    // measured in part: on the line, with a hollow mark
	Between                   // only a range is known: a bar from low to high, and the line breaks
)

// Point is one number of a week. Cut breaks the line before it: it must not be compared with the point to its left.
type Point struct {
	Kind      Kind
	Value     float64
	Low, High float64 // of Between
	Cut       bool
}

// Week is one place on the axis.
type Week struct {
	Label  string   // below the axis; a line feed makes a second line
	Tip    []string // what is said when the pointer is on it, line by line
	Now    Point
	Before Point // the same week a year earlier
}

// Mark is a vertical line. At counts weeks from the left edge: 0.5 is the middle of the first.
type Mark struct {
	At    float64
	Label string
}

// Level is a horizontal line.
type Level struct {
	Value float64
	Label string
}

// Names are the words for the series, in the language of the page.
type Names struct {
	Now, Before, Partly, Between, Unknown, NotMeasurable string
}

// Weekly is a line over closed weeks, with the same weeks of the year before behind it.
type Weekly struct {
	Weeks  []Week
	Target *Level
	Events []Mark
	Breaks []Mark
	Names  Names
}

// Option returns the chart as JSON for ECharts.
func (w Weekly) Option() ([]byte, error) {
	top, step := scale(w.largest())
	line := charts.NewLine()
	line.SetXAxis(w.labels())
	line.SetGlobalOptions(
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "axis", BackgroundColor: white, BorderColor: hair}),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithGridOpts(opts.Grid{Left: "4", Right: "12", Top: w.headroom(), Bottom: "4", ContainLabel: opts.Bool(true)}),
		charts.WithAriaOpts(&opts.Aria{Enabled: opts.Bool(true), Decal: &opts.AriaDecal{Show: opts.Bool(true)}}),
		charts.WithAnimation(false),
		charts.WithXAxisOpts(opts.XAxis{Type: "category", AxisTick: &opts.AxisTick{Show: opts.Bool(false)}}),
		charts.WithYAxisOpts(opts.YAxis{Type: "value", Min: 0, Max: top}),
	)
	line.ExtendXAxis(
		opts.XAxis{Type: "value", Min: 0, Max: len(w.Weeks), Show: opts.Bool(false)},
		opts.XAxis{Type: "category", Data: w.labels(), Show: opts.Bool(false)},
	)
	data := points{}
	w.addBands(line, data, top)
	w.addRanges(line, data)
	w.addLine(line, data, "before", w.Names.Before, func(k Week) Point { return k.Before }, charts.WithLineStyleOpts(opts.LineStyle{Color: slate, Width: 1.5, Type: "dashed"}), thin)
	w.addLine(line, data, "now", w.Names.Now, func(k Week) Point { return k.Now }, charts.WithLineStyleOpts(opts.LineStyle{Color: blue, Width: 2.5}), thick)
	w.addPartly(line, data)
	w.addMarks(line)
	return option(line, func(m map[string]any) { w.patch(m, data, step) })
}

// points are what the series hold, by their ids. Most of an option is points, so they are put in when all else is there: on
// the way through go-echarts each would be written and read once more.
type points map[string][]any

// add keeps one value of each week, nothing where of says so.
func (p points) add(id string, weeks []Week, of func(Week) any) {
	p[id] = make([]any, len(weeks))
	for i, k := range weeks {
		p[id][i] = of(k)
	}
}

// when returns value for weeks of a kind and nothing for all others.
func when(kind Kind, value func(Point) float64) func(Week) any {
	return func(k Week) any {
		if k.Now.Kind == kind {
			return value(k.Now)
		}
		return nothing
	}
}

func thick(s *charts.SingleSeries) {
	s.Symbol, s.SymbolSize, s.ShowSymbol, s.ItemStyle = "circle", 7, opts.Bool(true), &opts.ItemStyle{Color: blue}
}

func thin(s *charts.SingleSeries) {
	s.Symbol, s.SymbolSize, s.ShowSymbol, s.ItemStyle = "triangle", 5, opts.Bool(true), &opts.ItemStyle{Color: slate}
}

// The axes that lie unseen over the one of weeks: one of numbers, because a day lies between the middles of two weeks, and
// one of weeks, because bars of one axis stand beside each other.
const (
	dayAxis  = 1
	bandAxis = 2
)

// headroom leaves room for the letters of marks above the chart.
func (w Weekly) headroom() string {
	if len(w.Events)+len(w.Breaks) > 0 {
		return "28"
	}
	return "12"
}

// nothing is what ECharts takes for no value in a list.
const nothing = "-"

func (w Weekly) labels() []string {
	out := make([]string, len(w.Weeks))
	for i, k := range w.Weeks {
		lines := strings.Split(k.Label, "\n")
		for j := range lines {
			lines[j] = label(lines[j])
		}
		out[i] = strings.Join(lines, "\n")
	}
	return out
}

// has tells whether a week of the line that the chart is about is of a kind: what no week is of needs no series.
func (w Weekly) has(k Kind) bool {
	return slices.ContainsFunc(w.Weeks, func(week Week) bool { return week.Now.Kind == k })
}

// largest is the highest number that the chart must hold.
func (w Weekly) largest() float64 {
	top := 0.0
	for _, k := range w.Weeks {
		for _, p := range []Point{k.Now, k.Before} {
			switch p.Kind {
			case Whole, Partly:
				top = max(top, p.Value)
			case Between:
				top = max(top, p.High)
			}
		}
	}
	if w.Target != nil {
		top = max(top, w.Target.Value*1.08) // and its label above the line
	}
	return top
}

// addLine draws one line in as many series as breaks cut it into: a line inside a series would join what must not be
// joined. Gaps inside a series break it by themselves.
func (w Weekly) addLine(line *charts.Line, data points, prefix, name string, of func(Week) Point, style ...charts.SeriesOpts) {
	part := w.blank()
	add := func() {
		id := prefix + "-" + strconv.Itoa(len(line.MultiSeries))
		line.AddSeries(label(name), nil, append([]charts.SeriesOpts{charts.WithSeriesId(id)}, style...)...)
		data[id], part = part, w.blank()
	}
	for i, k := range w.Weeks {
		p := of(k)
		if p.Cut && i > 0 {
			add()
		}
		switch p.Kind {
		case Whole:
			part[i] = p.Value
		case Partly:
			part[i] = map[string]any{"value": p.Value, "symbol": "none"}
		}
	}
	add()
}

func (w Weekly) blank() []any {
	out := make([]any, len(w.Weeks))
	for i := range out {
		out[i] = nothing
	}
	return out
}

// addPartly puts hollow marks on the weeks that were measured in part.
func (w Weekly) addPartly(line *charts.Line, data points) {
	if !w.has(Partly) {
		return
	}
	data.add("partly", w.Weeks, when(Partly, func(p Point) float64 { return p.Value }))
	marks := charts.NewScatter()
	marks.AddSeries(label(w.Names.Partly), nil, charts.WithSeriesId("partly"),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: white, BorderColor: blue, BorderWidth: 2}),
		charts.WithScatterChartOpts(opts.ScatterChart{Symbol: "circle", SymbolSize: 10}))
	line.Overlap(marks)
}

// addRanges draws what lies between two numbers as a bar on a bar that is not seen.
func (w Weekly) addRanges(line *charts.Line, data points) {
	if !w.has(Between) {
		return
	}
	data.add("low", w.Weeks, when(Between, func(p Point) float64 { return p.Low }))
	data.add("between", w.Weeks, when(Between, func(p Point) float64 { return p.High - p.Low }))
	bars := charts.NewBar()
	width := charts.WithBarChartOpts(opts.BarChart{Stack: "between", BarWidth: "40%"})
	bars.AddSeries("", nil, charts.WithSeriesId("low"), width, charts.WithItemStyleOpts(opts.ItemStyle{Color: "transparent"}))
	bars.AddSeries(label(w.Names.Between), nil, charts.WithSeriesId("between"), width,
		charts.WithItemStyleOpts(opts.ItemStyle{Color: "#CFE3F1", BorderColor: blue, BorderWidth: 1.5}))
	line.Overlap(bars)
}

// addBands fills the weeks without a number from the axis to the top, so that a gap is seen as one.
func (w Weekly) addBands(line *charts.Line, data points, top float64) {
	if !w.has(Unknown) && !w.has(NotMeasurable) {
		return
	}
	bars := charts.NewBar()
	for _, band := range []struct {
		id, name string
		kind     Kind
	}{{"unknown", w.Names.Unknown, Unknown}, {"notmeasurable", w.Names.NotMeasurable, NotMeasurable}} {
		if !w.has(band.kind) {
			continue
		}
		data.add(band.id, w.Weeks, when(band.kind, func(Point) float64 { return top }))
		bars.AddSeries(label(band.name), nil, charts.WithSeriesId(band.id), charts.WithItemStyleOpts(opts.ItemStyle{Color: mist}),
			charts.WithBarChartOpts(opts.BarChart{Stack: "bands", BarWidth: "100%", XAxisIndex: bandAxis}))
	}
	line.Overlap(bars)
}
