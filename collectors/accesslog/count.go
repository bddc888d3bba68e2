package accesslog

import (
	"bufio"
	"fmt"
	"hash/maphash"
	"math"
	"time"

	"seuranta/internal/observation"
)

// partition is a share of the visitors: those whose hash leaves the rest when divided by the modulus, a power of two.
type partition struct{ modulus, rest uint64 }

const (
	largestSplit   = 8
	largestModulus = 1 << 12 // a visitor or few who need more room than the bound get it
)

// split cuts the share into smaller ones, as many as it takes when a pass over a part of all bytes filled the table.
func (p partition) split(done float64) []partition {
	n := uint64(2)
	for n < largestSplit && float64(n)*done < 1.25 {
		n *= 2
	}
	var out []partition
	for i := range n {
		out = append(out, partition{p.modulus * n, p.rest + i*p.modulus})
	}
	return out
}

// holds tells whether a visitor is of the share.
func (p partition) holds(visitor uint64) bool { return visitor&(p.modulus-1) == p.rest }

// leads tells whether the pass of this share is the one that tells of the lines themselves.
func (p partition) leads() bool { return p.rest == 0 }

// sums is what was counted.
type sums struct {
	lines    lineCounts
	evidence *evidence
	bare     []bool  // by day: page views came without an agent, so that bots were told by behaviour alone
	views    []int64 // by day
	visitors []int64 // by day
	weekly   []int64 // visitors, by plan.weeks
}

// counting is the work of one run: every file is read once, or, when the visitors do not fit into memory at once, several
// times with a share of them each time. The salts live and die with it.
type counting struct {
	plan    *plan
	logs    *logSet
	meter   *meter
	vhosts  map[string]bool // nil: all
	silence int64           // seconds
	latest  int64           // the last second that a line can tell

	agentSalt, addressSalt maphash.Seed
	agents                 *agents
	table                  *table
	buffer                 *bufio.Reader

	sums sums
}

// newCounting prepares a count at a moment; limit bounds the table of visitors.
func newCounting(p *plan, logs *logSet, m *meter, config Config, now time.Time, limit int) *counting {
	c := &counting{
		plan: p, logs: logs, meter: m, silence: config.silenceSeconds(), latest: lastStamp(now),
		agentSalt: maphash.MakeSeed(), addressSalt: maphash.MakeSeed(),
		agents: newAgents(), table: newTable(limit), buffer: bufio.NewReaderSize(nil, bufferSize),
		sums: sums{views: make([]int64, p.size()), visitors: make([]int64, p.size()), weekly: make([]int64, len(p.weeks))},
	}
	for _, v := range config.Vhosts {
		if c.vhosts == nil {
			c.vhosts = map[string]bool{}
		}
		c.vhosts[string(appendLower(nil, []byte(v)))] = true
	}
	return c
}

// run counts everything.
func (c *counting) run() error {
	limit := c.table.limit
	for todo := []partition{{modulus: 1}}; len(todo) > 0; {
		share := todo[0]
		c.table.reset(limit)
		if share.modulus >= largestModulus {
			c.table.limit = math.MaxInt
		}
		c.meter.total = c.meter.done + int64(len(todo))*c.logs.size()
		p := newPass(c, share)
		if err := p.read(); err != nil {
			return err
		}
		todo = todo[1:]
		if c.table.over {
			todo = append(share.split(p.done()), todo...)
			continue
		}
		if err := c.take(p); err != nil {
			return err
		}
	}
	c.meter.tell(c.meter.done, c.meter.done)
	return nil
}

// take adds what a pass counted. The pass of the first share comes first and tells how many lines there are; a log that
// changes under the passes makes the others disagree.
func (c *counting) take(p *pass) error {
	_, _, _, read := p.lines.sums()
	if p.share.leads() {
		c.sums.lines, c.sums.evidence, c.sums.bare = p.lines, p.evidence, p.bare
		c.logs.troubles = append(c.logs.troubles, p.troubles...)
	} else if _, _, _, before := c.sums.lines.sums(); read != before {
		return fmt.Errorf("count %d lines that were %d before: %w", read, before, errRewrote)
	}
	c.tally(p.assetDay)
	return nil
}

// tally adds the visitors in the table to the days and weeks, now that all that they did is known. It takes the page views
// of those who behaved like bots out of the lines counted.
func (c *counting) tally(assetDay []bool) {
	for i := range c.table.slots {
		e := &c.table.slots[i]
		if e.day == 0 || e.pages == 0 {
			continue
		}
		day := int(e.day) - 1
		if e.bot(assetDay[day]) {
			c.sums.lines[counted] -= int64(e.pages)
			c.sums.lines[filteredBotBehaviour] += int64(e.pages)
			continue
		}
		c.sums.views[day] += int64(e.pages)
		c.sums.visitors[day]++
		if week, monday, ok := c.plan.weekOf(day); ok && !c.cameBefore(e.visitor, monday, day, assetDay) {
			c.sums.weekly[week]++
		}
	}
}

// cameBefore tells whether somebody was a day's visitor on a day from monday up to but not including day.
func (c *counting) cameBefore(visitor uint64, monday, day int, assetDay []bool) bool {
	for d := monday; d < day; d++ {
		if e := c.table.find(visitor, d); e != nil && e.pages > 0 && !e.bot(assetDay[d]) {
			return true
		}
	}
	return false
}

// weekOf returns which of the weeks to be answered holds a day, and which day is its first.
func (p *plan) weekOf(day int) (week, monday int, ok bool) {
	if len(p.weeks) == 0 {
		return 0, 0, false
	}
	start := observation.Week.Start(p.first + observation.Date(day))
	week = int(start-p.weeks[0].From) / 7
	return week, int(start - p.first), start >= p.weeks[0].From && week < len(p.weeks)
}
