package main

import (
	"io"
	"net/http/httptest"
	"testing"
)

func TestTheProxyOfTheEnvironment(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		url  string
		want string
	}{
		{map[string]string{}, "https://yle.fi/", ""},
		{map[string]string{"HTTPS_PROXY": "http://proxy.example:3128"}, "https://yle.fi/", "http://proxy.example:3128"},
		{map[string]string{"https_proxy": "http://proxy.example:3128"}, "https://yle.fi/", "http://proxy.example:3128"},
		{map[string]string{"HTTPS_PROXY": "http://proxy.example:3128", "NO_PROXY": "yle.fi"}, "https://yle.fi/", ""},
		{map[string]string{"HTTP_PROXY": "http://proxy.example:3128"}, "https://yle.fi/", ""},
		{map[string]string{"HTTP_PROXY": "http://proxy.example:3128"}, "http://127.0.0.1:80/", ""},
	} {
		a := newApp(io.Discard, io.Discard, func(name string) (string, bool) { v, ok := c.env[name]; return v, ok })
		got := ""
		if choose := a.proxy(); choose != nil {
			u, err := choose(httptest.NewRequest("GET", c.url, nil))
			if err != nil {
				t.Fatal(err)
			}
			if u != nil {
				got = u.String()
			}
		}
		if got != c.want {
			t.Errorf("%v: %s goes through %q, want %q", c.env, c.url, got, c.want)
		}
	}
}
