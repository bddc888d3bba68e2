package config

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"seuranta/internal/collector"
)

// writeSecret writes a file for a KEY_file to name.
func writeSecret(t *testing.T, text string, mode os.FileMode) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "secrets"), 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "secrets", "it")
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil { // whatever the umask is
		t.Fatal(err)
	}
	return dir
}

const cookieFile = base + "sources: [{id: loki, kind: weblog, channel: kotisivut, paths: [a], cookie_file: secrets/it, headers: {token_file: secrets/it}}]\n"

func TestSecretFromFile(t *testing.T) {
	dir := writeSecret(t, canary+"\r\n", 0o400)
	c, err := loadText(dir, cookieFile)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Sources[0].Settings.(*weblog); got.Cookie != canary || got.Headers["token"] != canary {
		t.Errorf("cookie %q, headers %q", got.Cookie, got.Headers)
	}
	dir = writeSecret(t, "clickhouse://a:"+encoded+"@db:9000/seuranta\n", 0o600)
	c, err = loadText(dir, base+"storage: {dsn_file: "+filepath.Join(dir, "secrets/it")+"}\n")
	if err != nil || !strings.Contains(c.Storage.DSN.Reveal(), encoded) || c.Storage.Path != "" {
		t.Errorf("dsn_file: %v", err)
	}
}

func TestSecretFileThatDoesNotDo(t *testing.T) {
	for _, test := range []struct {
		text string
		mode os.FileMode
		want string
	}{
		{canary, 0o640, "may be read or written by others (0640); take that right away: chmod 600 secrets/it"},
		{canary, 0o604, "may be read or written by others (0604)"},
		{canary, 0o620, "may be read or written by others (0620)"},
		{canary, 0o602, "may be read or written by others (0602)"},
		{"\n", 0o600, "is empty"},
		{" \n\n", 0o600, "is empty"},
		{canary + strings.Repeat("x", maxSecret), 0o600, "something larger"},
		{canary + "\xff", 0o600, "something larger"},
	} {
		faults := faultsOf(t, writeSecret(t, test.text, test.mode), cookieFile)
		if !strings.Contains(faults.Error(), test.want) || faults[0].Line != 3 {
			t.Errorf("want %q, got %v", test.want, faults)
		}
		if gaveAway(printed(t, faults), canary) {
			t.Errorf("a secret was given away: %v", faults)
		}
	}
}

// TestSecretFileWithWrongValue has the value of a file refused, by its type and by the kind.
func TestSecretFileWithWrongValue(t *testing.T) {
	faults := faultsOf(t, writeSecret(t, "worse"+canary, 0o600), cookieFile+"storage: {dsn_file: secrets/it}\n")
	if len(faults) != 2 || gaveAway(printed(t, faults), canary) {
		t.Errorf("got %v", faults)
	}
}

// vault is a made-up kind with secrets wherever settings can have them.
type vault struct {
	Token   Secret            `yaml:"token" need:"the token of the account"`
	Phrase  Secret            `yaml:"phrase"`
	PIN     string            `yaml:"pin" secret:"true"`
	Headers map[string]string `yaml:"headers"`
	Doors   []struct {
		Name string `yaml:"name"`
		Key  Secret `yaml:"key"`
	} `yaml:"doors"`
	tried []Secret // by itself, not by the file
}

func (v *vault) Validate() []collector.Fault {
	if strings.Contains(v.Token.Reveal(), "worse") {
		return []collector.Fault{{Key: "token", Message: "the token " + v.Token.Reveal() + " is bad"}, {Message: "all is bad with " + v.Token.Reveal()}}
	}
	v.tried = append(v.tried, v.Token)
	return nil
}
func (v *vault) New(collector.Deps) collector.Collector { return nil }

func vaults() []collector.Kind {
	return []collector.Kind{{Name: "vault", New: func() collector.Config { return &vault{} }, Fetches: true}}
}

// inVault loads a configuration with a source called safe, of the kind vault.
func inVault(dir, keys string) (*Config, error) {
	text := base + "sources:\n  - {id: safe, kind: vault, allow_private: true, " + keys + "}\n"
	return load("seuranta.yaml", []byte(text), surroundings{dir: dir, kinds: vaults(), env: fakeEnv})
}

