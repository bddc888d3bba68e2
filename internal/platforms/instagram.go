package platforms

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"seuranta/internal/observation"
)

// Instagram answers as the Graph API does for a professional account of Instagram: what people did by days of the Pacific, the
// media, and what each came to. Of people it tells how many there are; where it names one all the same, nobody may keep it.
type Instagram struct {
	Account Account
	Token   string
	Secret  string    // of the app: every question has to prove that it is known; "" takes questions without
	Login   string    // "instagram": the account is asked for as me; else by the Pages that the token sees
	Most    int       // entries on a page at most; 0 is the hundred of the real one
	Expires time.Time // when the token ends; zero is never
	Renewed time.Time // when somebody has connected anew after that; zero is not yet
	// Withdrawn are metrics that there are no more.
	Withdrawn []string
	// Barred are metrics that the token may not ask for.
	Barred []string
	// Few is how many viewers a post needs for its insights to be told.
	Few int
	// Hidden are posts, by their ids, whose likes are hidden.
	Hidden []string
	// Blank are days of which there are no insights: an empty set is answered for them.
	Blank []observation.Date
}

// igVersion is the version of the Graph API that is served.
const igVersion = "/v26.0"

// igPerson is somebody whom answers name, and who is nobody's business.
const igPerson = "Maija Kanaria"

// Answer answers what is asked of the account, its insights, its media and theirs.
func (i Instagram) Answer(w http.ResponseWriter, r *http.Request, now time.Time) {
	path, versioned := strings.CutPrefix(r.URL.Path, igVersion+"/")
	fault := igEnter(r, i.Token, i.Secret)
	if fault == nil && i.ended(now) {
		fault = igError(190, 463, "Error validating access token: Session has expired on "+i.Expires.In(Pacific).Format("Monday, 02-Jan-06 15:04:05 MST")+".")
	}
	if fault != nil {
		writeJSON(w, http.StatusBadRequest, fault)
		return
	}
	id, edge, _ := strings.Cut(path, "/")
	own := id == i.Account.ID || id == "me" && i.Login == "instagram"
	var body object
	switch {
	case !versioned:
		body = igError(2500, 0, "Unknown path components: "+r.URL.Path)
	case path == "" && r.Method == http.MethodPost && i.Login != "instagram":
		igBatch(w, r, i.Token, i.Expires)
		return
	case id == "me" && edge == "accounts" && i.Login != "instagram":
		body = i.pages(r, now)
	case own && edge == "":
		body = i.profile(r, now)
	case own && edge == "insights":
		body = i.insights(r, now)
	case own && edge == "media":
		body = igPage(r, i.Most, i.media(now), i.Token)
	case edge == "insights":
		body = i.insightsOf(r, id, now)
	default:
		body = igError(100, 33, fmt.Sprintf("Unsupported get request. Object with ID '%s' does not exist, cannot be loaded due to missing permissions, or does not support this operation", id))
	}
	igWrite(w, body)
}

// ended tells whether the token has ended at a moment, and nobody has connected anew yet.
func (i Instagram) ended(now time.Time) bool {
	return !i.Expires.IsZero() && !now.Before(i.Expires) && (i.Renewed.IsZero() || now.Before(i.Renewed))
}

// igBatch answers a batch of one: a question about the token.
func igBatch(w http.ResponseWriter, r *http.Request, token string, expires time.Time) {
	if !strings.Contains(r.PostFormValue("batch"), url.QueryEscape(token)) {
		igWrite(w, igError(100, 0, "Invalid parameter"))
		return
	}
	about := object{"is_valid": true, "expires_at": 0, "scopes": []string{"instagram_basic", "instagram_manage_insights"}}
	if !expires.IsZero() {
		about["expires_at"] = expires.Unix()
	}
	body, _ := json.Marshal(object{"data": about})
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode([]object{{"code": 200, "body": string(body)}})
}

// igWrite writes an answer, which is 400 where it is an error, whatever is wrong.
func igWrite(w http.ResponseWriter, body object) {
	status := http.StatusOK
	if body["error"] != nil {
		status = http.StatusBadRequest
	}
	w.Header().Set("X-App-Usage", `{"call_count":3,"total_cputime":1,"total_time":1}`)
	writeJSON(w, status, body)
}

