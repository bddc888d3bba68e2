package platforms

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"seuranta/internal/observation"
)

// Facebook answers as the Graph API of Meta does for a Page. It tells names of people to whoever asks for fields that hold them.
type Facebook struct {
	Page      Account
	Fans      int       // who like the Page; 0 is as many as follow it
	Token     string    // of the person who has a role on the Page
	Secret    string    // of the app; "" demands no proof
	Ends      time.Time // when the token expires; zero is never
	DataEnds  time.Time // when the app may no longer see the person's data
	NoReading bool      // the token lacks pages_read_user_content
	// Dead are metrics that are withdrawn, with since when: a question that names one is refused whole.
	Dead map[string]time.Time
	// Spent is how much of the allowance is used, in percent; 0 is told by no header. From 100 on nothing is answered.
	Spent int
	Most  int // posts on a page of a list; 0 is as many as are asked for
}

// Pacific is the zone of Meta's days.
var Pacific = func() *time.Location {
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		panic(err)
	}
	return zone
}()

// MetaDead are the metrics of Pages that Meta withdrew, on the days on which it did.
func MetaDead() map[string]time.Time {
	views, reach := observation.NewDate(2025, 11, 15).Start(Pacific), observation.NewDate(2026, 6, 15).Start(Pacific)
	return map[string]time.Time{"page_impressions": views, "page_impressions_unique": reach, "post_impressions": views, "post_impressions_unique": reach}
}

// graphVersion is the only version that is answered.
const graphVersion = "/v26.0"

// pageToken is the token of the Page, which the person's is changed for.
func (f *Facebook) pageToken() string { return "EAApage-" + f.Token }

// graphError answers with an error of Meta.
func graphError(w http.ResponseWriter, code, subcode int, message string) {
	writeJSON(w, http.StatusBadRequest, object{"error": graphFault(code, subcode, message)})
}

