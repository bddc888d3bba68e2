package fetch_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"seuranta/internal/fetch"
)

func TestPrivateAddresses(t *testing.T) {
	for _, a := range strings.Fields(`127.0.0.1 127.255.0.1 0.0.0.0 0.1.2.3 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 100.127.255.255
		192.0.0.1 192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.7 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255
		:: ::1 fe80::1 fe80::1%eth0 fec0::1 fc00::1 fd12:3456::1 ff02::1 2001:db8::1 2001::1 3fff::1 100::1 5f00::1
		::ffff:127.0.0.1 ::ffff:10.1.2.3 ::127.0.0.1 ::8.8.8.8 64:ff9b::7f00:1 64:ff9b::a00:1 64:ff9b:1::808:808 2002:7f00:1::1 2002:c0a8:101::`) {
		if !fetch.IsPrivate(netip.MustParseAddr(a)) {
			t.Errorf("%s is taken to be public", a)
		}
	}
	for _, a := range strings.Fields(`8.8.8.8 1.1.1.1 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.167.1.1 169.253.1.1 198.17.0.1 198.20.0.1 223.255.255.1 11.0.0.1
		2a00:1450:4026::1 2606:4700::1111 2001:4860:4860::8888 ::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::1`) {
		if fetch.IsPrivate(netip.MustParseAddr(a)) {
			t.Errorf("%s is taken to be private", a)
		}
	}
	if !fetch.IsPrivate(netip.Addr{}) {
		t.Error("no address is public")
	}
}

func TestPrivateIsRefused(t *testing.T) {
	var calls atomic.Int32
	server := serve(t, func(http.ResponseWriter, *http.Request) { calls.Add(1) })
	port := portOf(server.URL)
	dns := names{"inner.test.": {"127.0.0.1"}, "inner6.test.": {"::1"}, "mapped.test.": {"::ffff:127.0.0.1"}}.serve(t)
	client := fetch.NewIn(quick(), fetch.World{Resolver: dns})
	for _, host := range []string{"127.0.0.1", "localhost", "LOCALHOST", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "[::]", "inner.test", "inner6.test", "mapped.test"} {
		e := fails(t, client.Session(fetch.Policy{}), fetch.Request{URL: "http://" + host + ":" + port}, fetch.Refused)
		if !strings.Contains(e.Error(), "is private; write allow_private: true if it is meant") || e.Tries != 1 {
			t.Errorf("%s: %v", host, e)
		}
	}
	if calls.Load() != 0 {
		t.Errorf("%d requests came through", calls.Load())
	}
	gets(t, client.Session(fetch.Policy{AllowPrivate: true}), fetch.Request{URL: "http://inner.test:" + port})
}

func TestNoConnectionIsLent(t *testing.T) {
	server := serve(t, func(http.ResponseWriter, *http.Request) {})
	client := fetch.New(quick())
	gets(t, client.Session(fetch.Policy{AllowPrivate: true}), fetch.Request{URL: server.URL})
	fails(t, client.Session(fetch.Policy{}), fetch.Request{URL: server.URL}, fetch.Refused)
}

// half takes the tests' own address for a public one, and all else as it is.
func half(a netip.Addr) bool { return a != netip.MustParseAddr("127.0.0.1") && fetch.IsPrivate(a) }

func TestRedirectToPrivateIsRefused(t *testing.T) {
	var inner atomic.Int32
	l, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Skip("this system has one loopback address only")
	}
	secret := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inner.Add(1) }))
	secret.Listener = l
	secret.Start()
	t.Cleanup(secret.Close)
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, secret.URL+"/admin?x=1", http.StatusFound)
	})
	client := fetch.NewIn(quick(), fetch.World{Private: half})
	e := fails(t, client.Session(fetch.Policy{}), fetch.Request{URL: server.URL}, fetch.Refused)
	if inner.Load() != 0 || !strings.Contains(e.Error(), "127.0.0.2 is private") {
		t.Errorf("%d requests came through: %v", inner.Load(), e)
	}
	gets(t, client.Session(fetch.Policy{AllowPrivate: true}), fetch.Request{URL: server.URL})
}

