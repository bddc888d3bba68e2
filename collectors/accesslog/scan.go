package accesslog

import "bytes"

// line is what one line of a log says. Its slices point into the line that was scanned.
type line struct {
	vhost    []byte // as logged, with its port; nil in formats without one
	address  []byte
	at       int64  // seconds since 1970
	request  []byte // escapes still in it
	status   int
	agent    []byte // escapes still in it
	hasAgent bool   // whether the format carries an agent at all
}

// scanner reads lines of the common, combined and vhost formats, with whatever fields follow them. It holds the last time
// it read, because most lines share their minute with the line before.
type scanner struct {
	clock clock
}

// scan reads b, a line without its end, into l. It returns counted when it could, and else the reason of rejection.
func (s *scanner) scan(b []byte, l *line) class {
	b = bytes.TrimLeft(b, "\x00") // a server that lost power leaves a run of them before its next line
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	origin, stamp, rest, ok := timed(b)
	if !ok || !l.origin(origin) {
		return rejectedMalformed
	}
	if l.request, rest, ok = quoted(rest); !ok {
		return rejectedMalformed
	}
	if rest, ok = l.answer(rest); !ok || !l.client(rest) {
		return rejectedMalformed
	}
	if l.at, ok = s.clock.read(stamp); !ok {
		return rejectedTime
	}
	return counted
}

// mostBrackets is how many brackets before the one of the time are passed over.
const mostBrackets = 3

// timed splits b at its time, the first [ ] that the quote of the request follows: an address may stand in brackets too.
func timed(b []byte) (origin, stamp, rest []byte, ok bool) {
	from := 0
	for range mostBrackets + 1 {
		i := bytes.Index(b[from:], []byte(" ["))
		if i < 0 {
			break
		}
		open := from + i
		stamp, rest, _ = bytes.Cut(b[open+2:], []byte{']'})
		if rest, ok = bytes.CutPrefix(rest, []byte(` "`)); ok {
			return b[:open], stamp, rest, true
		}
		from = open + 2
	}
	return nil, nil, nil, false
}

// origin reads what stands before the time: [vhost[:port]] address ident user. A user may hold spaces, a virtual host may
// be empty. Nobody is known by an ident any more: where something stands in its place, it is an address after a virtual
// host, or this is no line of a log but has been put behind something else, as by syslog.
func (l *line) origin(b []byte) bool {
	first, rest, _ := bytes.Cut(b, []byte{' '})
	second, user, ok := bytes.Cut(rest, []byte{' '})
	l.vhost, l.address = nil, first
	if bytes.IndexByte(user, ' ') < 0 {
		return ok && len(first) > 0
	}
	named := string(second) != "-"
	if hasPort(first) || looksLikeAddress(second) || named && bytes.HasPrefix(user, []byte("- ")) {
		l.vhost, l.address = first, second
		return len(second) > 0
	}
	return !named && len(first) > 0
}

// answer reads ` status bytes` and returns what follows them, "" or ` …`.
func (l *line) answer(b []byte) (rest []byte, ok bool) {
	const width = len(" 200 ")
	if len(b) <= width || b[0] != ' ' || b[width-1] != ' ' {
		return nil, false
	}
	l.status = 0
	for _, c := range b[1 : width-1] {
		if !isDigit(c) {
			return nil, false
		}
		l.status = l.status*10 + int(c-'0')
	}
	size, rest := b[width:], b[:0]
	if i := bytes.IndexByte(size, ' '); i >= 0 {
		size, rest = size[:i], size[i:]
	}
	return rest, len(size) == 1 && size[0] == '-' || allDigits(size)
}

// client reads the referer and the agent: the first two quoted fields, one right after the other. Fields without quotes
// before them and anything after them are some server's own; a line without them is of the common format.
func (l *line) client(b []byte) bool {
	l.agent, l.hasAgent = nil, false
	i := bytes.IndexByte(b, '"')
	if i < 0 {
		return true
	}
	_, rest, ok := quoted(b[i+1:])
	if !ok {
		return false
	}
	if !bytes.HasPrefix(rest, []byte(` "`)) {
		return true
	}
	l.agent, _, l.hasAgent = quoted(rest[2:])
	return l.hasAgent
}

// quoted splits b, which follows an opening quote, at the first quote that no backslash escapes.
func quoted(b []byte) (field, rest []byte, ok bool) {
	for end := 0; ; end++ {
		i := bytes.IndexByte(b[end:], '"')
		if i < 0 {
			return nil, nil, false
		}
		end += i
		slashes := 0
		for slashes < end && b[end-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return b[:end], b[end+1:], true
		}
	}
}

// unescape appends b to dst with \", \\ and \xHH decoded, the escapes that servers write.
func unescape(dst, b []byte) []byte {
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' || i+1 == len(b) {
			dst = append(dst, b[i])
			continue
		}
		if c, ok := hexPair(b[i+1:], 'x'); ok {
			dst, i = append(dst, c), i+3
			continue
		}
		if b[i+1] == '"' || b[i+1] == '\\' {
			i++
		}
		dst = append(dst, b[i])
	}
	return dst
}

// unpercent appends b to dst with %HH decoded; what only looks like it stays.
func unpercent(dst, b []byte) []byte {
	for i := 0; i < len(b); i++ {
		if c, ok := hexPair(b[i:], '%'); ok {
			dst, i = append(dst, c), i+2
			continue
		}
		dst = append(dst, b[i])
	}
	return dst
}

// hexPair reads mark and two hexadecimal digits at the start of b.
func hexPair(b []byte, mark byte) (byte, bool) {
	if len(b) < 3 || b[0] != mark {
		return 0, false
	}
	high, low := hexDigit(b[1]), hexDigit(b[2])
	return high<<4 | low&0xf, high < 16 && low < 16
}

func hexDigit(c byte) byte {
	switch {
	case isDigit(c):
		return c - '0'
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 0xff
}

// hasPort tells whether b is name:port or [address]:port, and no bare IPv6 address.
func hasPort(b []byte) bool {
	i := bytes.LastIndexByte(b, ':')
	return i > 0 && allDigits(b[i+1:]) && (b[0] == '[' && b[i-1] == ']' || bytes.IndexByte(b, ':') == i)
}

// hostOf returns b without a port.
func hostOf(b []byte) []byte {
	if hasPort(b) {
		return b[:bytes.LastIndexByte(b, ':')]
	}
	return b
}

// looksLikeAddress tells an IP address from the ident and user fields that may stand in its place.
func looksLikeAddress(b []byte) bool {
	for _, c := range b {
		if c != '.' && c != ':' && hexDigit(c) > 0xf {
			return false
		}
	}
	return bytes.Count(b, []byte{':'}) >= 2 || bytes.Count(b, []byte{'.'}) == 3
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func allDigits(b []byte) bool {
	for _, c := range b {
		if !isDigit(c) {
			return false
		}
	}
	return len(b) > 0
}
