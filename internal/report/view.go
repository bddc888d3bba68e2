package report

import "html/template"

// weeklyView is what the templates of the weekly page see: words, rows and ids, all worked out.
type weeklyView struct {
	Lang, HeadTitle, Title, Week, ShortWeek, Made string
	Organisation                                  foreign
	Method, Program                               string
	File                                          string // name of a download, without its ending
	Health                                        healthView
	Channels                                      []channelView
	Slow                                          []slowView
}

type healthView struct {
	Well     bool
	Summary  string
	Warnings []string
	Sources  []sourceView
}

type sourceView struct {
	ID, Name, Words string
	Well            bool
}

type channelView struct {
	ID, Organisation, Anchor string
	Name, Purpose            foreign
	Metrics                  []metricView
	Pages                    *pagesView // nil of a channel without
	Posts                    *postsView // nil of a channel without
}

// metricView is one metric of one channel: what the page says, draws and lists of it.
type metricView struct {
	ID, Anchor, Figure, Name string
	Channel                  string
	Headline, Subtitle       string
	Cards                    []cardView
	Glance                   glanceView
	Key                      []keyView
	Option                   template.JS // the chart, as data
	Picture                  pictureView
	Summary                  []string // sentences; the first names what they are about
	Caption                  string
	Rows                     []rowView
	Events, Breaks           []noteView
	Definitions              []definitionView
	Source                   string
}

// pictureView is the chart as a picture. Its ID is always there, the rest where pictures were drawn.
type pictureView struct {
	ID, File string
	Inline   template.HTML
}

// cardView is one large number with what belongs to it.
type cardView struct {
	Main, Goal           bool
	Label, Value, Figure string
	State                string // code, for the style
	Lines                []string
	Bar                  *barView // of a goal
}

// barView is how full a goal is and how full it should be by now, in thousandths; Due is 0 where no pace is known.
type barView struct{ Filled, Due int }

// glanceView is the line of a metric in the table at the top.
type glanceView struct {
	Value, State, Change, LastYear, Target string
	Months                                 []monthView
	Goals                                  []string
}

// monthView is a whole month in the table at the top.
type monthView struct{ Figure, Text string }

// keyView explains one kind of mark in the chart.
type keyView struct{ Symbol, Text string }

type rowView struct {
	Figure, Week, Dates, Value, Code, State string
	Change, LastYear, Note                  string
	LastFigure                              string
}

// noteView is an event or a break; Text is all of it, What the part that somebody wrote.
type noteView struct {
	Mark, Date, Text string
	What             foreign
	Around           around
}

type definitionView struct {
	ID, Since string
	Text      foreign
}
