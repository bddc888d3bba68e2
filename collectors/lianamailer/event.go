package lianamailer

import (
	"strconv"
	"time"

	"seuranta/internal/collector/api"
)

// The types of events that are asked for.
const (
	typeSent  = "mailsent"
	typeOpen  = "mailopen"
	typeClick = "maillink"
	typeJoin  = "list-join"
	typeQuit  = "list-quit"
)

// page is an answer: a stretch of events.
type page struct {
	Items *[]event `json:"items"`
}

// event is what befell one person. The address is not read.
type event struct {
	At   string `json:"at"`
	Type string `json:"type"`
	List struct {
		ID api.Number `json:"id"`
	} `json:"list"`
	Data struct {
		List      api.Number `json:"list-id"`
		Delivery  api.Number `json:"delivery-id"`
		Delivery2 api.Number `json:"delivery_id"`
	} `json:"data"`
	Recipient struct {
		ID api.Number `json:"id"`
	} `json:"recipient"`
}

// happening is an event as far as it counts.
type happening struct {
	at        time.Time
	list      string // "" when it belongs to none
	delivery  string
	recipient string
}

// happenings reads the events of a page.
func (p page) happenings() ([]happening, error) {
	if p.Items == nil {
		return nil, api.Missing("items")
	}
	out := make([]happening, 0, len(*p.Items))
	for _, e := range *p.Items {
		h, err := e.happening()
		if err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, nil
}

// happening reads an event. Which list, letter and person it is about is needed by some types only.
func (e event) happening() (happening, error) {
	at, err := moment(e.At)
	if err != nil {
		return happening{}, err
	}
	return happening{at: at, list: first(e.List.ID, e.Data.List), delivery: first(e.Data.Delivery, e.Data.Delivery2), recipient: first(e.Recipient.ID)}, nil
}

// first returns the first id that is told, "" without any.
func first(ids ...api.Number) string {
	for _, id := range ids {
		if n, err := id.Need("id"); err == nil && n > 0 {
			return strconv.FormatFloat(n, 'f', -1, 64)
		}
	}
	return ""
}

// moment reads when something happened. Without an offset it is told by the clock of Helsinki.
func moment(text string) (time.Time, error) {
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05-0700", time.RFC1123Z} {
		if at, err := time.Parse(form, text); err == nil {
			return at, nil
		}
	}
	for _, form := range []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05"} {
		if at, err := time.ParseInLocation(form, text, home()); err == nil {
			return at, nil
		}
	}
	return time.Time{}, api.Missing("at")
}
