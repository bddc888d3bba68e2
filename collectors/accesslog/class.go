package accesslog

// class is what became of a line. Every line has exactly one.
type class uint8

// The classes, in the order in which they are tried.
const (
	counted class = iota // a page view of a visitor who is no bot
	rejectedTooLong
	rejectedMalformed
	rejectedTime
	rejectedNoVhost
	filteredOutside
	filteredVhost
	filteredMethod
	filteredStatus
	filteredMachine
	filteredAsset
	filteredBotAgent
	filteredBotBehaviour
	classes
)

// String returns the name under which lines of c are told.
func (c class) String() string {
	return [classes]string{
		"lines_counted",
		"rejected_too_long", "rejected_malformed", "rejected_bad_time", "rejected_no_vhost",
		"filtered_outside", "filtered_vhost", "filtered_method", "filtered_status", "filtered_machine", "filtered_asset",
		"filtered_bot_agent", "filtered_bot_behaviour",
	}[c]
}

// rejected tells whether lines of c could not be understood.
func (c class) rejected() bool { return rejectedTooLong <= c && c <= rejectedNoVhost }

// lineCounts is how many lines came to each class.
type lineCounts [classes]int64

// sums returns the lines counted, filtered, rejected, and all together: the lines read.
func (n lineCounts) sums() (counts, filtered, rejected, read int64) {
	for c := range classes {
		switch {
		case c == counted:
			counts += n[c]
		case c.rejected():
			rejected += n[c]
		default:
			filtered += n[c]
		}
	}
	return counts, filtered, rejected, counts + filtered + rejected
}
