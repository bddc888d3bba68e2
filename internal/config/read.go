package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

const maxSize = 1 << 20 // bytes of a configuration file

const smallest = "the least that it needs is organisations: [{id: koske, name: Koske}]"

// readFile returns the bytes of a configuration file, at most one more than are allowed.
func readFile(path string) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe that nobody writes into would keep us here
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	var text []byte
	switch {
	case err != nil:
	case info.IsDir():
		return nil, fmt.Errorf("read configuration %s: this is a folder; name the file in it, as --config %s/seuranta.yaml", path, path)
	case info.Mode().IsRegular():
		text, err = io.ReadAll(io.LimitReader(f, maxSize+1))
	case info.Mode()&fs.ModeNamedPipe != 0:
		text, err = readPipe(f, pipePatience)
	default:
		return nil, fmt.Errorf("read configuration %s: this is neither a file nor a pipe; name the file that holds the configuration, as --config seuranta.yaml", path)
	}
	if err != nil {
		return nil, unreadable(path, err)
	}
	return text, nil
}

// pipePatience is how long a pipe may take to bring a configuration: whoever reads it must not wait for ever.
const pipePatience = 10 * time.Second

// readPipe reads what is written into a pipe. Its writer may come later.
func readPipe(f *os.File, patience time.Duration) ([]byte, error) {
	end := time.Now().Add(patience)
	if err := f.SetReadDeadline(end); err != nil {
		return nil, err
	}
	for time.Now().Before(end) {
		text, err := io.ReadAll(io.LimitReader(f, maxSize+1))
		if err != nil || len(text) > 0 {
			return text, err
		}
		time.Sleep(20 * time.Millisecond)
	}
	return nil, os.ErrDeadlineExceeded
}

func unreadable(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("read configuration %s: %w: name another file with --config FILE, or write this one; %s", path, fs.ErrNotExist, smallest)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("read configuration %s: %w: let the user that runs seuranta read the file", path, fs.ErrPermission)
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return fmt.Errorf("read configuration %s: this is a pipe, and within %s nobody wrote a configuration into it and closed it: write it, or name a file", path, pipePatience)
	}
	return fmt.Errorf("read configuration %s: %w", path, err)
}

// parse returns the mapping that a configuration file is, or nil after it has reported why it is none.
func parse(r *reporter, text []byte) *yaml.Node {
	if !legible(r, text) {
		return nil
	}
	docs, err := documents(text)
	switch {
	case err != nil:
		explain(r, text, err)
		return nil
	case len(docs) == 0 || len(docs[0].Content) == 0 || isNull(docs[0].Content[0]):
		r.fault("", "the file is empty", smallest)
		return nil
	case len(docs) > 1:
		r.faultIn(placeOf(docs[1]), "", "a second document begins here", "a configuration is one document: take out the line ---")
		return nil
	}
	root := docs[0].Content[0]
	if root.Kind != yaml.MappingNode {
		r.faultIn(placeOf(root), "", "the file does not begin with a key", smallest)
		return nil
	}
	r.places[""] = placeOf(root)
	return root
}

// documents parses YAML, stopping after the second document.
func documents(text []byte) (docs []*yaml.Node, err error) {
	defer func() {
		if recover() != nil { // the library panics on some inputs that it should refuse
			err = errors.New("not YAML")
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(text))
	for len(docs) < 2 {
		doc := &yaml.Node{}
		if err := dec.Decode(doc); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		docs = append(docs, doc)
	}
	return docs, nil
}

// legible reports what makes a file no text, or moves its lines against those that an editor counts.
func legible(r *reporter, text []byte) bool {
	if len(text) > maxSize {
		r.fault("", "the file is larger than 1 MiB", "a configuration is written by hand: is this the right file?")
		return false
	}
	line, column := 1, 1
	for i := 0; i < len(text); {
		c, size := utf8.DecodeRune(text[i:])
		if wrong, todo := illegible(text, i, c, size); wrong != "" {
			r.faultIn(place{line, column}, "", wrong, todo)
			return false
		}
		i += size
		column++
		if c == '\n' {
			line, column = line+1, 1
		}
	}
	return true
}

func illegible(text []byte, i int, c rune, size int) (wrong, todo string) {
	switch {
	case c == 0:
		return "a NUL byte stands here", "this is no text file, or it was saved as UTF-16; save it as UTF-8"
	case c == utf8.RuneError && size == 1:
		return "this character is not UTF-8", "save the file as UTF-8"
	case c == '\uFEFF' && i > 0, c == '\u0085', c == '\u2028', c == '\u2029':
		return fmt.Sprintf("an invisible character (%U) stands here", c), "take it out; text copied from a page often brings it along"
	case c == '\r' && (i+1 == len(text) || text[i+1] != '\n'):
		return "a carriage return without a line feed stands here", "save the file with the line ends of Unix or Windows"
	case unicode.IsControl(c) && c != '\n' && c != '\t' && c != '\r':
		return fmt.Sprintf("a control character (%U) stands here", c), "take it out"
	}
	return "", ""
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }
