package accesslog

import (
	"bytes"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"math"
)

// pass is one reading of every file, for a share of the visitors. What it tells of lines does not depend on the share.
type pass struct {
	*counting
	share   partition
	started int64 // bytes

	scanner scanner
	rules   rules
	row     line
	scratch []byte

	lines    lineCounts
	evidence *evidence
	turns    turns
	bare     []bool // as in sums
	assetDay []bool // by day: some visitor who is no bot by its agent asked for an asset
	troubles []trouble
}

func newPass(c *counting, share partition) *pass {
	from, to := c.plan.span()
	seen := newEvidence(c.silence, from, to)
	return &pass{
		counting: c, share: share, started: c.meter.done,
		evidence: seen, turns: turns{evidence: seen, latest: c.latest},
		bare: make([]bool, c.plan.size()), assetDay: make([]bool, c.plan.size()),
	}
}

// done returns which part of the bytes of this pass was read.
func (p *pass) done() float64 {
	return float64(p.meter.done-p.started) / float64(max(1, p.logs.size()))
}

// read reads every file, and stops early when the table is over its bound. Its error is that the run is to stop; a file
// that can not be read is a trouble, and the next one is read.
func (p *pass) read() error {
	for _, f := range p.logs.files {
		before := p.lines
		last, err := p.readFile(f)
		if stop := p.meter.ctx.Err(); stop != nil {
			return stop
		}
		if p.table.over {
			return nil
		}
		if err == nil && f.rewritten() {
			last, err = math.MinInt64, errRewrote
		}
		if err == nil {
			last, err = math.MinInt64, wrongFormat(before, p.lines)
		}
		if err != nil {
			p.troubles = append(p.troubles, f.trouble(last, fmt.Errorf("read %s: %w", shortPath(f.path), err)))
		}
	}
	return nil
}

// readFile counts the lines of a file and returns the time of the last one in turn.
func (p *pass) readFile(f *logFile) (last int64, err error) {
	r, err := f.reader(p.meter)
	p.buffer.Reset(r)
	for err == nil && !p.table.over {
		var (
			b       []byte
			tooLong bool
		)
		b, tooLong, err = nextLine(p.buffer)
		if err == io.EOF && !f.final || err != nil && len(b) == 0 && !tooLong {
			break // behind the last line
		}
		c := rejectedTooLong
		if !tooLong {
			c = p.line(b)
		}
		p.lines[c]++
	}
	if err == io.EOF {
		err = nil
	}
	return p.turns.end(), err
}

var (
	errFormat  = errors.New("most of its lines are in no format that is known here: common, combined, or one of them after the virtual host")
	errNoVhost = errors.New("vhosts is set, but most of its lines name no virtual host: let the server log vhost_combined, or take vhosts out")
)

// wrongFormat tells why most of the lines between two counts were rejected; nil when they were not.
func wrongFormat(before, after lineCounts) error {
	for c := range after {
		after[c] -= before[c]
	}
	_, _, rejected, read := after.sums()
	switch {
	case 2*rejected <= read:
		return nil
	case 2*after[rejectedNoVhost] > rejected:
		return errNoVhost
	}
	return errFormat
}

// line judges one line and notes what its visitor did.
func (p *pass) line(b []byte) class {
	row := &p.row
	if c := p.scanner.scan(b, row); c != counted {
		return c
	}
	if p.vhosts != nil && row.vhost == nil {
		return rejectedNoVhost
	}
	p.turns.take(row.at)
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
	p.assetDay[day] = p.assetDay[day] || kind == asset
	p.bare[day] = p.bare[day] || c == counted && !row.hasAgent
	if visitor := hash ^ maphash.Bytes(p.addressSalt, row.address); p.share.holds(visitor) {
		p.note(p.table.at(visitor, day), day, c, kind)
	}
	return c
}

// note enters a request of a visitor.
func (p *pass) note(e *entry, day int, c class, kind pathKind) {
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
