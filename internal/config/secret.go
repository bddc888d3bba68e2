package config

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"seuranta/internal/collector"
)

const hidden = "***"

// Secret is a value that nothing but Reveal gives away.
type Secret = collector.Secret

// NewSecret wraps a value.
func NewSecret(value string) Secret { return collector.NewSecret(value) }

// secretWords are the words that end the name of a key which holds a secret. One literal place: the check of keys and
// that of addresses (?token=…) both read it.
func secretWords() []string {
	return []string{"token", "password", "passwd", "passphrase", "secret", "key", "apikey", "credential"}
}

// looksSecret tells whether a key by its name holds a secret: token, api_key, clientSecret, passwords; not monkey, and not
// token_file or token_url, which only lead to one.
func looksSecret(key string) bool {
	if len(key) > 200 {
		return false
	}
	last := strings.TrimRight(strings.ToLower(lastWord(key)), "0123456789")
	for _, word := range secretWords() {
		if last == word || last == word+"s" {
			return true
		}
	}
	return false
}

func lastWord(key string) string {
	runes := []rune(strings.TrimRight(key, "_-. "))
	start := len(runes)
	for start > 0 {
		r := runes[start-1]
		if strings.ContainsRune("_-. ", r) {
			break
		}
		start--
		humped := unicode.IsUpper(r) && start > 0 && unicode.IsLower(runes[start-1])
		if humped {
			break
		}
	}
	return string(runes[start:])
}

// betweenParameters are the characters that stand between the parameters of an address.
const betweenParameters = "?&;#"

// schemeForm matches what stands before the :// of an address.
var schemeForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]{0,30}$`)

// hostPort matches what follows the first colon of an address that has no password but a port: 8080/@yle.
var hostPort = regexp.MustCompile(`^\d+/`)

// passwordInURL tells whether an address carries a password or a token: scheme://user:password@host, ?token=….
func passwordInURL(s string) bool {
	_, rest, ok := strings.Cut(s, "://")
	if !ok {
		return false
	}
	if user := rest[:max(0, strings.LastIndex(rest, "@"))]; user != "" {
		if _, after, ok := strings.Cut(user, ":"); ok && !hostPort.MatchString(after) {
			return true
		}
	}
	for _, pair := range strings.FieldsFunc(rest, func(r rune) bool { return strings.ContainsRune(betweenParameters, r) }) {
		if name, value, _ := strings.Cut(pair, "="); value != "" && looksSecret(name) {
			return true
		}
	}
	return false
}

// rightWay says how the secret value of a key is given instead.
func rightWay(key string) string {
	if key == hidden {
		return "take it out of the file; a secret belongs into an environment variable, which the file names as \"${NAME}\""
	}
	name := strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return unicode.ToUpper(r)
		}
		return '_'
	}, clip(key))
	way := fmt.Sprintf(`write %s: "${SEURANTA_%s}" and set that environment variable`, clip(key), name)
	if looksSecret(key) || key == "dsn" {
		way += fmt.Sprintf(", or put it into a file and write %s_file: secrets/%s", clip(key), strings.ToLower(name))
	}
	return way
}

// rightPlace is rightWay for a value that may be one of a list: it stays in the list.
func rightPlace(at string) string {
	way, key := rightWay(keyOf(at)), clip(keyOf(at))
	if !strings.HasSuffix(at, "]") || key == hidden {
		return way
	}
	_, name, _ := strings.Cut(way, "${")
	name, _, _ = strings.Cut(name, "}")
	return fmt.Sprintf(`write "${%s}" in its place in %s, and set that environment variable`, name, key)
}
