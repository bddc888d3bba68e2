package embedded

import "slices"

// route is the way a statement takes into the engine.
type route int

const (
	// streamed: a SELECT, whose result comes block by block. The engine's entry for
	// it refuses a second statement.
	streamed route = iota
	// buffered: anything else; runs to its end, its output is small.
	buffered
)

// statement is a text that was read and found to be one statement that stays
// inside the database.
type statement struct {
	text  string
	route route
}

// readStatement reads a statement that stands alone. An INSERT with its data behind
// it in another format than VALUES is refused: the engine would cut the data at the
// first empty line and run the rest as the next statement.
func readStatement(src string) (statement, error) {
	tokens, err := read(src)
	if err != nil {
		return statement{}, err
	}
	s := statement{text: src, route: buffered}
	switch first := leading(tokens); {
	case first.is("SELECT"), first.is("WITH"):
		s.route = streamed
	case first.is("INSERT") && anyIs(tokens, "FORMAT"):
		return s, refuse(codeNotImplemented, "An INSERT with FORMAT takes its data as a batch of the driver")
	}
	return s, nil
}

// readInsert reads the statement of a batch, INSERT INTO … FORMAT Native, and gives
// the text that loads the data from the file.
func readInsert(src, file string) (string, error) {
	tokens, err := read(src)
	if err != nil {
		return "", err
	}
	n := len(tokens)
	if n < 3 || !tokens[0].is("INSERT") || !tokens[n-2].is("FORMAT") || !tokens[n-1].is("Native") {
		return "", refuse(codeNotImplemented, "Only INSERT INTO … FORMAT Native takes data")
	}
	return src[:tokens[n-2].start] + "FROM INFILE '" + file + "' COMPRESSION 'none' FORMAT Native", nil
}

// forms are the words a statement may begin with. What is missing on purpose: ATTACH,
// which with FROM was seen to move any folder of the machine into the data folder;
// SET and USE, which would outlive the statement on its session.
var forms = []string{
	"SELECT", "WITH", "INSERT", "CREATE", "ALTER", "DROP", "TRUNCATE", "OPTIMIZE", "RENAME", "EXCHANGE",
	"DELETE", "SHOW", "DESCRIBE", "DESC", "EXISTS", "EXPLAIN", "CHECK", "KILL",
}

// outward are names that lead out of the database and that grants do not stop. They
// are refused wherever they stand as a name, quoted or not: the engine takes names of
// functions as arguments too (arrayMap(file, …), * APPLY file), and PARALLEL WITH
// puts a second statement behind the first.
var outward = []string{"file", "OUTFILE", "INFILE", "ATTACH", "executable", "ExecutablePool", "PARALLEL"}

// engines are those that keep their data in the database's own folder or in memory.
// Grants stop some of the others; EmbeddedRocksDB was seen to write wherever it was
// told to.
var engines = []string{
	"MergeTree", "ReplacingMergeTree", "SummingMergeTree", "AggregatingMergeTree", "CollapsingMergeTree",
	"VersionedCollapsingMergeTree", "Memory", "Null", "Atomic",
}

// read splits one statement into its tokens and refuses what must not reach the
// engine.
func read(src string) ([]token, error) {
	tokens, err := lex(src)
	if err != nil {
		return nil, err
	}
	if len(tokens) == 0 {
		return nil, refuse(codeSyntax, "Empty statement")
	}
	first := leading(tokens)
	if !slices.ContainsFunc(forms, first.is) {
		return nil, refuse(codeSyntax, "Syntax error: statements do not begin with %s", first.text)
	}
	for i, t := range tokens {
		switch rest := tokens[i+1:]; {
		case t.text == ";" && len(rest) > 0:
			return nil, refuse(codeSyntax, "Multi-statements are not allowed")
		case leadsOut(t, rest), first.is("CREATE") && foreignEngine(t, rest):
			return nil, refuse(codeAccessDenied, "Statement refused: %s would reach out of the database", t.text)
		}
	}
	return tokens, nil
}

// leadsOut reports whether a token is one of the outward names, or the definition of
// a disk.
func leadsOut(t token, rest []token) bool {
	return slices.ContainsFunc(outward, t.names) ||
		t.names("disk") && len(rest) > 0 && rest[0].text == "("
}

// foreignEngine reports whether a token begins ENGINE = with another name than those
// of engines.
func foreignEngine(t token, rest []token) bool {
	if !t.is("ENGINE") {
		return false
	}
	if len(rest) > 0 && rest[0].text == "=" {
		rest = rest[1:]
	}
	return len(rest) == 0 || !slices.ContainsFunc(engines, rest[0].is)
}

// leading is the first token behind opening brackets.
func leading(tokens []token) token {
	for _, t := range tokens {
		if t.text != "(" {
			return t
		}
	}
	return tokens[0]
}

func anyIs(tokens []token, name string) bool {
	return slices.ContainsFunc(tokens, func(t token) bool { return t.is(name) })
}
