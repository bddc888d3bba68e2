package creamailer

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

	"seuranta/internal/collector/api"
)

// page is a page of subscribers. Of the people nothing is read. Its pager may stand apart or beside the data, and may be short.
type page struct {
	Data  *[]struct{} `json:"data"`
	Meta  pager       `json:"meta"`
	Links *struct {
		Next *string `json:"next"`
	} `json:"links"`
	pager
}

type pager struct {
	Total    api.Number `json:"total"`
	LastPage api.Number `json:"last_page"`
}

// total returns how many there are on all pages, where the pager tells it.
func (p page) total() api.Number {
	if p.Meta.Total.Known {
		return p.Meta.Total
	}
	return p.Total
}

// checked returns the total, unless the page itself shows that it is none.
func (p page) checked(total api.Number) (float64, error) {
	n, err := total.Need("meta.total")
	if err == nil && n < float64(len(*p.Data)) {
		err = &api.BadAnswerError{Text: "the answer lists more people than it says that there are"}
	}
	return n, err
}

// last tells whether no page follows the one of that number. Where the pager does not tell, only an empty page is the last: a
// short one may be as long as the server lets pages be.
func (p page) last(number int) bool {
	end := p.Meta.LastPage
	if !end.Known {
		end = p.LastPage
	}
	switch {
	case end.Known:
		return float64(number) >= end.Value
	case p.Links != nil:
		return p.Links.Next == nil || *p.Links.Next == ""
	}
	return len(*p.Data) == 0
}

// sign returns the signature of a request: HMAC-SHA256 over its whole address, its body and the second of its making.
func sign(secret, address, body, at string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(address + body + at))
	return hex.EncodeToString(mac.Sum(nil))
}
