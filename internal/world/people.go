package world

import (
	"encoding/binary"
	"math/rand/v2"
	"net/netip"

	"seuranta/internal/observation"
)

// visitor is what a log knows of who came: an address and an agent.
type visitor struct{ address, agent string }

// person is somebody who comes again.
type person struct {
	visitor
	// phone numbers the person among those who come with another address every day; the others are 0.
	phone uint64
}

// crowd is everybody who may come to a site.
type crowd struct {
	dice     *rand.Rand
	regulars []person
	network  uint16 // of the addresses of newcomers; phones have the one above it; each crowd has its own
	met      uint64 // newcomers so far
}

// The centre's own people sit behind one address.
const (
	staff  = 10
	office = "192.0.2.10"
)

func newCrowd(p plan, site string, regulars int, network uint16) *crowd {
	c := &crowd{dice: p.dice("crowd of " + site), network: network}
	for i := range regulars {
		who := person{visitor: c.stranger()}
		if i < staff {
			// The last has the same agent as the first: for a log the two are one.
			who.visitor = visitor{office, browsers()[i%(staff-1)]}
		} else if i%4 == 0 {
			who.phone = uint64(i)
		}
		c.regulars = append(c.regulars, who)
	}
	return c
}

// seen returns what a log sees of who on d.
func (c *crowd) seen(who person, d observation.Date) visitor {
	if who.phone == 0 {
		return who.visitor
	}
	return visitor{addressV6(c.network+1, who.phone, uint64(d)), who.agent}
}

// address returns where somebody new comes from: a home with an address of its own, or one of the few that many share.
func (c *crowd) address() string {
	if c.dice.IntN(10) < 3 {
		return netip.AddrFrom4([4]byte{198, 51, 100, byte(1 + c.dice.IntN(254))}).String()
	}
	c.met++
	return addressV6(c.network, c.met, c.dice.Uint64())
}

// addressV6 makes an address of the documentation range: of a network, a house in it and a machine in the house.
func addressV6(network uint16, house, machine uint64) string {
	b := [16]byte{0x20, 0x01, 0x0d, 0xb8}
	binary.BigEndian.PutUint64(b[8:], machine)
	binary.BigEndian.PutUint32(b[6:], uint32(house))
	binary.BigEndian.PutUint16(b[4:], network)
	return netip.AddrFrom16(b).String()
}

// somebody returns who comes on d, and whether the browser knows the site from before. The first of the regulars come
// most often.
func (c *crowd) somebody(d observation.Date) (who visitor, again bool) {
	if len(c.regulars) > 0 && c.dice.IntN(100) < 42 {
		u := c.dice.Float64()
		return c.seen(c.regulars[int(u*u*float64(len(c.regulars)))], d), true
	}
	return c.stranger(), false
}

// stranger returns somebody who was never here.
func (c *crowd) stranger() visitor {
	agents := browsers()
	return visitor{c.address(), agents[c.dice.IntN(len(agents))]}
}

// plain returns a stranger whose browser loads no pictures, and whose address nobody shares.
func (c *crowd) plain() visitor {
	c.met++
	return visitor{addressV6(c.network, c.met, c.dice.Uint64()), "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
}

// browsers returns the agents of people. One is a phone of the make Cubot, which is no robot for all its name.
func browsers() []string {
	const webkit, gecko = " AppleWebKit/537.36 (KHTML, like Gecko) Chrome/", "Gecko/20100101 Firefox/"
	return []string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64)" + webkit + "141.0.0.0 Safari/537.36",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64)" + webkit + "141.0.0.0 Safari/537.36 Edg/141.0.0.0",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) " + gecko + "144.0",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) " + gecko + "140.0",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)" + webkit + "140.0.0.0 Safari/537.36",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
		"Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.7 Mobile/15E148 Safari/604.1",
		"Mozilla/5.0 (Linux; Android 10; K)" + webkit + "141.0.0.0 Mobile Safari/537.36",
		"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
		"Mozilla/5.0 (Linux; Android 13; CUBOT P80)" + webkit + "138.0.0.0 Mobile Safari/537.36",
		"Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:143.0) " + gecko + "143.0",
	}
}
