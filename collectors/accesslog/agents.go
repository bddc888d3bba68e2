package accesslog

import (
	"bytes"
	_ "embed"
	"regexp"
	"regexp/syntax"
	"strings"
)

//go:embed crawlers.txt
var crawlerPatterns string

// botTokens returns what no browser's agent holds, in any case, beside the list of crawlers.
func botTokens() []string {
	return []string{
		"bot", "crawl", "spider", "slurp", "curl", "wget", "python", "java/", "go-http-client", "okhttp", "headless",
		"monitor", "uptime", "preview", "facebookexternalhit",
	}
}

// cubot is a make of telephones, whose agents name it. It is looked away from before an agent is judged.
const cubot = "cubot"

// agents tells bots from browsers by what they call themselves. To hold an agent against 1500 regular expressions takes
// a millisecond, so each is filed under a text that must occur, in lower case, wherever it matches, and that text under
// its first three bytes; only what is found there is tried. Verdicts are remembered in a table of fixed size.
type agents struct {
	byStart  map[[startLength]byte][]*crawler
	mayStart [1 << 15]bool // by startHash: a quick no for most places of an agent
	always   []*crawler    // without such a text
	verdicts []uint64      // by hash: the hash, its lowest bit replaced by the verdict
	lower    []byte
	blanked  []byte
}

const (
	startLength  = 3
	verdictSlots = 1 << 15
)

// crawler is one pattern.
type crawler struct {
	literal string // occurs in lower case in all that it matches
	source  string // "" when the literal alone decides
	pattern *regexp.Regexp
}

// newAgents files the patterns.
func newAgents() *agents {
	a := &agents{byStart: map[[startLength]byte][]*crawler{}, verdicts: make([]uint64, verdictSlots)}
	for _, token := range botTokens() {
		a.file(&crawler{literal: token})
	}
	for source := range strings.Lines(crawlerPatterns) {
		if source = strings.TrimSuffix(source, "\n"); !strings.HasPrefix(source, "#") {
			a.learn(source)
		}
	}
	return a
}

// learn files a regular expression under the texts of which one must occur.
func (a *agents) learn(source string) {
	literals := []string{}
	if parsed, err := syntax.Parse(source, syntax.Perl); err == nil {
		literals = required(parsed)
	}
	if shortest(literals) < startLength {
		a.always = append(a.always, &crawler{source: source})
		return
	}
	for _, literal := range literals {
		a.file(&crawler{literal: literal, source: source})
	}
}

func (a *agents) file(c *crawler) {
	start := [startLength]byte([]byte(c.literal))
	a.byStart[start] = append(a.byStart[start], c)
	a.mayStart[startHash(start[:])] = true
}

func startHash(b []byte) int { return (int(b[0])<<10 ^ int(b[1])<<5 ^ int(b[2])) & (1<<15 - 1) }

// bot tells whether agent, a decoded one, is a bot's. Its hash must be a good one of 64 bits: two agents that share it
// share the verdict.
func (a *agents) bot(agent []byte, hash uint64) bool {
	slot := &a.verdicts[hash%verdictSlots]
	if *slot|1 == hash|1 && *slot != 0 {
		return *slot&1 == 1
	}
	*slot = hash &^ 1
	if a.judge(agent) {
		*slot |= 1
	}
	return *slot&1 == 1
}

// judge is bot without memory.
func (a *agents) judge(agent []byte) bool {
	if trimmed := bytes.TrimSpace(agent); len(trimmed) == 0 || string(trimmed) == "-" {
		return true
	}
	a.lower = appendLower(a.lower[:0], agent)
	if i := bytes.Index(a.lower, []byte(cubot)); i >= 0 {
		a.blanked = append(a.blanked[:0], agent...)
		agent = a.blanked
		for ; i >= 0; i = bytes.Index(a.lower, []byte(cubot)) {
			copy(a.lower[i:], "     ")
			copy(agent[i:], "     ")
		}
	}
	for i := range max(0, len(a.lower)-startLength+1) {
		if a.mayStart[startHash(a.lower[i:])] && a.found(agent, i) {
			return true
		}
	}
	return matchAny(a.always, agent)
}

// found tells whether a pattern that is filed under what stands at i matches.
func (a *agents) found(agent []byte, i int) bool {
	for _, c := range a.byStart[[startLength]byte(a.lower[i:])] {
		if bytes.HasPrefix(a.lower[i:], []byte(c.literal)) && c.matches(agent) {
			return true
		}
	}
	return false
}

func matchAny(crawlers []*crawler, agent []byte) bool {
	for _, c := range crawlers {
		if c.matches(agent) {
			return true
		}
	}
	return false
}

// matches tells whether the pattern of c matches; it is compiled when first needed.
func (c *crawler) matches(agent []byte) bool {
	if c.source == "" {
		return true
	}
	if c.pattern == nil {
		c.pattern = regexp.MustCompile(c.source)
	}
	return c.pattern.Match(agent)
}

// required returns texts in lower case of which at least one occurs in everything that re matches; none when no such
// texts are known.
func required(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral, syntax.OpCharClass:
		if text, ok := fixed(re); ok {
			return []string{text}
		}
	case syntax.OpCapture, syntax.OpPlus:
		return required(re.Sub[0])
	case syntax.OpConcat:
		return requiredOfConcat(re.Sub)
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			texts := required(sub)
			if len(texts) == 0 {
				return nil
			}
			all = append(all, texts...)
		}
		return all
	}
	return nil
}

// requiredOfConcat returns the best texts of parts that follow one another: those whose shortest is longest. Fixed
// parts in a row are one text.
func requiredOfConcat(parts []*syntax.Regexp) []string {
	var best []string
	run := ""
	for _, part := range parts {
		if text, ok := fixed(part); ok {
			run += text
			best = longer(best, []string{run})
			continue
		}
		run = ""
		best = longer(best, required(part))
	}
	return best
}

// fixed returns the one text, in lower case, that re matches whatever the case, if there is only one.
func fixed(re *syntax.Regexp) (string, bool) {
	switch {
	case re.Op == syntax.OpLiteral:
		return string(appendLower(nil, []byte(string(re.Rune)))), true
	case re.Op == syntax.OpCharClass && len(re.Rune) == 4 && re.Rune[0] == re.Rune[1] && re.Rune[2] == re.Rune[3] &&
		re.Rune[2] < 0x80 && re.Rune[0]|0x20 == re.Rune[2] && 'a' <= re.Rune[2] && re.Rune[2] <= 'z':
		return string(re.Rune[2]), true // [Kk]
	}
	return "", false
}

func longer(a, b []string) []string {
	if shortest(b) > shortest(a) {
		return b
	}
	return a
}

// shortest returns the length of the shortest text; 0 when there is none.
func shortest(texts []string) int {
	if len(texts) == 0 {
		return 0
	}
	n := len(texts[0])
	for _, t := range texts {
		n = min(n, len(t))
	}
	return n
}

// appendLower appends b to dst with the letters A–Z in lower case and all else as it is.
func appendLower(dst, b []byte) []byte {
	for _, c := range b {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		dst = append(dst, c)
	}
	return dst
}