// igError is an error as Meta words it. It names somebody, as messages of errors may.
func igError(code, subcode int, message string) object {
	out := object{"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "AmadeUp", "error_user_msg": igPerson}
	if subcode != 0 {
		out["error_subcode"] = subcode
	}
	return object{"error": out}
}

// igEnter refuses who does not show the token in the head, or does not prove to know the app's secret.
func igEnter(r *http.Request, token, secret string) object {
	_ = r.ParseForm() // of a question that cannot be read the proof is missing
	q := r.Form
	switch {
	case r.Method != http.MethodGet && !strings.HasSuffix(r.URL.Path, "/"):
		return igError(100, 0, "The made-up platform is only read.")
	case q.Has("access_token") || r.URL.Query().Has("input_token"):
		return igError(100, 0, "The made-up platform takes no token in an address.")
	case r.Header.Get("Authorization") == "":
		return igError(2500, 0, "An active access token must be used to query information about the current user.")
	case r.Header.Get("Authorization") != "Bearer "+token:
		return igError(190, 467, "Error validating access token: The session is invalid because the user logged out.")
	case secret != "" && q.Get("appsecret_proof") != igProof(token, secret):
		return igError(100, 0, "Invalid appsecret_proof provided in the API argument")
	}
	return nil
}

// igProof is the proof that whoever asks knows the secret of the app.
func igProof(token, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(token))
	return hex.EncodeToString(mac.Sum(nil))
}

// igUnknown names a parameter that there is not, or "".
func igUnknown(q url.Values, known ...string) string {
	for name := range q {
		if name != "appsecret_proof" && !slices.Contains(known, name) {
			return name
		}
	}
	return ""
}

// pages lists the Pages that the token sees, one of them without Instagram.
func (i Instagram) pages(r *http.Request, now time.Time) object {
	if name := igUnknown(r.URL.Query(), "fields", "limit", "after"); name != "" {
		return igError(100, 0, "Unknown parameter "+name)
	}
	linked := object{"id": i.Account.ID, "username": i.Account.Handle, "followers_count": i.Account.Followers(now)}
	return object{"data": []object{{"id": "77"}, {"id": "78", "instagram_business_account": linked}}, "paging": object{"cursors": object{"before": "a", "after": "b"}}}
}

// profile answers what is asked of the account itself.
func (i Instagram) profile(r *http.Request, now time.Time) object {
	return igFields(r, object{"id": i.Account.ID, "user_id": i.Account.ID, "username": i.Account.Handle, "followers_count": i.Account.Followers(now),
		"media_count": len(i.Account.Standing(now)), "name": i.Account.Name})
}

// igFields answers with the fields that are asked for, and the id.
func igFields(r *http.Request, all object) object {
	if name := igUnknown(r.URL.Query(), "fields"); name != "" {
		return igError(100, 0, "Unknown parameter "+name)
	}
	out := object{"id": all["id"]}
	for _, field := range strings.Split(r.URL.Query().Get("fields"), ",") {
		if _, ok := all[field]; !ok {
			return igError(100, 0, fmt.Sprintf("(#100) Tried accessing nonexisting field (%s)", field))
		}
		out[field] = all[field]
	}
	return out
}

// igTime writes a moment as Meta does: in UTC, with no colon in the zone.
func igTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05-0700") }

// media lists what stands, newest first, with all fields that may be asked for.
func (i Instagram) media(now time.Time) []object {
	out := []object{}
	for _, p := range i.Account.Standing(now) {
		a := p.Acted(now)
		one := object{"id": p.ID, "caption": p.Text, "media_type": "IMAGE", "media_product_type": "FEED", "permalink": p.URL, "timestamp": igTime(p.At), "like_count": a.Reactions,
			"comments_count": a.Comments, "username": igPerson}
		if p.Video {
			one["media_type"], one["media_product_type"] = "VIDEO", "REELS"
		}
		if slices.Contains(i.Hidden, p.ID) {
			delete(one, "like_count")
		}
		out = append(out, one)
	}
	return out
}

// igPage answers with a page of rows, of the fields that are asked for.
func igPage(r *http.Request, most int, rows []object, token string) object {
	q := r.URL.Query()
	if name := igUnknown(q, "fields", "limit", "after", "since", "until"); name != "" {
		return igError(100, 0, "Unknown parameter "+name)
	}
	from, _ := strconv.Atoi(strings.TrimPrefix(q.Get("after"), "c"))
	size := sized(r, "limit", 25, cmp.Or(most, 100))
	data := []object{}
	for _, row := range stretch(rows, from, size) {
		data = append(data, igPicked(row, strings.Split(q.Get("fields"), ",")))
	}
	if len(data) == 0 {
		return object{"data": data}
	}
	paging := object{"cursors": object{"before": fmt.Sprint("c", from), "after": fmt.Sprint("c", from+len(data))}}
	if from+len(data) < len(rows) {
		paging["next"] = "https://graph.facebook.com/next?access_token=" + token
	}
	return object{"data": data, "paging": paging}
}

// igPicked is a row with the fields that are asked for. Somebody is named in it whoever asks.
func igPicked(row object, fields []string) object {
	out := object{"id": row["id"], "username": igPerson}
	for _, field := range fields {
		if v, ok := row[field]; ok {
			out[field] = v
		}
	}
	return out
}
