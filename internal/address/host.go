package address

import (
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// hosts is how names of hosts are brought to ASCII: as browsers do, but names with an underscore are taken as well.
var hosts = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false))

// mostHost is the longest name of a host that is looked at, in whatever letters.
const mostHost = 1 << 10

// canonicalHost returns a host in lower case and ASCII, without the part that only says for which device the page is made.
func canonicalHost(host string) (string, error) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return canonicalIP(ip)
	}
	if len(host) > mostHost {
		return "", errTooLong
	}
	ascii, err := hosts.ToASCII(strings.TrimRight(host, "."))
	if err != nil || !isHost(ascii) {
		return "", errNoWeb
	}
	ascii = strings.ToLower(ascii)
	for _, prefix := range []string{"www.", "m.", "amp."} {
		if bare, ok := strings.CutPrefix(ascii, prefix); ok && ownsName(bare) {
			return canonicalHost(bare)
		}
	}
	return ascii, nil
}

func canonicalIP(ip netip.Addr) (string, error) {
	switch {
	case ip.Zone() != "":
		return "", errNoWeb
	case ip.Is6():
		return "[" + ip.String() + "]", nil
	}
	return ip.String(), nil
}

// isHost tells whether a name in ASCII can be one of a host.
func isHost(name string) bool {
	for _, label := range strings.Split(name, ".") {
		if label == "" || len(label) > 63 {
			return false
		}
	}
	return len(name) <= 253 && !strings.ContainsFunc(name, func(r rune) bool {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		return !letter && !('0' <= r && r <= '9') && r != '-' && r != '_' && r != '.'
	})
}

// Site returns the name that somebody owns in an address, as example.co.uk, or its host where there is none; "" when it is no
// address of the web.
func Site(raw string) string {
	u, err := parse(raw)
	if err != nil {
		return ""
	}
	host, err := canonicalHost(u.Hostname())
	if err != nil {
		return ""
	}
	if site, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return site
	}
	return host
}

// ownsName tells whether a name is one that somebody owns, and no ending under which names are given out: m.fi is no page
// of fi for telephones.
func ownsName(name string) bool {
	_, err := publicsuffix.EffectiveTLDPlusOne(name)
	return err == nil
}
