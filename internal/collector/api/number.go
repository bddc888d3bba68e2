package api

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"seuranta/internal/collector"
	"seuranta/internal/observation"
)

// Number is a number as platforms write it: 12, "12", "12 %", null. Known is false where it is null, empty or not there at all,
// which is not the same as zero.
type Number struct {
	Value float64
	Known bool
}

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
		text = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "%"))
	}
	if text == "" || text == "-" {
		return nil
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(value, 0) || math.IsNaN(value) {
		return bad("the answer has a text where a number is due")
	}
	n.Value, n.Known = value, true
	return nil
}

// Need returns the value of a number that has to be there, and of a count, which is whole and not below zero.
func (n Number) Need(field string) (float64, error) {
	switch {
	case !n.Known:
		return 0, Missing(field)
	case math.IsNaN(n.Value):
		return 0, bad("the answer has something else in %q, where a number is due", field)
	case n.Value < 0 || n.Value != math.Trunc(n.Value):
		return 0, bad("the answer counts %v in %q: a count is whole and not below zero", n.Value, field)
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
