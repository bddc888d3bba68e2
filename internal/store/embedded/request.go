package embedded

import (
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// helloText is what the driver asks first on each of its connections.
const helloText = "SELECT displayName(), version(), revision(), timezone()"

// maxText bounds the text of a statement. The engine's own bound (max_query_size)
// is lower unless a setting raises it.
const maxText = 64 << 20

// request is what the driver asks for, in the terms of this package.
type request struct {
	text     string
	insert   bool // the text came in the address, the data is the body
	database string
	queryID  string
	params   map[string]string
	settings map[string]string
	revision uint64 // what the driver speaks; matters to the hello only
}

// addressed are the parts of the address that are no settings.
var addressed = map[string]bool{
	"query": true, "default_format": true, "client_protocol_version": true, "query_id": true,
	"quota_key": true, "database": true, "compress": true, "decompress": true,
	"network_compression_method": true, "network_zstd_compression_level": true,
	"wait_end_of_query": true, "buffer_size": true,
}

// reserved are settings that a request may not give: two would keep the session
// from being put back, one carries the name by which a statement is stopped.
var reserved = map[string]bool{"readonly": true, "profile": true, "log_comment": true}

// readRequest takes a request of the driver apart; an insert's body is left unread.
func readRequest(r *http.Request) (*request, error) {
	v := r.URL.Query()
	if r.Header.Get("Content-Encoding") != "" || v.Get("compress") == "1" || v.Get("decompress") == "1" {
		return nil, refuse(codeNotImplemented, "The embedded engine takes no compression: leave Options.Compression empty")
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		return nil, refuse(codeNotImplemented, "The embedded engine takes no external tables")
	}
	q := &request{
		text: v.Get("query"), insert: v.Get("query") != "",
		database: v.Get("database"), queryID: v.Get("query_id"),
		params: map[string]string{}, settings: map[string]string{},
	}
	if q.database == "" {
		q.database = "default"
	}
	q.revision, _ = strconv.ParseUint(v.Get("client_protocol_version"), 10, 64) // absent means 0
	if err := q.sort(v); err != nil {
		return nil, err
	}
	return q, q.readText(r)
}

// sort tells parameters and settings apart.
func (q *request) sort(v url.Values) error {
	for name, values := range v {
		param, isParam := strings.CutPrefix(name, "param_")
		switch {
		case isParam:
			q.params[param] = values[0]
		case addressed[name]:
		case reserved[name] || !settingName.MatchString(name):
			return refuse(codeUnknownSetting, "Setting %q cannot be given with a statement", name)
		default:
			q.settings[name] = values[0]
		}
	}
	return nil
}

func (q *request) readText(r *http.Request) error {
	if q.insert || r.Body == nil {
		return nil
	}
	b, err := io.ReadAll(io.LimitReader(r.Body, maxText+1))
	if err != nil {
		return err
	}
	if len(b) > maxText {
		return refuse(codeSyntax, "The text of a statement is longer than %d bytes", maxText)
	}
	q.text = string(b)
	return nil
}

// quote makes a string of SQL.
func quote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}

// quoteName makes a name of SQL.
func quoteName(s string) string {
	return "`" + strings.NewReplacer(`\`, `\\`, "`", "\\`").Replace(s) + "`"
}
