package config

import (
	"net/url"
	"strings"

	"seuranta/internal/match"
	"seuranta/internal/observation"
)

func (v *rule) UnmarshalText(b []byte) error {
	if _, err := match.Compile(string(b)); err != nil {
		return misfit{clip(err.Error()), `write words joined by OR: velka, velka* for every word that begins so, "nuorten talous" for a phrase`}
	}
	*v = rule(b)
	return nil
}

func (v *contact) UnmarshalText(b []byte) error {
	s := string(b)
	user, host, mail := strings.Cut(s, "@")
	mail = mail && user != "" && strings.Contains(host, ".") && !strings.ContainsAny(s, " \t\r\n<>()\",;:/") && strings.Count(s, "@") == 1
	if u, err := url.Parse(s); !mail && (err != nil || !isWeb(u) || u.User != nil || strings.ContainsAny(s, " ()")) {
		return misfit{show(s) + " is no address to write to", "give a mail address, as viestinta@example.org, or a web address, as https://example.org/contact"}
	}
	*v = contact(b)
	return nil
}

// reminders are the words for how long a typed level holds, with the grains that they stand for.
func reminders() map[string]observation.Grain {
	return map[string]observation.Grain{
		"weekly": observation.Week, "monthly": observation.Month, "quarterly": observation.Quarter, "yearly": observation.Year,
	}
}

func (v *remind) UnmarshalText(b []byte) error {
	s := strings.TrimSpace(string(b))
	if grain, ok := reminders()[s]; ok {
		*v = remind(grain)
		return nil
	}
	if checkCron(s) != nil {
		return misfit{show(s) + " does not say how long a number holds", "write weekly, monthly, quarterly or yearly, or a plan as 0 9 1 * *"}
	}
	*v = remind(s)
	return nil
}

func (v *baseURL) UnmarshalText(b []byte) error {
	s := string(b)
	u, err := url.Parse(s)
	switch {
	case err != nil || !isWeb(u) || strings.ContainsAny(s, " \t"):
		return misfit{show(s) + " is no web address", "write it as https://matomo.example.org"}
	case u.User != nil:
		return misfit{"a user stands in the address " + show(s), "take it out; a credential has a key of its own"}
	case u.RawQuery != "" || u.ForceQuery || strings.Contains(s, "#"):
		return misfit{"something follows the path of " + show(s), "take out what begins with ? or #"}
	}
	*v = baseURL(strings.TrimRight(s, "/"))
	return nil
}

func isWeb(u *url.URL) bool {
	return (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.Opaque == "" && (u.Port() == "" || isPort(u.Port()))
}
