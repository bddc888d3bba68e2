package tabular

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Faults of numbers. Their words are fit to be shown behind the value.
var (
	ErrNoNumber  = errors.New("this is no number")
	ErrShare     = errors.New("this is a share in percent; give the number of things or people that it is a share of")
	ErrTooLarge  = errors.New("this number is larger than anything that can be counted")
	ErrAmbiguous = errors.New("this can be read in two ways: as thousands, or with three decimals")
	ErrRounded   = errors.New("the spreadsheet program has rounded this number; give the cell a plain number format and export it again")
)

// largest is below what every number must stay: up to it, whole numbers are exact.
const largest = 1 << 53

var (
	digits     = regexp.MustCompile(`^\d+$`)
	grouped    = regexp.MustCompile(`^\d{1,3}(\d{3})*$`) // with the separators taken out
	scientific = regexp.MustCompile(`^\d+(?:[.,]\d+)?[eE][+-]?\d+$`)
	threeLast  = regexp.MustCompile(`^[1-9]\d{0,2}[.,]\d{3}$`)
)

// ParseNumber reads a number as people write it: 1003, 1 003, 12,5, 1.003,5 and, after decimal or by itself, 12.5. decimal
// is the sign before the decimals, ',' or '.', or 0 where it is not known; then a number that can be read in two ways is
// refused. known is false where nothing is told: an empty cell, a dash, n/a. That is not zero.
func ParseNumber(s string, decimal rune) (v float64, known bool, err error) {
	s = Trim(s)
	if tellsNothing(s) {
		return 0, false, nil
	}
	if strings.ContainsRune(s, '%') {
		return 0, true, ErrShare
	}
	sign, body := cutSign(s)
	if scientific.MatchString(body) {
		return parseScientific(sign, body)
	}
	whole, fraction, err := split(body, decimal)
	if err != nil {
		return 0, true, err
	}
	v, err = strconv.ParseFloat(whole+"."+fraction+"0", 64)
	switch {
	case err != nil && math.IsInf(v, 0), v >= largest:
		return 0, true, ErrTooLarge
	case err != nil:
		return 0, true, ErrNoNumber
	}
	return sign * v, true, nil
}

// ParsePlain reads a number that a workbook holds as one, as Go writes it.
func ParsePlain(s string) (float64, error) {
	v, err := strconv.ParseFloat(s, 64)
	switch {
	case math.IsInf(v, 0) || math.Abs(v) >= largest:
		return 0, ErrTooLarge
	case err != nil || math.IsNaN(v):
		return 0, ErrNoNumber
	}
	return v, nil
}

// tellsNothing tells whether a cell says that there is no number.
func tellsNothing(s string) bool {
	switch strings.ToLower(s) {
	case "", "-", "–", "—", "−", "n/a", "na", "#n/a", "..", "...", "…", "null", "none", "undefined", "ei tietoa", "uppgift saknas":
		return true
	}
	return false
}

// cutSign takes the sign off, in any of the forms of a minus.
func cutSign(s string) (sign float64, body string) {
	for _, minus := range []string{"-", "−", "–"} {
		if rest, ok := strings.CutPrefix(s, minus); ok {
			return -1, Trim(rest)
		}
	}
	return 1, strings.TrimPrefix(s, "+")
}

// parseScientific refuses what was rounded, and says so of what is too large.
func parseScientific(sign float64, body string) (float64, bool, error) {
	v, err := ParsePlain(strings.ReplaceAll(body, ",", "."))
	switch {
	case err != nil:
		return 0, true, err
	case v >= 1000:
		return 0, true, ErrRounded
	}
	return sign * v, true, nil
}

// split cuts a number without sign into its whole part and its decimals, both of digits only.
func split(body string, decimal rune) (whole, fraction string, err error) {
	if decimal == 0 {
		if decimal, err = decimalOf(body); err != nil {
			return "", "", err
		}
	}
	whole, fraction, found := strings.Cut(body, string(decimal))
	if found && !digits.MatchString(fraction) {
		return "", "", ErrNoNumber
	}
	whole, err = ungrouped(whole, decimal)
	return whole, fraction, err
}

// ungrouped takes the separators of thousands out: spaces of any width, apostrophes, and the sign that is not the decimal
// one. There must be three digits behind each, and the same one all along.
func ungrouped(whole string, decimal rune) (string, error) {
	separator := rune(0)
	run := 0 // digits since the last separator
	var b strings.Builder
	for _, r := range whole {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
			run++
			continue
		case isSpace(r):
			r = ' '
		case r == '\'' || r == '’':
			r = '\''
		case (r == '.' || r == ',') && r != decimal:
		default:
			return "", ErrNoNumber
		}
		if separator != 0 && (separator != r || run != 3) || separator == 0 && (run < 1 || run > 3) {
			return "", ErrNoNumber
		}
		separator, run = r, 0
	}
	if separator != 0 && run != 3 || !grouped.MatchString(b.String()) {
		return "", ErrNoNumber
	}
	return b.String(), nil
}

// decimalOf tells by the number itself which sign stands before its decimals.
func decimalOf(body string) (rune, error) {
	comma, point := strings.Count(body, ","), strings.Count(body, ".")
	switch {
	case comma > 0 && point > 0:
		if strings.LastIndex(body, ",") > strings.LastIndex(body, ".") {
			return ',', nil
		}
		return '.', nil
	case comma > 1:
		return '.', nil
	case point > 1:
		return ',', nil
	case Ambiguous(body):
		return 0, ErrAmbiguous
	case point == 1:
		return '.', nil
	}
	return ',', nil
}

// Ambiguous tells whether a number is 1.234 or 1,234, which some write for one and a bit and others for over a thousand.
func Ambiguous(s string) bool {
	_, body := cutSign(Trim(s))
	return threeLast.MatchString(body)
}

// DecimalIn tells by some numbers of one file which sign stands before their decimals: 0 when none of them tells, and false
// when they contradict each other.
func DecimalIn(numbers []string) (decimal rune, agree bool) {
	for _, s := range numbers {
		_, body := cutSign(Trim(s))
		if !strings.ContainsAny(body, ",.") || Ambiguous(body) {
			continue
		}
		d, err := decimalOf(body)
		if err != nil {
			continue
		}
		if _, known, err := ParseNumber(body, d); err != nil || !known {
			continue
		}
		if decimal != 0 && decimal != d {
			return 0, false
		}
		decimal = d
	}
	return decimal, true
}

// NotWhole says that a metric that counts things or people has no fractions.
func NotWhole(metric string) string {
	return "numbers of " + metric + " are whole: write it without decimals"
}

// Advice says how a number that is refused is to be written.
func Advice(err error, value string) string {
	if errors.Is(err, ErrAmbiguous) {
		_, body := cutSign(Trim(value))
		plain := strings.NewReplacer(".", "", ",", "").Replace(body)
		return fmt.Sprintf("write %s, or %s0", plain, body)
	}
	return "write it with digits, as 1 003 or 12,5"
}