// TestThreeWaysToGiveASecret gives the same secret by the environment, by a file and by the folder of secrets.
func TestThreeWaysToGiveASecret(t *testing.T) {
	named := writeSecret(t, canary+"\n", 0o600)
	stored := writeSecret(t, "", 0o600)
	if err := os.WriteFile(filepath.Join(stored, SecretsDir, "safe.token"), []byte(canary+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, way := range map[string]struct{ dir, keys string }{
		"environment": {t.TempDir(), `token: "${CANARY}"`}, "file": {named, "token_file: secrets/it"}, "folder": {stored, "headers: {a: b}"},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := inVault(way.dir, way.keys)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.Sources[0].Settings.(*vault).Token.Reveal(); got != canary {
				t.Errorf("token %q", got)
			}
			settings, err := json.Marshal(c.Sources[0].Settings)
			if out := printed(t, c.Sources[0].Settings) + printed(t, c) + string(settings) + string(c.Text); err != nil || gaveAway(out, canary) {
				t.Errorf("a secret was given away (%v): %s", err, out)
			}
		})
	}
}

func TestStoredSecretThatDoesNotDo(t *testing.T) {
	for _, test := range []struct {
		text, keys string
		mode       os.FileMode
		want       string
	}{
		{canary, "pin: ~", 0o644, `seuranta.yaml:4:5: token: the file "secrets/safe.token" may be read or written by others (0644); take that right away: chmod 600 secrets/safe.token`},
		{"\n", "headers: {a: b}", 0o600, `token: the file "secrets/safe.token" is empty`},
		{"worse" + canary, "headers: {a: b}", 0o600, `token: the value taken from the file "secrets/safe.token" does not fit here`},
	} {
		dir := writeSecret(t, "", 0o600)
		path := filepath.Join(dir, SecretsDir, "safe.token")
		if err := os.WriteFile(path, []byte(test.text), test.mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, test.mode); err != nil {
			t.Fatal(err)
		}
		_, err := inVault(dir, test.keys)
		if err == nil || !strings.Contains(err.Error(), test.want) || gaveAway(printed(t, err), canary) {
			t.Errorf("got %v\nwant %s", err, test.want)
		}
	}
	_, err := inVault(t.TempDir(), "headers: {a: b}")
	if err == nil || !strings.Contains(err.Error(), `"token" is missing; give the token of the account`) {
		t.Errorf("without a token: %v", err)
	}
}

// TestWrittenSecretWins has a key of the file go before what lies in the folder, of which nothing is then read.
func TestWrittenSecretWins(t *testing.T) {
	dir := writeSecret(t, "", 0o600)
	if err := os.WriteFile(filepath.Join(dir, SecretsDir, "safe.token"), []byte("another"), 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := inVault(dir, `token: "${CANARY}"`)
	if err != nil || c.Sources[0].Settings.(*vault).Token.Reveal() != canary {
		t.Errorf("got %v, %v", c, err)
	}
}

// TestPolicyKnowsEverySecret checks that no answer can show a secret of the source.
func TestPolicyKnowsEverySecret(t *testing.T) {
	dir := writeSecret(t, "from-file", 0o600)
	c, err := inVault(dir, `token: "${CANARY}", phrase_file: secrets/it, pin: "${SHORT}", headers: {accept: text/plain, X-Api-Key: "${BAD_CANARY}"}, doors: [{name: a, key: "${WORSE_CANARY}"}, {name: b}]`)
	if err != nil {
		t.Fatal(err)
	}
	got := c.Sources[0].Policy()
	want := []string{canary, "bad" + canary, "worse" + canary, "from-file", "x"}
	slices.Sort(want)
	if !got.AllowPrivate || !slices.Equal(got.Secrets, want) {
		t.Errorf("policy %+v, want the secrets %q", got, want)
	}
	good := mustLoad(t, base+"sources: [{id: s, kind: social, channel: kotisivut, account: x}]\n").Sources[0].Policy()
	if good.AllowPrivate || len(good.Secrets) != 0 {
		t.Errorf("policy %+v of a source without secrets", good)
	}
}

func TestCredentialOfSystemd(t *testing.T) {
	for _, test := range []struct {
		path string
		mode os.FileMode
		want bool
	}{
		{"/run/credentials/seuranta.service/token", 0o440, true},
		{"/run/credentials/seuranta.service/token", 0o640, false},
		{"/run/credentials/seuranta.service/token", 0o444, false},
		{"/run/credentials/../../etc/token", 0o440, false},
		{"/etc/seuranta/secrets/site.token", 0o440, false},
	} {
		if got := credential(test.path, test.mode); got != test.want {
			t.Errorf("%s %04o: %v, want %v", test.path, test.mode, got, test.want)
		}
	}
}
