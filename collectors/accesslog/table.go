package accesslog

// entry is what one visitor did on one day.
type entry struct {
	visitor uint64 // a keyed hash, of this run only
	pages   uint32
	earlier uint32 // 1 + the index of the first of its other minutes; 0 is none
	day     uint16 // 1 + the index of the day; 0 marks a free slot
	minute  uint16 // of the day
	burst   uint8  // page views in that minute
	flags   uint8
}

// The flags of an entry.
const (
	askedRobots uint8 = 1 << iota // asked for /robots.txt
	askedAssets                   // asked for a file that pages are made of
	didBurst                      // had more page views in one minute than a reader has
)

// minutePages is how many page views a visitor had in one minute of the day. An entry's minutes hang together, so that
// lines in any order are counted alike.
type minutePages struct {
	next   uint32 // as entry.earlier
	minute uint16
	pages  uint8
}

// table holds the entries of a pass: open addressing, a power of two slots, at most three quarters of them taken.
type table struct {
	slots   []entry
	used    int
	shift   uint // of the hash, to an index
	minutes []minutePages
	limit   int  // of slots, and of minutes
	over    bool // the bound was reached: what is in the table is of no use
}

const smallestTable = 1 << 10

func newTable(limit int) *table {
	t := &table{limit: limit}
	t.resize(min(smallestTable, limit))
	return t
}

// reset empties the table, keeps its room, and bounds it anew.
func (t *table) reset(limit int) {
	clear(t.slots)
	t.used, t.minutes, t.limit, t.over = 0, t.minutes[:0], limit, false
}

// at returns the entry of a visitor and a day, a fresh one if there is none. It is good until the next call.
func (t *table) at(visitor uint64, day int) *entry {
	if e := t.slot(visitor, uint16(day+1)); e.day != 0 {
		return e
	}
	if t.used++; t.used > len(t.slots)/4*3 {
		t.grow()
	}
	e := t.slot(visitor, uint16(day+1))
	e.visitor, e.day = visitor, uint16(day+1)
	return e
}

// find returns the entry of a visitor and a day, or nil.
func (t *table) find(visitor uint64, day int) *entry {
	if e := t.slot(visitor, uint16(day+1)); e.day != 0 {
		return e
	}
	return nil
}

// slot returns the slot that holds the visitor and day, or the free one where they belong.
func (t *table) slot(visitor uint64, day uint16) *entry {
	const golden = 0x9e3779b97f4a7c15
	for i := (visitor + uint64(day)*golden) >> t.shift; ; i++ {
		e := &t.slots[i&uint64(len(t.slots)-1)]
		if e.day == 0 || e.visitor == visitor && e.day == day {
			return e
		}
	}
}

// grow doubles the table, unless that would outgrow the bound; then there is still room for the entry at hand.
func (t *table) grow() {
	if t.over = 2*len(t.slots) > t.limit; !t.over {
		t.resize(2 * len(t.slots))
	}
}

func (t *table) resize(n int) {
	old := t.slots
	t.slots = make([]entry, n)
	t.shift = 64
	for ; n > 1; n /= 2 {
		t.shift--
	}
	for i := range old {
		if e := &old[i]; e.day != 0 {
			*t.slot(e.visitor, e.day) = *e
		}
	}
}

// view counts a page view of e in a minute of its day.
func (t *table) view(e *entry, minute uint16) {
	e.pages++
	if e.flags&(askedRobots|didBurst) != 0 {
		return // a bot already; its minutes matter no more
	}
	if e.burst > 0 && e.minute != minute {
		t.turn(e, minute)
	}
	e.minute = minute
	if e.burst++; e.burst > burstPages {
		e.flags |= didBurst
	}
}

// turn puts the present minute of e away and takes out the other one, which begins with none if it is new.
func (t *table) turn(e *entry, minute uint16) {
	for i := e.earlier; i != 0; i = t.minutes[i-1].next {
		if m := &t.minutes[i-1]; m.minute == minute {
			e.burst, m.pages = m.pages, e.burst
			m.minute = e.minute
			return
		}
	}
	t.minutes = append(t.minutes, minutePages{next: e.earlier, minute: e.minute, pages: e.burst})
	e.earlier, e.burst = uint32(len(t.minutes)), 0
	t.over = t.over || len(t.minutes) > t.limit
}

// bot tells whether e behaved like one; onAssetDay says that some visitor asked for assets that day.
func (e *entry) bot(onAssetDay bool) bool {
	if e.flags&(askedRobots|didBurst) != 0 {
		return true
	}
	return e.pages >= blindPages && onAssetDay && e.flags&askedAssets == 0
}
