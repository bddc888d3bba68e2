package collector

import (
	"regexp"
	"strings"
)

var (
	// The sign between name and place is also written (at), [at] or (a), to hide it from machines.
	mailForm = regexp.MustCompile(`(?i)[^\s@<>,;:"]+(?:@|\s*[(\[{]\s*(?:at|ät|a|@|miu)\s*[)\]}]\s*)[^\s@<>,;:"]+\.[\pL]{2,}`)
	// A Finnish personal identity code: the day of birth, a sign of the century, three digits and a check character.
	identityForm = regexp.MustCompile(`(?i)(?:^|[^0-9])(\d{6}[-+abcdefuvwxy]\d{3}[0-9a-y])(?:$|[^0-9a-z])`)
	// A number called one, of whatever form: tel:09-1234567, puh. 014 123 456.
	calledForm = regexp.MustCompile(`(?i)(?:^|[^\pL])(?:tel|puh|puhelin|gsm|phone|mob|matkapuhelin)[.:]{0,2}[ \x{a0}]*(?:nro|no|numero)?[.:]?[ \x{a0}]*\+?\(?0?\d(?:[ \x{a0}()/-]{0,2}\d){5,13}(?:$|[^\d])`)
	// Finnish numbers with the country's code and no sign before it.
	codedForm = regexp.MustCompile(`(?:^|[^\d.,/-])358[ \x{a0}-]?(?:4\d|50|[1-9])(?:[ \x{a0}-]?\d){5,9}(?:$|[^\d])`)
	phoneForm = regexp.MustCompile(`(?:^|[^\d.,/-])((?:\+|00)\d{1,3}[\d \x{a0}()/-]{6,16}\d|0(?:4\d|50)[ \x{a0}-]?\d{3,4}[ \x{a0}-]?\d{2,4})(?:$|[^\d])`)
)

// identityChecks are the check characters, by the remainder of the digits by 31.
const identityChecks = "0123456789ABCDEFHJKLMNPRSTUVWXY"

// Personal tells what in a text that people typed looks like the data of a person, "" when nothing does: an address of mail,
// a telephone number, a Finnish personal identity code. Nothing of the kind is ever stored.
func Personal(s string) string {
	switch {
	case mailForm.MatchString(s):
		return "an e-mail address"
	case holdsIdentity(s):
		return "a personal identity code"
	case phoneForm.MatchString(s), calledForm.MatchString(s), codedForm.MatchString(s):
		return "a telephone number"
	}
	return ""
}

// holdsIdentity tells whether one of the texts of that form has the right check character.
func holdsIdentity(s string) bool {
	for _, m := range identityForm.FindAllStringSubmatch(s, -1) {
		code := strings.ToUpper(m[1])
		rest := 0
		for _, c := range code[:6] + code[7:10] {
			rest = (rest*10 + int(c-'0')) % len(identityChecks)
		}
		if code[10] == identityChecks[rest] {
			return true
		}
	}
	return false
}
