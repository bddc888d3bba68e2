package config

import (
	"net/url"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
	"pgregory.net/rapid"
)

// TestDSNLikeTheDriver: an address that is taken here is taken by the driver too, and with the password that is meant.
func TestDSNLikeTheDriver(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		password := rapid.StringOfN(rapid.SampledFrom([]rune("aZ09@:/?#%&=+ \"'\\\t\n<>[]{}|^`~!$*(),;ä-._")), 1, 12, -1).Draw(t, "password")
		options := rapid.SampledFrom([]string{
			"", "?secure=true", "?dial_timeout=5s", "?dial_timeout=5", "?max_open_conns=x", "?secure=x", "?block_buffer_size=300", "?compress=lz4", "?compress_level=x",
			"?read_timeout=", "?tls_server_name=a", "?http_proxy=%3A", "?max_execution_time=x", "?skip_verify", "?secure", "?conn_max_lifetime=1h", "?a;b",
		}).Draw(t, "options")
		scheme := rapid.SampledFrom([]string{"clickhouse", "tcp", "http", "https"}).Draw(t, "scheme")
		hosts := rapid.SampledFrom([]string{"db", "db:9000", "a:9000,b:9000", "[::1]:9000"}).Draw(t, "hosts")
		for _, meant := range []bool{false, true} {
			written := password
			if meant {
				written = strings.ReplaceAll(url.QueryEscape(password), "+", "%20")
			}
			address := scheme + "://user:" + written + "@" + hosts + "/seuranta" + options
			var v dsn
			refused := v.UnmarshalText([]byte(address))
			opt, err := clickhouse.ParseDSN(address)
			if refused == nil && err != nil {
				t.Fatalf("%q is taken, and the driver says %v", address, err)
			}
			if refused != nil && strings.Contains(refused.Error(), password) && len(password) > 3 {
				t.Fatalf("%q is shown: %v", password, refused)
			}
			if meant && refused == nil && opt.Auth.Password != password {
				t.Fatalf("%q became the password %q", address, opt.Auth.Password)
			}
			if meant && options == "" && scheme != "https" && refused != nil {
				t.Fatalf("%q is refused: %v", address, refused)
			}
		}
	})
}

// TestDSNFromElsewhere has addresses refused that come from the environment or from a file: with their place in the
// configuration, with where they came from, and with what to do.
func TestDSNFromElsewhere(t *testing.T) {
	for _, password := range []string{"hunter2%zz", "hunter2 hunter2", "hunter2\nhunter2", "hunter2/hunter2", "hunter2#"} {
		address := "clickhouse://seuranta:" + password + "@db.example.org:9000/seuranta"
		env := func(string) (string, bool) { return address, true }
		_, fromEnv := load("seuranta.yaml", []byte(base+"storage:\n  dsn: \"${SEURANTA_DSN}\"\n"), surroundings{dir: t.TempDir(), env: env})
		_, fromFile := load("seuranta.yaml", []byte(base+"storage:\n  dsn_file: secrets/it\n"), surroundings{dir: writeSecret(t, address+"\n", 0o600), env: env})
		for from, err := range map[string]error{"${SEURANTA_DSN}": fromEnv, `the file "secrets/it"`: fromFile} {
			if err == nil {
				t.Errorf("%q from %s is taken", password, from)
				continue
			}
			for _, want := range []string{"seuranta.yaml:4:3: dsn: the value taken from " + from + " does not fit here", "must be percent-encoded: @ as %40"} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q: %v, want %q", password, err, want)
				}
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the password is shown: %v", err)
			}
		}
	}
}