func graphFault(code, subcode int, message string) object {
	fault := object{"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "AbCdEf123"}
	if subcode != 0 {
		fault["error_subcode"] = subcode
	}
	return fault
}

// Answer answers what is asked of the Page.
func (f *Facebook) Answer(w http.ResponseWriter, r *http.Request, now time.Time) {
	if f.Spent > 0 {
		w.Header().Set("X-Business-Use-Case-Usage", fmt.Sprintf(`{"%s":[{"type":"pages","call_count":%d,"total_cputime":1,"total_time":2,"estimated_time_to_regain_access":%d}]}`, f.Page.ID, f.Spent, max(0, f.Spent-90)))
	}
	if f.Spent >= 100 {
		graphError(w, 80001, 0, "There have been too many calls to this Page account.")
		return
	}
	path, versioned := strings.CutPrefix(r.URL.Path, graphVersion)
	if !versioned {
		graphError(w, 2635, 0, "You are calling a deprecated version of the API.")
		return
	}
	if path == "/oauth/access_token" {
		f.exchange(w, r, now)
		return
	}
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !f.takes(w, r, token, now) {
		return
	}
	switch page := "/" + f.Page.ID; path {
	case "/":
		f.batch(w, r)
	case "/me/accounts":
		f.list(w, r, []object{{"id": "999", "name": "Toinen sivu", "access_token": "EAAother"}, f.node(now)})
	case page, "/" + f.Page.Handle:
		f.one(w, r, f.node(now))
	case page + "/insights":
		f.insights(w, r, token, now)
	case page + "/published_posts":
		f.posts(w, r, token, now)
	default:
		graphError(w, 100, 33, "Unsupported get request. Object with ID '"+strings.Trim(path, "/")+"' does not exist, cannot be loaded due to missing permissions, or does not support this operation.")
	}
}

// exchange gives whoever consented a token of an hour, and for that one of weeks.
func (f *Facebook) exchange(w http.ResponseWriter, r *http.Request, now time.Time) {
	const short = "EAAshort"
	switch {
	case r.URL.RawQuery != "":
		graphError(w, 1, 0, "This server takes secrets in the body of a question only.")
	case r.FormValue("client_id") == "" || r.FormValue("client_secret") != f.Secret:
		graphError(w, 101, 0, "Error validating client secret.")
	case r.FormValue("grant_type") == "fb_exchange_token" && r.FormValue("fb_exchange_token") == short:
		answer := object{"access_token": f.Token, "token_type": "bearer"}
		if !f.Ends.IsZero() {
			answer["expires_in"] = int(f.Ends.Sub(now) / time.Second)
		}
		writeJSON(w, http.StatusOK, answer)
	case r.FormValue("code") != "" && r.FormValue("redirect_uri") != "":
		writeJSON(w, http.StatusOK, object{"access_token": short, "token_type": "bearer", "expires_in": 5000})
	default:
		graphError(w, 100, 36008, "Error validating verification code.")
	}
}

// takes looks at the token and the proof, and refuses what it does not know.
func (f *Facebook) takes(w http.ResponseWriter, r *http.Request, token string, now time.Time) bool {
	proof := hmac.New(sha256.New, []byte(f.Secret))
	proof.Write([]byte(token))
	switch {
	case r.URL.Query().Has("access_token"):
		graphError(w, 190, 0, "This server takes tokens in the head of a question only.")
	case token != f.Token && token != f.pageToken():
		graphError(w, 190, 467, "Error validating access token: Maija Kanaria has logged out.")
	case !f.Ends.IsZero() && !now.Before(f.Ends):
		graphError(w, 190, 463, "Error validating access token: Session has expired for Maija Kanaria.")
	case f.Secret != "" && r.FormValue("appsecret_proof") != hex.EncodeToString(proof.Sum(nil)):
		graphError(w, 100, 0, "Invalid appsecret_proof provided in the API argument")
	default:
		return f.knows(w, r)
	}
	return false
}

// knows refuses parameters that there are not.
func (f *Facebook) knows(w http.ResponseWriter, r *http.Request) bool {
	known := []string{"fields", "limit", "after", "since", "until", "metric", "period", "breakdown", "appsecret_proof"}
	for name := range r.URL.Query() {
		if !slices.Contains(known, name) {
			graphError(w, 100, 0, "(#100) Unexpected parameter "+name)
			return false
		}
	}
	return true
}

// batch answers a question about the token itself, which stands in the body of another.
func (f *Facebook) batch(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || !strings.Contains(r.FormValue("batch"), "debug_token?input_token="+url.QueryEscape(f.Token)) {
		graphError(w, 100, 0, "(#100) Unsupported batch")
		return
	}
	unix := func(at time.Time) int64 {
		if at.IsZero() {
			return 0
		}
		return at.Unix()
	}
	about := fmt.Sprintf(`{"data":{"app_id":"77","type":"USER","application":"Koske","is_valid":true,"expires_at":%d,"data_access_expires_at":%d,"user_id":"424242","scopes":["pages_read_engagement","read_insights"]}}`, unix(f.Ends), unix(f.DataEnds))
	writeJSON(w, http.StatusOK, []object{{"code": 200, "body": about}})
}

// node is the Page.
func (f *Facebook) node(now time.Time) object {
	return object{"id": f.Page.ID, "name": f.Page.Name, "username": f.Page.Handle, "followers_count": f.Page.Followers(now), "fan_count": f.fans(now), "access_token": f.pageToken(),
		"link": "https://www.facebook.com/" + f.Page.Handle, "emails": []string{"maija.mehilainen@example.fi"}}
}

func (f *Facebook) fans(now time.Time) int {
	if f.Fans > 0 {
		return f.Fans
	}
	return f.Page.Followers(now)
}

// one answers with the fields of a thing that are asked for.
func (f *Facebook) one(w http.ResponseWriter, r *http.Request, from object) {
	out, missing := chosen(from, r.URL.Query().Get("fields"))
	if missing != "" {
		graphError(w, 100, 0, "(#100) Tried accessing nonexisting field ("+missing+") on node type (Page)")
		return
	}
	writeJSON(w, http.StatusOK, out)
}

// chosen takes the fields out of a thing that a list names, as id,shares,comments.limit(0).summary(total_count).
func chosen(from object, fields string) (out object, missing string) {
	out = object{"id": from["id"]}
	for _, field := range graphFields(fields) {
		name, rest, _ := strings.Cut(field, ".")
		value, known := from[name]
		if !known {
			return nil, name
		}
		if make, ok := value.(func(rest string) any); ok {
			value = make(rest)
		}
		if value != nil {
			out[name] = value
		}
	}
	return out, ""
}

// graphFields cuts a list of fields at the commas that stand in no brackets.
func graphFields(list string) []string {
	depth := 0
	return strings.FieldsFunc(list, func(c rune) bool {
		switch c {
		case '(', '{':
			depth++
		case ')', '}':
			depth--
		}
		return c == ',' && depth == 0
	})
}

// list answers with a page of a list. The address of the next one holds the token, as Meta's do.
func (f *Facebook) list(w http.ResponseWriter, r *http.Request, all []object) {
	q := r.URL.Query()
	offset, _ := base64.RawURLEncoding.DecodeString(q.Get("after"))
	from, _ := strconv.Atoi(string(offset))
	size := whole(r, "limit", 25)
	if f.Most > 0 {
		size = min(size, f.Most)
	}
	data := []object{}
	for _, one := range stretch(all, from, size) {
		out, missing := chosen(one, q.Get("fields"))
		if missing != "" {
			graphError(w, 100, 0, "(#100) Tried accessing nonexisting field ("+missing+")")
			return
		}
		data = append(data, out)
	}
	end := from + len(data)
	cursor := func(n int) string { return base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(n))) }
	paging := object{"cursors": object{"before": cursor(from), "after": cursor(end)}}
	if end < len(all) {
		paging["next"] = "https://graph.facebook.com" + graphVersion + r.URL.Path + "?access_token=" + f.pageToken() + "&after=" + cursor(end)
	}
	answer := object{"data": data}
	if len(data) > 0 {
		answer["paging"] = paging
	}
	writeJSON(w, http.StatusOK, answer)
}
