package tabular

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"unicode/utf16"
)

// An old Excel file is a stream inside a compound file (MS-CFB): a small file system of sectors. Of the libraries that read one,
// those that were tried break down, end the program or take gigabytes of some damaged files; this reads what is needed and
// nothing else, and never more than the file holds.

// errDamaged says that a file is not as its format wants it.
var errDamaged = errors.New("the file is damaged")

// The numbers of sectors that mean something else.
const (
	endOfChain = 0xfffffffe
	freeSector = 0xffffffff
)

// compound is a compound file.
type compound struct {
	b      []byte
	shift  uint     // a sector has 1<<shift bytes
	fat    []uint32 // the sector that follows each
	cutoff uint32   // streams below it lie in small sectors of the root's stream
	small  []uint32 // the small sector that follows each
	root   []byte
}

// entry is a file in it.
type entry struct {
	name  string
	kind  byte // 2 a stream, 5 the root
	first uint32
	size  uint64
}

// openCompound reads the tables of a compound file.
func openCompound(b []byte) (*compound, []entry, error) {
	if len(b) < 512 {
		return nil, nil, errDamaged
	}
	c := &compound{b: b, shift: uint(binary.LittleEndian.Uint16(b[30:])), cutoff: binary.LittleEndian.Uint32(b[56:])}
	if c.shift != 9 && c.shift != 12 || binary.LittleEndian.Uint16(b[32:]) != 6 {
		return nil, nil, errDamaged
	}
	if err := c.readFAT(); err != nil {
		return nil, nil, err
	}
	directory, err := c.chain(binary.LittleEndian.Uint32(b[48:]))
	if err != nil {
		return nil, nil, err
	}
	entries := readEntries(directory)
	if len(entries) == 0 || entries[0].kind != 5 {
		return nil, nil, errDamaged
	}
	if err := c.readSmall(entries[0]); err != nil {
		return nil, nil, err
	}
	return c, entries, nil
}

// sector returns a sector; the last one of a file may be cut short by programs that save space.
func (c *compound) sector(n uint32) ([]byte, bool) {
	from := (uint64(n) + 1) << c.shift
	if from >= uint64(len(c.b)) {
		return nil, false
	}
	return c.b[from:min(from+1<<c.shift, uint64(len(c.b)))], true
}

// readFAT reads the table that says which sector follows which, by the list of its own sectors in the head of the file and behind it.
func (c *compound) readFAT() error {
	lists := [][]byte{c.b[76:512]}
	per := 1<<c.shift/4 - 1
	next := binary.LittleEndian.Uint32(c.b[68:])
	for n := 0; next < endOfChain; n++ {
		s, ok := c.sector(next)
		if !ok || len(s) < 1<<c.shift || n > len(c.b)>>c.shift {
			return errDamaged
		}
		lists = append(lists, s[:per*4])
		next = binary.LittleEndian.Uint32(s[per*4:])
	}
	left := len(c.b) >> c.shift // there is no more of it than sectors
	for _, list := range lists {
		for ; len(list) >= 4; list = list[4:] {
			at := binary.LittleEndian.Uint32(list)
			if at >= endOfChain {
				continue
			}
			s, ok := c.sector(at)
			if left--; !ok || left < 0 {
				return errDamaged
			}
			c.fat = append(c.fat, numbers(s)...)
		}
	}
	return nil
}

// readSmall reads the stream of small sectors and which of them follows which.
func (c *compound) readSmall(root entry) error {
	if root.first >= endOfChain || root.size == 0 {
		return nil
	}
	table, err := c.chain(binary.LittleEndian.Uint32(c.b[60:]))
	if err != nil {
		return err
	}
	c.small = numbers(table)
	c.root, err = c.chain(root.first)
	return err
}

func numbers(b []byte) []uint32 {
	out := make([]uint32, len(b)/4)
	for i := range out {
		out[i] = binary.LittleEndian.Uint32(b[i*4:])
	}
	return out
}

// chain returns the bytes of the sectors that follow one another. One that leads out of the file or in a circle is damage.
func (c *compound) chain(at uint32) ([]byte, error) {
	var out bytes.Buffer
	for n := 0; at != endOfChain; n++ {
		s, ok := c.sector(at)
		if !ok || int(at) >= len(c.fat) || n > len(c.fat) {
			return nil, errDamaged
		}
		out.Write(s)
		at = c.fat[at]
	}
	return out.Bytes(), nil
}

// smallChain is chain for small sectors.
func (c *compound) smallChain(at uint32) ([]byte, error) {
	var out bytes.Buffer
	for n := 0; at != endOfChain; n++ {
		from := int(at) * 64
		if int(at) >= len(c.small) || n > len(c.small) || from >= len(c.root) {
			return nil, errDamaged
		}
		out.Write(c.root[from:min(from+64, len(c.root))])
		at = c.small[at]
	}
	return out.Bytes(), nil
}

// stream returns what a file in it holds. One that is shorter than its entry says was cut off.
func (c *compound) stream(e entry) ([]byte, error) {
	read := c.chain
	if e.size < uint64(c.cutoff) {
		read = c.smallChain
	}
	b, err := read(e.first)
	if err != nil || uint64(len(b)) < e.size {
		return nil, errDamaged
	}
	return b[:e.size], nil
}

// readEntries reads the list of files.
func readEntries(b []byte) (out []entry) {
	for ; len(b) >= 128; b = b[128:] {
		length := int(binary.LittleEndian.Uint16(b[64:]))
		if length < 2 || length > 64 {
			out = append(out, entry{})
			continue
		}
		units := make([]uint16, length/2-1)
		for i := range units {
			units[i] = binary.LittleEndian.Uint16(b[2*i:])
		}
		out = append(out, entry{name: string(utf16.Decode(units)), kind: b[66], first: binary.LittleEndian.Uint32(b[116:]), size: uint64(binary.LittleEndian.Uint32(b[120:]))})
	}
	return out
}

// find returns the stream of a name.
func find(entries []entry, names ...string) (entry, bool) {
	for _, name := range names {
		for _, e := range entries {
			if e.kind == 2 && strings.EqualFold(e.name, name) {
				return e, true
			}
		}
	}
	return entry{}, false
}
