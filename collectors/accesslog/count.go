package accesslog

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"math"

	"seuranta/internal/observation"
)

// partition is a share of the visitors: those whose hash leaves the rest when divided by the modulus, a power of two.
type partition struct{ modulus, rest uint64 }

const (
	largestSplit   = 8
	largestModulus = 1 << 12 // a visitor or few who need more room than the bound get it
)

// split cuts the share into smaller ones, as many as it takes when a pass over done of all bytes filled the table.
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

// leads tells whether the pass of this share is the one that tells of the lines themselves.
func (p partition) leads() bool { return p.rest == 0 }

// counting is the work of one run: every file is read once, or, when the visitors do not fit into memory at once, several
// times with a share of them each time. The salts live and die with it.
type counting struct {
	plan    *plan
	logs    *logSet
	meter   *meter
	vhosts  map[string]bool // nil: all
	silence int64

	agentSalt, addressSalt maphash.Seed
	agents                 *agents
	table                  *table
	buffer                 *bufio.Reader

	lines    lineCounts
	evidence *evidence
	bare     []bool // by day: page views came without an agent, so that bots were told by behaviour alone
	views    []int64
	visitors []int64
	weekly   []int64 // visitors of plan.weeks
}

func newCounting(p *plan, logs *logSet, m *meter, vhosts []string, silence int64, limit int) *counting {
	c := &counting{
		plan: p, logs: logs, meter: m, silence: silence,
		agentSalt: maphash.MakeSeed(), addressSalt: maphash.MakeSeed(),
		agents: newAgents(), table: newTable(limit), buffer: bufio.NewReaderSize(nil, bufferSize),
		views: make([]int64, p.size()), visitors: make([]int64, p.size()), weekly: make([]int64, len(p.weeks)),
	}
	for _, v := range vhosts {
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
	for todo := []partition{{1, 0}}; len(todo) > 0; {
		share := todo[0]
		c.table.reset()
		if c.table.limit = limit; share.modulus >= largestModulus {
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
	return nil
}

// take adds what a pass counted. The first share comes first, so its pass tells how many lines there are; a log that
// changes under the passes makes them disagree.
func (c *counting) take(p *pass) error {
	_, _, _, read := p.lines.sums()
	if p.share.leads() {
		c.lines, c.evidence, c.bare = p.lines, p.evidence, p.bare
		for _, d := range p.damage {
			c.logs.damaged(d.file, d.at, d.err)
		}
	} else if _, _, _, before := c.lines.sums(); read != before {
		return fmt.Errorf("count: the logs had %d lines and then %d: %w", before, read, errRewrote)
	}
	p.tally()
	return nil
}

// pass is one reading of every file.
type pass struct {
	*counting
	share    partition
	scanner  scanner
	rules    rules
	row      line
	scratch  []byte
	started  int64
	lines    lineCounts
	evidence *evidence
	bare     []bool
	assetDay []bool // by day: some visitor who is no bot by its agent asked for an asset
	damage   []damage
}

// damage is a file that could not be read on from a second.
type damage struct {
	file *logFile
	at   int64
	err  error
}

func newPass(c *counting, share partition) *pass {
	from, to := c.plan.span()
	return &pass{
		counting: c, share: share, started: c.meter.done,
		evidence: newEvidence(c.silence, from, to),
		bare:     make([]bool, c.plan.size()), assetDay: make([]bool, c.plan.size()),
	}
}

// done returns which part of the bytes of this pass was read.
func (p *pass) done() float64 {
	return float64(p.meter.done-p.started) / float64(max(1, p.logs.size()))
}

// read reads every file, and stops early when the table is over its bound. Its error is that the run is to stop; a file
// that can not be read is noted.
func (p *pass) read() error {
	for _, f := range p.logs.files {
		if err := p.readFile(f); err != nil {
			return fmt.Errorf("count %s: %w", f.path, err)
		}
		if p.table.over {
			return nil
		}
	}
	return nil
}

func (p *pass) readFile(f *logFile) error {
	var before, after lineCounts
	newest := int64(math.MinInt64)
	before = p.lines
	r, err := f.reader(p.meter)
	if err == nil {
		p.buffer.Reset(r)
		newest, err = p.readLines(f.final)
	}
	if stop := p.meter.ctx.Err(); stop != nil {
		return stop
	}
	if err == nil && f.rewritten() {
		newest, err = math.MinInt64, errRewrote
	}
	if err != nil {
		err = fmt.Errorf("read %s: %w", f.path, err)
	}
	after = p.lines
	if err == nil && mostlyRejected(before, after) {
		newest, err = math.MinInt64, fmt.Errorf("read %s: %w", f.path, p.wrongFormat(before, after))
	}
	if err != nil {
		p.damage = append(p.damage, damage{f, newest, err})
	}
	return nil
}

// readLines counts the lines of the buffer and returns the time of the newest.
func (p *pass) readLines(final bool) (newest int64, err error) {
	newest = math.MinInt64
	for err == nil && !p.table.over {
		var (
			b       []byte
			tooLong bool
		)
		b, tooLong, err = nextLine(p.buffer)
		switch {
		case err == io.EOF && (len(b) == 0 && !tooLong || !final), err != nil && err != io.EOF:
		case tooLong:
			p.lines[rejectedTooLong]++
		default:
			c := p.line(b)
			p.lines[c]++
			if !c.rejected() {
				newest = max(newest, p.row.at)
			}
		}
	}
	if err == io.EOF {
		err = nil
	}
	return newest, err
}

var errFormat = errors.New("most of its lines are in no format that can be read: common, combined, or one of them after the virtual host")
var errNoVhost = errors.New("vhosts is set, but most of its lines name no virtual host: log vhost_combined, or take vhosts out")

func mostlyRejected(before, after lineCounts) bool {
	_, _, rejectedBefore, readBefore := before.sums()
	_, _, rejected, read := after.sums()
	return 2*(rejected-rejectedBefore) > read-readBefore
}

func (p *pass) wrongFormat(before, after lineCounts) error {
	if after[rejectedNoVhost]-before[rejectedNoVhost] > after[rejectedMalformed]-before[rejectedMalformed] {
		return errNoVhost
	}
	return errFormat
}

// line judges one line and enters its visitor.
func (p *pass) line(b []byte) class {
	row := &p.row
	if c := p.scanner.scan(b, row); c != counted {
		return c
	}
	if p.vhosts != nil && row.vhost == nil {
		return rejectedNoVhost
	}
	p.evidence.add(row.at)
	day, needed := p.plan.dayAt(row.at)
	if !needed {
		return filteredOutside
	}
	if p.vhosts != nil && !p.wants(row.vhost) {
		return filteredVhost
	}
	c, kind := p.rules.judge(row.request, row.status)
	if c != counted && kind != asset && kind != robots {
		return c
	}
	agent := p.plain(row.agent)
	hash := maphash.Bytes(p.agentSalt, agent)
	if row.hasAgent && p.agents.bot(agent, hash) {
		if c == counted {
			c = filteredBotAgent
		}
		return c
	}
	if kind == asset {
		p.assetDay[day] = true
	}
	p.enter(hash^maphash.Bytes(p.addressSalt, row.address), day, c, kind)
	return c
}

// enter notes what a visitor did.
func (p *pass) enter(visitor uint64, day int, c class, kind pathKind) {
	if c == counted && !p.row.hasAgent {
		p.bare[day] = true
	}
	if visitor&(p.share.modulus-1) != p.share.rest {
		return
	}
	e := p.table.at(visitor, day)
	switch {
	case c == counted:
		p.table.view(e, uint16((p.row.at-p.plan.starts[day])/60))
	case kind == robots:
		e.flags |= askedRobots
	default:
		e.flags |= askedAssets
	}
}

// wants tells whether a virtual host is one of those to be counted.
func (p *pass) wants(vhost []byte) bool {
	p.scratch = appendLower(p.scratch[:0], hostOf(vhost))
	return p.vhosts[string(p.scratch)]
}

// plain returns a field with its escapes decoded.
func (p *pass) plain(field []byte) []byte {
	if bytes.IndexByte(field, '\\') < 0 {
		return field
	}
	p.scratch = unescape(p.scratch[:0], field)
	return p.scratch
}

// tally adds the visitors of the pass to the days and weeks, now that all of them are known.
func (p *pass) tally() {
	for i := range p.table.slots {
		e := &p.table.slots[i]
		if e.day == 0 || e.pages == 0 {
			continue
		}
		day := int(e.day) - 1
		if e.bot(p.assetDay[day]) {
			p.counting.lines[counted] -= int64(e.pages)
			p.counting.lines[filteredBotBehaviour] += int64(e.pages)
			continue
		}
		p.views[day] += int64(e.pages)
		p.visitors[day]++
		p.tallyWeek(e.visitor, day)
	}
}

// tallyWeek adds a visitor of a day to its week, unless the visitor was there on an earlier day of it.
func (p *pass) tallyWeek(visitor uint64, day int) {
	if len(p.weekly) == 0 {
		return
	}
	monday := observation.Week.Start(p.plan.first + observation.Date(day))
	week := int(monday-p.plan.weeks[0].From) / 7
	if monday < p.plan.weeks[0].From || week >= len(p.weekly) {
		return
	}
	for d := max(0, int(monday-p.plan.first)); d < day; d++ {
		if e := p.table.find(visitor, d); e != nil && e.pages > 0 && !e.bot(p.assetDay[d]) {
			return
		}
	}
	p.weekly[week]++
}
