package api

import (
	"bytes"
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"strings"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// Number is a number as platforms write it: 12, "12", null. Known is false where it is null, empty or not there at all, which is
// not the same as zero.
type Number struct {
	Value float64
	Known bool
}

// largestCount is the largest number that anything is counted to. A few counts together are still no more than
// observation.Largest, so that sums of them can be stored.
const largestCount = 1e15

// plain is a number in a text: digits and no other way to write one. A share in percent, thousands with a sign between them or
// another base would be read as another number than was meant.
var plain = regexp.MustCompile(`^-?[0-9]{1,40}(?:\.[0-9]{1,40})?$`)

// UnmarshalJSON reads any of the forms.
func (n *Number) UnmarshalJSON(b []byte) error {
	*n = Number{}
	text := string(bytes.TrimSpace(b))
	if text == "null" {
		return nil
	}
	if strings.HasPrefix(text, `"`) {
		if err := json.Unmarshal(b, &text); err != nil {
			return err
		}
		if text = strings.TrimSpace(text); text == "" || text == "-" {
			return nil
		}
		if !plain.MatchString(text) {
			return bad("the answer has a text where a number is due")
		}
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(value, 0) || math.IsNaN(value) {
		return bad("the answer has a text where a number is due")
	}
	n.Value, n.Known = value, true
	return nil
}

// Need returns the value of a number that has to be there, and of a count, which is whole, not below zero and not beyond
// largestCount.
func (n Number) Need(field string) (float64, error) {
	switch {
	case !n.Known:
		return 0, Missing(field)
	case math.IsNaN(n.Value):
		return 0, bad("the answer has something else in %q, where a number is due", field)
	case n.Value < 0 || n.Value != math.Trunc(n.Value):
		return 0, bad("the answer counts %v in %q: a count is whole and not below zero", n.Value, field)
	case n.Value > largestCount:
		return 0, bad("the answer counts %v in %q: nothing is counted so high", n.Value, field)
	}
	return n.Value, nil
}

// Lack is why there is no number although the platform answered; empty where there is one. What is left out is no zero, and what
// cannot be counted is no number: either costs this number and no other.
func (n Number) Lack(field string) Lack {
	_, err := n.Need(field)
	switch {
	case err == nil:
		return Lack{}
	case !n.Known:
		return Lack{observation.Failed, collector.ReasonNoNumber, err.Error()}
	}
	return Lack{observation.Failed, collector.ReasonBadAnswer, err.Error()}
}
