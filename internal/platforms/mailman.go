package platforms

import (
	"net/http"
	"strings"
	"time"
)

// Mailman answers as the REST interface of Mailman 3 core does.
type Mailman struct {
	Lists          []MailingList // their ids are list ids, as tyoryhma.lists.example.fi
	User, Password string
}

// Answer answers with a list, or with all of them. Of members it tells how many there are.
func (m Mailman) Answer(w http.ResponseWriter, r *http.Request, now time.Time) {
	if user, password, _ := r.BasicAuth(); user != m.User || password != m.Password {
		writeJSON(w, http.StatusUnauthorized, object{"title": "401 Unauthorized", "description": "REST API authorization failed"})
		return
	}
	name, one := strings.CutPrefix(r.URL.Path, "/3.1/lists/")
	if r.URL.Path == "/3.1/lists" {
		m.all(w, now)
		return
	}
	for _, l := range m.Lists {
		if one && (name == l.ID || name == address(l)) {
			writeJSON(w, http.StatusOK, listEntry(l, now))
			return
		}
	}
	writeJSON(w, http.StatusNotFound, object{"title": "404 Not Found"})
}

// all lists the lists; where there is none the entries are not there.
func (m Mailman) all(w http.ResponseWriter, now time.Time) {
	out := object{"start": 0, "total_size": len(m.Lists), "http_etag": `"0"`}
	var entries []any
	for _, l := range m.Lists {
		entries = append(entries, listEntry(l, now))
	}
	if len(entries) > 0 {
		out["entries"] = entries
	}
	writeJSON(w, http.StatusOK, out)
}

func listEntry(l MailingList, now time.Time) object {
	name, host, _ := strings.Cut(l.ID, ".")
	return object{"list_id": l.ID, "fqdn_listname": address(l), "list_name": name, "mail_host": host, "display_name": l.Name, "member_count": l.Members(now), "volume": 1,
		"description": "", "advertised": true, "http_etag": `"0"`, "self_link": "http://localhost:8001/3.1/lists/" + l.ID}
}

// address is what letters to the list are sent to.
func address(l MailingList) string { return strings.Replace(l.ID, ".", "@", 1) }
