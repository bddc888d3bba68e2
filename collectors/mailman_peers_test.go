//go:build peers && linux

package collectors

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"seuranta/internal/indicator"
	"seuranta/internal/observation"
)

// mmServer is the core of a Mailman 3: its REST interface alone, as nobody's mail is to go anywhere.
type mmServer struct{ address string }

const (
	mmUser     = "restadmin"
	mmPassword = "salaisuus-vain-kokeeseen"
)

// startMailman starts a Mailman without lists.
func startMailman(t *testing.T) *mmServer {
	t.Helper()
	dir, tree, port := scratch(t), unpacked(t, "mailman", "python"), freePort(t)
	begin := write(t, filepath.Join(dir, "begin.py"), "import sys\nfrom mailman.bin.runner import main\nsys.argv = ['runner', '-C', '%s/mailman.cfg', '--runner=rest:0:1']\nmain()\n", dir)
	write(t, filepath.Join(dir, "mailman.cfg"), `[mailman]
site_owner: yllapito@example.org
layout: koe
[paths.koe]
var_dir: %[1]s
bin_dir: %[2]s/usr/lib/mailman3/bin
lock_dir: %[1]s/locks
pid_file: %[1]s/master.pid
etc_dir: %[1]s
[webservice]
hostname: 127.0.0.1
port: %[3]d
admin_user: %[4]s
admin_pass: %[5]s
[database]
url: sqlite:///%[1]s/mailman.db
[mta]
incoming: mailman.mta.null.NullMTA
smtp_host: 127.0.0.1
smtp_port: 1
`, dir, tree, port, mmUser, mmPassword)
	m := &mmServer{fmt.Sprintf("http://127.0.0.1:%d", port)}
	ready := func() error {
		status, body, err := m.ask("/system/versions", nil)
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("it answers %d %s", status, body)
		}
		return err
	}
	start(t, dir, "mailman", append(os.Environ(), "HOME="+dir, "PYTHONDONTWRITEBYTECODE=1"), ready, filepath.Join(tree, "python"), begin)
	return m
}

// ask asks the core, or with a form has it do something.
func (m *mmServer) ask(path string, form url.Values) (int, string, error) {
	method, body := http.MethodGet, ""
	if form != nil {
		method, body = http.MethodPost, form.Encode()
	}
	r, err := http.NewRequest(method, m.address+"/3.1"+path, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	r.SetBasicAuth(mmUser, mmPassword)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return res.StatusCode, string(text), err
}

// do has the core make something.
func (m *mmServer) do(t *testing.T, path string, form url.Values) {
	t.Helper()
	if status, body, err := m.ask(path, form); err != nil || status/100 != 2 {
		t.Fatalf("%s answers %d %s (%v)", path, status, body, err)
	}
}

// join subscribes people that do not exist to a list, in a role.
func (m *mmServer) join(t *testing.T, list, role string, from, to int, more ...string) {
	t.Helper()
	for i := from; i < to; i++ {
		form := url.Values{"list_id": {list}, "subscriber": {fmt.Sprintf("jasen%d@example.org", i)}, "role": {role},
			"pre_verified": {"True"}, "pre_confirmed": {"True"}, "pre_approved": {"True"}, "send_welcome_message": {"False"}}
		for at := 0; at < len(more); at += 2 {
			form.Set(more[at], more[at+1])
		}
		m.do(t, "/members", form)
	}
}

// TestPeerMailman reads a real Mailman.
func TestPeerMailman(t *testing.T) {
	m := startMailman(t)
	t.Run("nothing yet", func(t *testing.T) {
		if status, body, err := m.ask("/lists", nil); err != nil || status != http.StatusOK || strings.Contains(body, "entries") {
			t.Errorf("a server without lists answers %d %s (%v); the kind's tests have it without entries", status, body, err)
		}
		m.fails(t, "tyoryhma.lists.example.org", mmPassword, observation.Failed, "no such list")
	})
	m.do(t, "/domains", url.Values{"mail_host": {"lists.example.org"}})
	for _, list := range []string{"tyoryhma", "tyhja", "suuri"} {
		m.do(t, "/lists", url.Values{"fqdn_listname": {list + "@lists.example.org"}})
	}
	m.join(t, "tyoryhma.lists.example.org", "member", 0, 9)
	m.join(t, "tyoryhma.lists.example.org", "member", 9, 12, "delivery_mode", "plaintext_digests", "delivery_status", "by_user")
	m.join(t, "tyoryhma.lists.example.org", "owner", 0, 1)
	m.join(t, "tyoryhma.lists.example.org", "moderator", 20, 22)
	m.join(t, "tyoryhma.lists.example.org", "nonmember", 30, 33)
	m.join(t, "tyoryhma.lists.example.org", "member", 40, 42, "pre_confirmed", "False") // whoever has not confirmed is none
	m.join(t, "suuri.lists.example.org", "member", 0, 60)
	t.Run("counts", m.counts)
	t.Run("refused", func(t *testing.T) {
		m.fails(t, "tyoryhma.lists.example.org", "vaara", observation.Auth, "401")
		m.fails(t, "olematon.lists.example.org", mmPassword, observation.Failed, "no such list")
	})
}

// config is a configuration of sources for lists.
func (m *mmServer) config(lists ...string) string {
	out := "organisations: [{id: koske, name: Koske, timezone: Europe/Helsinki}]\n"
	channels, sources := "channels:\n", "sources:\n"
	for i, list := range lists {
		channels += fmt.Sprintf("- {id: lista%d, kind: mailing_list}\n", i)
		sources += fmt.Sprintf("- {id: jasenet%d, kind: mailman, channel: lista%[1]d, schedule: \"15 4 * * *\", base_url: \"%s\", allow_private: true, user: %s, password_file: salasana, list: %q}\n",
			i, m.address, mmUser, list)
	}
	return out + channels + sources
}

// counts compares what is told of lists with who joined them, as members.
func (m *mmServer) counts(t *testing.T) {
	lists := []string{"tyoryhma.lists.example.org", "tyhja@lists.example.org", "suuri.lists.example.org"}
	d := openDesk(t, m.config(lists...), "salasana", mmPassword)
	now := time.Date(2026, 11, 22, 2, 15, 0, 0, time.UTC)
	today := observation.DateOf(now)
	for i, want := range []float64{12, 0, 60} {
		out := d.well(t, fmt.Sprint("jasenet", i), observation.Period{From: today - 1, To: today}, now)
		f := d.figure(t, indicator.Ask{Channels: []string{fmt.Sprint("lista", i)}, Metrics: []string{"members"}, Period: observation.Day.Holding(today - 1)}, now)
		if f.Value == nil || *f.Value != want {
			t.Errorf("%s has %v members (%s), want %v", lists[i], f.Value, f.State, want)
		}
		if out.Run.Calls != 1 || strings.Contains(fmt.Sprint(out), "jasen1@") {
			t.Errorf("%s takes %d calls, or tells people", lists[i], out.Run.Calls)
		}
	}
}

// fails visits a list that cannot be read.
func (m *mmServer) fails(t *testing.T, list, password string, want observation.Result, says string) {
	t.Helper()
	d := openDesk(t, m.config(list), "salasana", password)
	now := time.Date(2026, 11, 22, 2, 15, 0, 0, time.UTC)
	today := observation.DateOf(now)
	out := d.visit(t, "jasenet0", observation.Period{From: today - 1, To: today}, now)
	if out.Run.Result != want || !strings.Contains(out.Run.Detail, says) {
		t.Errorf("%s ends %s: %s; want %s with %q", list, out.Run.Result, out.Run.Detail, want, says)
	}
}
