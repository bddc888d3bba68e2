package tabular

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// decoded returns the text of a file and the name of its encoding. A mark at its begin decides; without one, zero bytes
// tell UTF-16, and what is no UTF-8 is taken for Windows-1252, which every Western spreadsheet program of Windows writes.
func decoded(b []byte) (text []byte, encoding string) {
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		return b[3:], "UTF-8"
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		return fromUTF16(b[2:], binary.LittleEndian), "UTF-16"
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		return fromUTF16(b[2:], binary.BigEndian), "UTF-16"
	}
	if order := zeroBytes(b[:min(len(b), 4096)]); order != nil {
		return fromUTF16(b, order), "UTF-16"
	}
	if utf8.Valid(b) {
		return b, "UTF-8"
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return b, "UTF-8" // it has no such errors: what it does not know becomes a replacement character
	}
	return out, "Windows-1252"
}

// zeroBytes tells the order of UTF-16 by where its zero bytes stand, nil when it is none.
func zeroBytes(b []byte) binary.ByteOrder {
	var zeros [2]int
	for i, c := range b {
		if c == 0 {
			zeros[i%2]++
		}
	}
	half := len(b) / 2
	switch {
	case half == 0:
		return nil
	case zeros[1] > half*6/10 && zeros[0] < half/10+1:
		return binary.LittleEndian
	case zeros[0] > half*6/10 && zeros[1] < half/10+1:
		return binary.BigEndian
	}
	return nil
}

// fromUTF16 turns UTF-16 into UTF-8, piece by piece.
func fromUTF16(b []byte, order binary.ByteOrder) []byte {
	out := make([]byte, 0, len(b)/2+len(b)/16)
	for i := 0; i+1 < len(b); i += 2 {
		r := rune(order.Uint16(b[i:]))
		if utf16.IsSurrogate(r) && i+3 < len(b) {
			if pair := utf16.DecodeRune(r, rune(order.Uint16(b[i+2:]))); pair != utf8.RuneError {
				r, i = pair, i+2
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}
