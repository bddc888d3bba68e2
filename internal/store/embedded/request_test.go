package embedded

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func ask(t *testing.T, query, body string) (*request, error) {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, "http://embedded:0/?"+query, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return readRequest(r)
}

func TestReadRequest(t *testing.T) {
	got, err := ask(t, "default_format=Native&client_protocol_version=54460&database=d&query_id=i&param_p=1&param_max_threads=2&max_threads=3", "SELECT 1")
	want := &request{
		text: "SELECT 1", database: "d", queryID: "i", revision: 54460,
		params: map[string]string{"p": "1", "max_threads": "2"}, settings: map[string]string{"max_threads": "3"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(request{})); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	got, err = ask(t, "query=INSERT+INTO+t+FORMAT+Native", "data")
	if err != nil || !got.insert || got.text != "INSERT INTO t FORMAT Native" || got.database != "default" {
		t.Errorf("an insert: %+v, %v", got, err)
	}
}

func TestReadRequestRefuses(t *testing.T) {
	for query, want := range map[string]int32{
		"compress=1": codeNotImplemented, "decompress=1": codeNotImplemented,
		"readonly=1": codeUnknownSetting, "log_comment=x": codeUnknownSetting, "profile=x": codeUnknownSetting,
		"max_threads%3D1%2C+a=1": codeUnknownSetting, "Max=1": codeUnknownSetting,
	} {
		if _, err := ask(t, query, "SELECT 1"); refusal(t, err) != want {
			t.Errorf("%s: %v", query, err)
		}
	}
	if _, err := ask(t, "", strings.Repeat(" ", maxText+1)); refusal(t, err) != codeSyntax {
		t.Errorf("a text without end: %v", err)
	}
}

func TestQuotes(t *testing.T) {
	for in, want := range map[string]string{"": "''", "a'b": `'a\'b'`, `a\`: `'a\\'`} {
		if got := quote(in); got != want {
			t.Errorf("%q: %s", in, got)
		}
	}
	if got := quoteName("a`b\\"); got != "`a\\`b\\\\`" {
		t.Errorf("name: %s", got)
	}
}