func TestNameBoundAnew(t *testing.T) {
	var calls atomic.Int32
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		w.Header().Set("Connection", "close") // so that the name is looked up again
	})
	dns := names{"turncoat.test.": {"127.0.0.1", "127.0.0.2"}}.serve(t)
	o := quick()
	o.Spacing = -1
	s := fetch.NewIn(o, fetch.World{Resolver: dns, Private: half}).Session(fetch.Policy{})
	at := "http://turncoat.test:" + portOf(server.URL)
	gets(t, s, fetch.Request{URL: at})
	if fails(t, s, fetch.Request{URL: at}, fetch.Refused); calls.Load() != 1 {
		t.Errorf("%d requests came through", calls.Load())
	}
}

// proxy passes on requests without TLS.
func proxy(t *testing.T, calls *atomic.Int32) func(*http.Request) (*url.URL, error) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		if r.URL.Path == "/forbidden" {
			w.WriteHeader(http.StatusForbidden)
		}
		_, _ = io.WriteString(w, r.Header.Get("Proxy-Authorization")+" "+r.URL.String())
	})
	at, _ := url.Parse(server.URL)
	at.User = url.UserPassword("me", "canary-proxy")
	return func(r *http.Request) (*url.URL, error) {
		if r.URL.Hostname() == "direct.test" {
			return nil, nil
		}
		return at, nil
	}
}

func TestProxy(t *testing.T) {
	var calls atomic.Int32
	o := quick()
	o.Proxy = proxy(t, &calls)
	dns := names{"outer.test.": {"8.8.8.8"}, "inner.test.": {"10.0.0.1"}, "direct.test.": {"127.0.0.1"}}.serve(t)
	client := fetch.NewIn(o, fetch.World{Resolver: dns})
	s := client.Session(fetch.Policy{})
	if a := gets(t, s, fetch.Request{URL: "http://outer.test/x?y"}); string(a.Body) != "Basic bWU6Y2FuYXJ5LXByb3h5 http://outer.test/x?y" {
		t.Errorf("the proxy got %s", a.Body)
	}
	if e := fails(t, s, fetch.Request{URL: "http://outer.test/forbidden"}, fetch.Unauthorized); string(e.Body()) != "Basic bWU6*** http://outer.test/forbidden" {
		t.Errorf("the error tells %s", e.Body())
	}
	before := calls.Load()
	for _, at := range []string{"http://inner.test/", "http://127.0.0.1/", "http://direct.test/", "http://[fd00::1]/", "https://inner.test/"} {
		fails(t, s, fetch.Request{URL: at}, fetch.Refused)
	}
	fails(t, s, fetch.Request{URL: "http://unknown.test/"}, fetch.Failed)
	fails(t, client.Session(fetch.Policy{AllowPrivate: true}), fetch.Request{URL: "http://localhost/", Credential: true}, fetch.Refused)
	if calls.Load() != before {
		t.Error("the proxy was asked for what is refused")
	}
	gets(t, client.Session(fetch.Policy{AllowPrivate: true}), fetch.Request{URL: "http://inner.test/"})
	if e := fails(t, s, fetch.Request{URL: "https://outer.test/"}, fetch.Failed); strings.Contains(e.Error(), "canary") {
		t.Error(e)
	}
	o.Proxy = func(*http.Request) (*url.URL, error) { return nil, io.ErrNoProgress }
	fails(t, fetch.New(o).Session(fetch.Policy{}), fetch.Request{URL: "http://outer.test"}, fetch.Failed)
}

func TestUnknownName(t *testing.T) {
	client := fetch.NewIn(quick(), fetch.World{Resolver: names{}.serve(t)})
	begun := time.Now()
	e := fails(t, client.Session(fetch.Policy{}), fetch.Request{URL: "https://nobody.test/feed"}, fetch.Failed)
	if !strings.Contains(e.Error(), "no server goes by the name nobody.test") || time.Since(begun) > 5*time.Second {
		t.Error(e)
	}
}
