package lianamailer

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
)

const jsonType = "application/json"

// dateForm is how LianaMailer writes moments with their offset.
const dateForm = "2006-01-02T15:04:05-07:00"

// signed returns the head of a request to a path, with its parameters as they are sent. The MD5 is asked for by LianaMailer; it
// protects nothing, the signature does.
func (s *source) signed(method, target string, body []byte, at time.Time) map[string][]string {
	sum := md5.Sum(body)
	check, date := hex.EncodeToString(sum[:]), at.In(home()).Format(dateForm)
	signature := sign(s.config.Secret.Reveal(), method, check, date, string(body), target)
	return map[string][]string{
		"Content-Type": {jsonType}, "Content-MD5": {check}, "Date": {date},
		"Authorization": {s.config.Realm + " " + s.config.User + ":" + signature},
	}
}

// sign returns the signature of a request: HMAC-SHA256 over its lines, in hexadecimal digits.
func sign(secret, method, check, date, body, target string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(strings.Join([]string{method, check, jsonType, date, body, target}, "\n")))
	return hex.EncodeToString(mac.Sum(nil))
}

// home is the zone in which LianaMailer takes moments without an offset.
func home() *time.Location {
	zone, err := time.LoadLocation("Europe/Helsinki")
	if err != nil {
		return time.UTC
	}
	return zone
}
