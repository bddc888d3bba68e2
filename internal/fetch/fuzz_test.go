package fetch_test

import (
	"bytes"
	"testing"
	"time"
	"unicode/utf8"

	"seuranta/internal/fetch"
)

func FuzzRetryAfter(f *testing.F) {
	f.Add("120")
	f.Fuzz(func(t *testing.T, header string) {
		wait, ok := fetch.RetryAfter(header, now)
		if wait < 0 || wait > 7*24*time.Hour || !ok && wait != 0 {
			t.Errorf("%q: %v %v", header, wait, ok)
		}
	})
}

func FuzzText(f *testing.F) {
	f.Add([]byte(`<?xml version="1.0" encoding="iso-8859-1"?><a/>`), "text/xml")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		before := bytes.Clone(body)
		text, err := fetch.Text(body, contentType)
		if err != nil || !utf8.Valid(text) || !bytes.Equal(body, before) {
			t.Errorf("%q as %q: %q %v", body, contentType, text, err)
		}
		again, err := fetch.Text(text, "text/xml; charset=utf-8")
		if err != nil || len(again) > len(text) {
			t.Errorf("%q became %q at the second time", text, again)
		}
	})
}

func FuzzSieve(f *testing.F) {
	f.Add("canary-1", "before canary-1 after")
	f.Fuzz(func(t *testing.T, secret, text string) {
		clean := fetch.Clean(text+" "+secret+" "+text, secret)
		if !utf8.ValidString(clean) || utf8.RuneCountInString(clean) > 300 || bytes.ContainsAny([]byte(clean), "\r\n\x00") {
			t.Errorf("%q", clean)
		}
	})
}
