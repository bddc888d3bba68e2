package config

import (
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	wantDSN   = "write clickhouse://host:9000/database (or tcp://, http://, https://)"
	encodeDSN = "in its user and password, characters such as @ : / ? # % and blanks must be percent-encoded: @ as %40, % as %25; no line may end in it"
)

// UnmarshalText takes the address of a ClickHouse server; it shows nothing of it, as it can hold a password. What the
// store's driver would refuse is refused here, where the file's line can be told.
func (v *dsn) UnmarshalText(b []byte) error {
	scheme, rest, ok := strings.Cut(string(b), "://")
	if !ok || !slices.Contains([]string{"clickhouse", "tcp", "http", "https"}, scheme) {
		return misfit{"this is no address of a ClickHouse server", wantDSN}
	}
	server, tail := rest, ""
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		server, tail = rest[:i], rest[i:]
	}
	at := strings.LastIndex(server, "@") + 1
	for _, host := range strings.Split(server[at:], ",") {
		if isHost(host) {
			continue
		}
		if strings.Contains(tail, "@") { // a / in a password ends what is taken for the host
			return misfit{"the address cannot be read", encodeDSN}
		}
		return misfit{"the address leads nowhere: its host or port is missing or malformed", wantDSN}
	}
	u, err := url.Parse(scheme + "://" + server[:at] + "host" + tail) // of several hosts it makes nothing
	if err != nil {
		return misfit{"the address cannot be read", encodeDSN}
	}
	if wrong := checkDSNOptions(u); wrong != nil {
		return *wrong
	}
	v.Secret = NewSecret(string(b))
	return nil
}

// checkDSNOptions checks what follows the ? of an address. Options of other names are settings of the server.
func checkDSNOptions(u *url.URL) *misfit {
	options, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return &misfit{"what follows the ? in the address cannot be read", encodeDSN}
	}
	for _, o := range dsnOptions() {
		if value := options.Get(o.name); options.Has(o.name) && !o.fits(value) {
			return &misfit{"an option of the address has a wrong value", o.name + " takes " + o.takes}
		}
	}
	secure := options.Has("secure") && (options.Get("secure") == "" || isTrue(options.Get("secure")))
	switch {
	case u.Scheme == "https" && !secure:
		return &misfit{"the address lacks an option", "https:// wants ?secure=true at its end"}
	case u.Scheme == "http" && secure:
		return &misfit{"an option of the address does not fit it", "secure=true goes with https://"}
	case options.Has("tls_server_name") && !secure:
		return &misfit{"the address lacks an option", "tls_server_name wants secure=true"}
	}
	return nil
}

// dsnOption is an option of an address that takes values of one sort.
type dsnOption struct {
	name, takes string
	fits        func(string) bool
}

func dsnOptions() []dsnOption {
	const length, number, either = "a length of time, as 5s", "a whole number", "true or false"
	return []dsnOption{
		{"dial_timeout", length, isLength}, {"read_timeout", length, isLength}, {"conn_max_lifetime", length, isLength},
		{"max_open_conns", number, isNumber}, {"max_idle_conns", number, isNumber}, {"max_compression_buffer", number, isNumber},
		{"compress_level", "a whole number from -128 to 127", func(s string) bool { _, err := strconv.ParseInt(s, 10, 8); return err == nil }},
		{"block_buffer_size", "a whole number from 1 to 255", func(s string) bool { n, err := strconv.ParseUint(s, 10, 8); return err == nil && n > 0 }},
		{"secure", either, isEither}, {"skip_verify", either, isEither},
		{"tls_server_name", "the name of the server", func(s string) bool { return strings.TrimSpace(s) != "" }},
		{"http_proxy", "the address of a proxy, percent-encoded", func(s string) bool { _, err := url.Parse(s); return err == nil }},
	}
}

func isLength(s string) bool { _, err := time.ParseDuration(s); return err == nil }

func isNumber(s string) bool { _, err := strconv.Atoi(s); return err == nil }

// isEither tells whether s is true or false; an option without a value is true.
func isEither(s string) bool { _, err := strconv.ParseBool(s); return s == "" || err == nil }

func isTrue(s string) bool { is, _ := strconv.ParseBool(s); return is }

func isHost(s string) bool {
	host, port := s, "9000"
	if i := strings.LastIndex(s, ":"); i >= 0 && !strings.HasSuffix(s, "]") {
		host, port = s[:i], s[i+1:]
	}
	bare := strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	isIPv6 := bare != host && net.ParseIP(bare) != nil
	return isPort(port) && port != "0" && (isIPv6 || host != "" && !strings.ContainsAny(host, ":[]@%<>{}^`|\\\"' \t\r\n"))
}
