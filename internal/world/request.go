package world

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// request is what a server notes of one question and its answer.
type request struct {
	host    string
	from    visitor
	at      moment // nginx stamps the end of an answer, Apache its beginning
	ended   moment // the order of the lines
	line    string // as it came: GET /path HTTP/1.1, or garbage
	status  int
	size    int
	referer string
}

// asked returns the request of who for target, answered in the second it was asked.
func asked(host string, who visitor, at moment, method, target string, status int) request {
	r := request{host: host, from: who, at: at, ended: at, line: method + " " + target + " HTTP/1.1", status: status, referer: "-"}
	switch {
	case status == 304 || method == "HEAD":
	case status == 200:
		r.size = weight(target)
	default:
		r.size = 162
	}
	return r
}

// finished returns all requests in the order in which they ended; of two in one second the one that was made up first
// comes first.
func finished(all ...[]request) []request {
	made := slices.Concat(all...)
	order := make([]int, len(made))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(made[a].ended, made[b].ended), a-b) })
	out := make([]request, len(made))
	for i, from := range order {
		out[i] = made[from]
	}
	return out
}

const stamp = "02/Jan/2006:15:04:05 -0700"

// nginxLine writes r as nginx's own format "combined" does.
func nginxLine(b []byte, r request, zone *time.Location) []byte {
	return combined(b, r, zone, r.size, nginxEscape)
}

// headers is about what Apache adds to the size: it counts the head of the answer, too.
const headers = 318

// apacheLine writes r as Debian's Apache does in its format "vhost_combined".
func apacheLine(b []byte, r request, zone *time.Location) []byte {
	b = append(b, r.host...)
	b = append(b, ":443 "...)
	return combined(b, r, zone, r.size+headers, apacheEscape)
}

// combined writes what both formats share: the clock with its offset as it stood at that moment, and what came from
// outside with everything escaped that could be taken for the end of a field.
func combined(b []byte, r request, zone *time.Location, size int, escape func([]byte, string) []byte) []byte {
	b = append(b, r.from.address...)
	b = append(b, " - - ["...)
	b = r.at.time(zone).AppendFormat(b, stamp)
	b = append(b, "] \""...)
	b = escape(b, r.line)
	b = append(b, "\" "...)
	b = strconv.AppendInt(b, int64(r.status), 10)
	b = append(b, ' ')
	b = strconv.AppendInt(b, int64(size), 10)
	for _, field := range []string{r.referer, r.from.agent} {
		b = append(b, " \""...)
		b = escape(b, field)
		b = append(b, '"')
	}
	return append(b, '\n')
}

// nginxEscape writes what is not printable, quotes and backslashes as \xHH.
func nginxEscape(b []byte, s string) []byte {
	for _, c := range []byte(s) {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			b = fmt.Appendf(b, `\x%02X`, c)
		} else {
			b = append(b, c)
		}
	}
	return b
}

// apacheEscape writes a quote as \", a backslash as \\ and what is not printable as \xhh.
func apacheEscape(b []byte, s string) []byte {
	for _, c := range []byte(s) {
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < ' ' || c > '~':
			b = fmt.Appendf(b, `\x%02x`, c)
		default:
			b = append(b, c)
		}
	}
	return b
}
