package fetch

import (
	"net/netip"
	"net/url"
	"strings"
)

// global6 is where public addresses of version 6 lie; all else of it is local, reserved or multicast.
var global6 = netip.MustParsePrefix("2000::/3")

// Forms of version 6 that carry an address of version 4, at the byte given.
var carrying = []struct {
	prefix netip.Prefix
	at     int
}{
	{netip.MustParsePrefix("64:ff9b::/96"), 12}, // NAT64
	{netip.MustParsePrefix("2002::/16"), 2},     // 6to4
}

// reserved are addresses that lead to no public server although they look as if, by IANA's registries of special purposes.
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),       // this network
	netip.MustParsePrefix("100.64.0.0/10"),   // carriers' own
	netip.MustParsePrefix("192.0.0.0/24"),    // protocol assignments
	netip.MustParsePrefix("192.0.2.0/24"),    // documentation
	netip.MustParsePrefix("198.18.0.0/15"),   // benchmarks
	netip.MustParsePrefix("198.51.100.0/24"), // documentation
	netip.MustParsePrefix("203.0.113.0/24"),  // documentation
	netip.MustParsePrefix("240.0.0.0/4"),     // reserved, broadcast
	netip.MustParsePrefix("2001::/23"),       // protocol assignments, Teredo
	netip.MustParsePrefix("2001:db8::/32"),   // documentation
	netip.MustParsePrefix("3fff::/20"),       // documentation
}

// isPrivate tells whether an address leads to this machine, its network or nowhere, rather than to a server of the public net.
func isPrivate(a netip.Addr) bool {
	a = a.WithZone("").Unmap()
	if !a.IsValid() || a.IsUnspecified() || a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast() || a.IsMulticast() {
		return true
	}
	for _, c := range carrying {
		if c.prefix.Contains(a) {
			bytes := a.As16()
			return isPrivate(netip.AddrFrom4([4]byte(bytes[c.at : c.at+4])))
		}
	}
	for _, p := range reserved {
		if p.Contains(a) {
			return true
		}
	}
	return a.Is6() && !global6.Contains(a)
}

// isLoopback tells whether an address by its own words is this machine. What it says is held against what it leads to when it
// is connected to.
func isLoopback(u *url.URL) bool {
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if a, err := netip.ParseAddr(host); err == nil {
		return a.Unmap().IsLoopback()
	}
	return host == "localhost"
}
