package embedded

import "strings"

// kind is what a token is to the reader of statements.
type kind int

const (
	word   kind = iota // a bare word or number
	quoted             // a name in quotes of its own
	text               // a string
	symbol             // one character of punctuation
)

// token is a piece of a statement; text is its source, quotes included.
type token struct {
	kind  kind
	text  string
	start int
}

// is reports whether the token is that bare word, in any case.
func (t token) is(name string) bool { return t.kind == word && strings.EqualFold(t.text, name) }

// names reports whether the token can stand for that name, bare or quoted.
func (t token) names(name string) bool {
	return t.is(name) || t.kind == quoted && strings.EqualFold(t.text[1:len(t.text)-1], name)
}

// lex splits a statement into tokens, leaving out spaces and comments. It refuses
// whatever ClickHouse reads in another way in one version or another (nested
// comments, comments with # or //, heredocs, typographic quotes, escapes in names,
// hexadecimal strings): where it is not sure to see what the engine sees, the engine
// shall not see it.
func lex(statement string) ([]token, error) {
	l := lexer{src: statement}
	for l.pos < len(l.src) {
		if err := l.step(); err != nil {
			return nil, err
		}
	}
	return l.tokens, nil
}

type lexer struct {
	src    string
	pos    int
	tokens []token
}

func (l *lexer) step() error {
	c := l.src[l.pos]
	rest := l.src[l.pos:]
	switch {
	case strings.IndexByte(" \t\r\n\v\f", c) >= 0:
		l.pos++
		return nil
	case strings.HasPrefix(rest, "--"):
		return l.lineComment()
	case strings.HasPrefix(rest, "/*"):
		return l.blockComment()
	case strings.HasPrefix(rest, "//"), c == '#', c == '$', c == '\\', c < ' ', c >= 0x7f:
		return refuse(codeSyntax, "Statement refused: %q is not taken outside of strings and comments", c)
	case c == '\'':
		return l.quotation(text)
	case c == '"', c == '`':
		return l.quotation(quoted)
	case wordByte(c):
		return l.word()
	}
	l.add(symbol, l.pos+1)
	return nil
}

func (l *lexer) add(k kind, end int) {
	l.tokens = append(l.tokens, token{k, l.src[l.pos:end], l.pos})
	l.pos = end
}

func (l *lexer) lineComment() error {
	n := strings.IndexByte(l.src[l.pos:], '\n')
	if n < 0 {
		n = len(l.src) - l.pos
	}
	l.pos += n
	return nil
}

func (l *lexer) blockComment() error {
	inner, _, closed := strings.Cut(l.src[l.pos+2:], "*/")
	if !closed || strings.Contains(inner, "/*") || strings.HasSuffix(inner, "/") {
		return refuse(codeSyntax, "Statement refused: a comment is open or holds another one")
	}
	l.pos += len(inner) + 4
	return nil
}

// quotation reads to the closing quote; a backslash takes the next byte with it,
// and a doubled quote stands for one.
func (l *lexer) quotation(k kind) error {
	quote := l.src[l.pos]
	for i := l.pos + 1; i < len(l.src); i++ {
		switch l.src[i] {
		case '\\':
			if k == quoted {
				return refuse(codeSyntax, "Statement refused: a name holds a backslash")
			}
			i++
		case quote:
			if i+1 < len(l.src) && l.src[i+1] == quote {
				i++
				continue
			}
			l.add(k, i+1)
			return nil
		}
	}
	return refuse(codeSyntax, "Statement refused: a quote is open")
}

func (l *lexer) word() error {
	end := l.pos
	for end < len(l.src) && wordByte(l.src[end]) {
		end++
	}
	if end < len(l.src) && l.src[end] == '\'' {
		return refuse(codeSyntax, "Statement refused: %q runs into a string", l.src[l.pos:end])
	}
	l.add(word, end)
	return nil
}

func wordByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
