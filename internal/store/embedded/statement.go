package embedded

// route is the way a statement takes into the engine.
type route int

const (
	// streamed: a SELECT, whose result comes block by block. The engine's entry for
	// it refuses a second statement.
	streamed route = iota
	// whole: anything else; runs to its end, its output is small.
	buffered
	// loaded: an INSERT whose data comes beside it.
	loaded
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
func readInsert(src, file string) (statement, error) {
	tokens, err := read(src)
	if err != nil {
		return statement{}, err
	}
	n := len(tokens)
	if n < 3 || !tokens[0].is("INSERT") || !tokens[n-2].is("FORMAT") || !tokens[n-1].is("Native") {
		return statement{}, refuse(codeNotImplemented, "Only INSERT INTO … FORMAT Native takes data")
	}
	return statement{
		text:  src[:tokens[n-2].start] + "FROM INFILE '" + file + "' COMPRESSION 'none' FORMAT Native",
		route: loaded,
	}, nil
}

// read splits one statement into its tokens and refuses what must not reach the
// engine. The word file is refused wherever it stands as a name: the engine takes
// names of functions as arguments too (arrayMap(file, …), * APPLY file).
func read(src string) ([]token, error) {
	tokens, err := lex(src)
	if err != nil {
		return nil, err
	}
	if len(tokens) == 0 {
		return nil, refuse(codeSyntax, "Empty statement")
	}
	for i, t := range tokens {
		switch {
		case t.text == ";" && i+1 < len(tokens):
			return nil, refuse(codeSyntax, "Multi-statements are not allowed")
		case t.is("OUTFILE"), t.is("INFILE"), t.names("file"):
			return nil, refuse(codeAccessDenied, "Statement refused: %s would reach files outside of the database", t.text)
		}
	}
	if first := tokens[0]; first.is("SET") || first.is("USE") {
		return nil, refuse(codeNotImplemented, "%s is not taken: settings and the database go with each statement", first.text)
	}
	return tokens, nil
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
	for _, t := range tokens {
		if t.is(name) {
			return true
		}
	}
	return false
}
