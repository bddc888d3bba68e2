package collectortest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// serverName stands in a case for the address of the server that plays its answers, as http://127.0.0.1:40001.
const serverName = "${SERVER}"

// bodyFile is the head line of a recorded answer whose body lies in a file of its own.
const bodyFile = "Body-File"

// The head lines of a recorded answer that tell what the body of its request has to be: a form, or any text that holds another.
const (
	formOf  = "Form"
	bodyHas = "Body-Has"
)

// answer is one recorded answer and the request that it belongs to. As a file it reads
//
//	GET /v1/days?page=1&token=*
//	200
//	Content-Type: application/json
//
//	{"days": [], "next": "${SERVER}/v1/days?page=2"}
//
// where * stands for any value of a parameter, and a line Body-File: name.xml takes the body from a file beside it. Of a
// request with a body, a line Form: method=days&token=* names the fields of a form, and Body-Has: "metric":"days" a text in it.
type answer struct {
	name   string // of its file
	method string
	path   string
	query  url.Values
	form   url.Values // of the request's body, nil when it does not matter
	has    []string   // texts in the request's body
	status int
	header http.Header
	body   []byte
}

// readAnswers reads the answers of a folder, in the order of their names.
func readAnswers(folder string) ([]*answer, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.http"))
	if err != nil {
		return nil, err
	}
	var out []*answer
	for _, path := range paths {
		a, err := readAnswer(path)
		if err != nil {
			return nil, fmt.Errorf("read answer %s: %w", path, err)
		}
		out = append(out, a)
	}
	return out, nil
}

func readAnswer(path string) (*answer, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	head, body, _ := bytes.Cut(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), []byte("\n\n"))
	lines := strings.Split(strings.TrimSuffix(string(head), "\n"), "\n")
	if len(lines) < 2 {
		return nil, errors.New("want the request in the first line, as GET /feed.xml, and the status in the second, as 200")
	}
	a := &answer{name: strings.TrimSuffix(filepath.Base(path), ".http"), header: http.Header{}, body: body}
	if err := errors.Join(a.readRequest(lines[0]), a.readStatus(lines[1])); err != nil {
		return nil, err
	}
	for _, line := range lines[2:] {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, fmt.Errorf("%q is no head line: want Name: value, and an empty line before the body", line)
		}
		a.header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	if err := a.readWanted(); err != nil {
		return nil, err
	}
	return a, a.readBody(filepath.Dir(path))
}

// readWanted takes what the body of the request has to be out of the head.
func (a *answer) readWanted() (err error) {
	a.has = a.header.Values(bodyHas)
	if text := a.header.Get(formOf); text != "" {
		a.form, err = url.ParseQuery(text)
	}
	a.header.Del(formOf)
	a.header.Del(bodyHas)
	return err
}

func (a *answer) readRequest(line string) error {
	method, target, ok := strings.Cut(line, " ")
	u, err := url.Parse(target)
	if !ok || err != nil || !strings.HasPrefix(target, "/") {
		return fmt.Errorf("%q is no request: want a method and a path, as GET /v1/days?page=1", line)
	}
	a.method, a.path, a.query = method, u.Path, u.Query()
	return nil
}

func (a *answer) readStatus(line string) (err error) {
	if a.status, err = strconv.Atoi(line); err != nil || a.status < 200 || a.status > 599 {
		return fmt.Errorf("%q is no status: want a number as 200", line)
	}
	return nil
}

func (a *answer) readBody(folder string) (err error) {
	if name := a.header.Get(bodyFile); name != "" {
		a.header.Del(bodyFile)
		a.body, err = os.ReadFile(filepath.Join(folder, name))
	}
	return err
}

// fits tells whether the answer is one to this request with this body. The order of parameters does not matter.
func (a *answer) fits(r *http.Request, body []byte) bool {
	if a.method != r.Method || a.path != r.URL.Path || !match(a.query, r.URL.Query()) {
		return false
	}
	if form, err := url.ParseQuery(string(body)); a.form != nil && (err != nil || !match(a.form, form)) {
		return false
	}
	return !slices.ContainsFunc(a.has, func(text string) bool { return !bytes.Contains(body, []byte(text)) })
}

// match tells whether parameters are those that are wanted, where * is any value.
func match(want, have url.Values) bool {
	if len(want) != len(have) {
		return false
	}
	for name, values := range want {
		if !slices.Equal(values, have[name]) && (!slices.Equal(values, []string{"*"}) || len(have[name]) != 1) {
			return false
		}
	}
	return true
}

// request names what the answer answers, for messages; answers to one request have the same.
func (a *answer) request() string {
	out := a.method + " " + a.path
	if len(a.query) > 0 {
		out += "?" + a.query.Encode()
	}
	if len(a.form) > 0 {
		out += " " + a.form.Encode()
	}
	return strings.Join(append([]string{out}, a.has...), " ")
}

// bodyAt returns the body as the server of an address gives it.
func (a *answer) bodyAt(server string) []byte {
	return bytes.ReplaceAll(a.body, []byte(serverName), []byte(server))
}

// write answers a request.
func (a *answer) write(w http.ResponseWriter, r *http.Request, server string) {
	for name, values := range a.header {
		for _, v := range values {
			w.Header().Add(name, strings.ReplaceAll(v, serverName, server))
		}
	}
	if a.unchanged(r) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.bodyAt(server))
}

// unchanged tells whether the request says that it has this answer already.
func (a *answer) unchanged(r *http.Request) bool {
	tag, modified := a.header.Get("ETag"), a.header.Get("Last-Modified")
	if asked := r.Header.Get("If-None-Match"); asked != "" {
		return asked == tag
	}
	return modified != "" && r.Header.Get("If-Modified-Since") == modified
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
