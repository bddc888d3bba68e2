package ga4

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	analyticsdata "google.golang.org/api/analyticsdata/v1beta"

	"seuranta/internal/collector"
	"seuranta/internal/collector/api"
	"seuranta/internal/observation"
)

const (
	kindOfReport = "analyticsData#runReport"
	mostRows     = 50_000 // in an answer, as asked for
	mostAnswers  = 100    // to one question
	// beginning is before the first property of Google Analytics 4; earlier days are refused.
	beginning = "2015-08-14"
	otherRow  = "(other)"
)

// question is a report that is asked for.
type question = analyticsdata.RunReportRequest

// ask makes a question about days.
func ask(days observation.Period, dimensions, metrics []string) *question {
	q := &question{DateRanges: []*analyticsdata.DateRange{{StartDate: days.From.String(), EndDate: (days.To - 1).String()}}, KeepEmptyRows: true, ReturnPropertyQuota: true, Limit: mostRows}
	for _, d := range dimensions {
		q.Dimensions = append(q.Dimensions, &analyticsdata.Dimension{Name: d})
		q.OrderBys = append(q.OrderBys, &analyticsdata.OrderBy{Dimension: &analyticsdata.DimensionOrderBy{DimensionName: d}})
	}
	for _, m := range metrics {
		q.Metrics = append(q.Metrics, &analyticsdata.Metric{Name: m})
	}
	return q
}

func daysOf(days observation.Period) *question {
	return ask(days, []string{"date"}, []string{"screenPageViews", "sessions", "activeUsers"})
}

func weeksOf(weeks observation.Period) *question {
	return ask(weeks, []string{"isoYearIsoWeek"}, []string{"activeUsers"})
}

// pagesOf asks for pages without their titles: the fewer dimensions, the less is withheld.
func pagesOf(days observation.Period) *question {
	return ask(days, []string{"date", "pagePath"}, []string{"screenPageViews"})
}

// dayLabel and weekLabel are how Google names periods.
func dayLabel(p observation.Period) string { return p.From.UTC().Format("20060102") }

func weekLabel(p observation.Period) string {
	year, week := p.From.ISOWeek()
	return fmt.Sprintf("%04d%02d", year, week)
}

// report is an answer with all its rows.
type report struct {
	rows    []row
	zone    *time.Location
	quality api.Quality
	left    int64 // tokens of the day's quota, -1 where it is not told
}

// row is a row with its texts made numbers.
type row struct {
	labels  []string
	numbers []float64
}

// report asks a question until all rows are there.
func (p *property) report(ctx context.Context, q *question) (*report, error) {
	out := &report{left: -1}
	for range mostAnswers {
		q.Offset = int64(len(out.rows))
		a, err := p.run(ctx, q)
		if err != nil {
			return nil, err
		}
		came, err := out.take(q, a)
		switch {
		case err != nil:
			return nil, err
		case int64(len(out.rows)) >= a.RowCount || q.Limit == 1:
			return out, nil
		case came == 0:
			return nil, bad("the answer is a report of %d rows that ends after %d", a.RowCount, len(out.rows))
		}
	}
	return nil, bad("the report has no end")
}

func bad(format string, args ...any) error {
	return &api.BadAnswerError{Text: fmt.Sprintf(format, args...)}
}

// take takes in an answer, which has to be one to the question, and returns how many rows came.
func (r *report) take(q *question, a *analyticsdata.RunReportResponse) (int, error) {
	if a.Kind != kindOfReport || a.Metadata == nil {
		return 0, api.Missing("metadata")
	}
	var err error
	if r.zone, err = zoneOf(a.Metadata.TimeZone); err != nil {
		return 0, err
	}
	if err := r.heads(q, a); err != nil {
		return 0, err
	}
	r.judge(a.Metadata)
	if quota := a.PropertyQuota; quota != nil && quota.TokensPerDay != nil {
		r.left = quota.TokensPerDay.Remaining
	}
	for _, written := range a.Rows {
		read, err := rowOf(q, written)
		if err != nil {
			return 0, err
		}
		r.rows = append(r.rows, read)
	}
	return len(a.Rows), nil
}

func zoneOf(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if name == "" || name == "Local" || err != nil {
		return nil, api.Missing("metadata.timeZone")
	}
	return zone, nil
}

// heads checks that the columns are those that were asked for. A report without rows may have none.
func (r *report) heads(q *question, a *analyticsdata.RunReportResponse) error {
	if len(a.Rows) == 0 {
		return nil
	}
	ok := slices.EqualFunc(q.Dimensions, a.DimensionHeaders, func(d *analyticsdata.Dimension, h *analyticsdata.DimensionHeader) bool {
		return h != nil && d.Name == h.Name
	}) &&
		slices.EqualFunc(q.Metrics, a.MetricHeaders, func(m *analyticsdata.Metric, h *analyticsdata.MetricHeader) bool { return h != nil && m.Name == h.Name })
	if !ok {
		return bad("the answer has other columns than were asked for")
	}
	return nil
}

// judge takes in what Google says of the numbers; what it says of one of several answers holds of all.
func (r *report) judge(m *analyticsdata.ResponseMetaData) {
	switch {
	case m.SubjectToThresholding:
		r.quality.Reason = collector.ReasonWithheld
	case len(m.DataTruncationReasons) > 0 && r.quality.Reason == "":
		r.quality.Reason = collector.ReasonBeforeStart
	}
	if len(m.SamplingMetadatas) > 0 {
		r.quality.Basis = observation.Sample
	}
}

// rowOf reads a row: Google writes all values as texts.
func rowOf(q *question, written *analyticsdata.Row) (out row, err error) {
	if written == nil || len(written.DimensionValues) != len(q.Dimensions) || len(written.MetricValues) != len(q.Metrics) {
		return out, bad("the answer has a row with more or fewer values than columns")
	}
	for _, d := range written.DimensionValues {
		if d == nil {
			return out, api.Missing("rows[].dimensionValues[].value")
		}
		out.labels = append(out.labels, d.Value)
	}
	for i, m := range written.MetricValues {
		if m == nil {
			return out, api.Missing("rows[].metricValues[].value")
		}
		var n api.Number
		if err := json.Unmarshal([]byte(strconv.Quote(m.Value)), &n); err != nil {
			return out, bad("the answer has a text where a number is due")
		}
		value, err := n.Need(q.Metrics[i].Name)
		if err != nil {
			return out, err
		}
		out.numbers = append(out.numbers, value)
	}
	return out, nil
}

// byLabel returns the numbers of rows by their only label, which has to be of one row only. Rows come in any order.
func (r *report) byLabel() (map[string][]float64, error) {
	out := map[string][]float64{}
	for _, row := range r.rows {
		if _, twice := out[row.labels[0]]; twice || row.labels[0] == otherRow {
			return nil, bad("the answer has two rows of one period, or one of none")
		}
		out[row.labels[0]] = row.numbers
	}
	return out, nil
}

// byPage returns the pages of each day. Pages that Google rolls into one row, or does not know, have no name.
func (r *report) byPage() (map[string][]api.Page, error) {
	out := map[string][]api.Page{}
	for _, row := range r.rows {
		day, path := row.labels[0], row.labels[1]
		switch {
		case day == otherRow:
			return nil, bad("the answer has a row of no day")
		case path == otherRow || path == "(not set)":
			path = ""
		}
		out[day] = append(out[day], api.Page{Path: path, Views: row.numbers[0]})
	}
	return out, nil
}

// firstDay asks for the first day that the property has data of; 0 where it has none.
func (p *property) firstDay(ctx context.Context, now time.Time) (observation.Date, error) {
	first, err := observation.ParseDate(beginning)
	if err != nil {
		return 0, err
	}
	q := ask(observation.Period{From: first, To: observation.DateOf(now) + 1}, []string{"date"}, []string{"eventCount"})
	q.KeepEmptyRows, q.Limit = false, 1
	r, err := p.report(ctx, q)
	if err != nil || len(r.rows) == 0 {
		return 0, err
	}
	at, err := time.Parse("20060102", r.rows[0].labels[0])
	if err != nil {
		return 0, bad("the answer has a row of no day")
	}
	return observation.DateOf(at), nil
}
