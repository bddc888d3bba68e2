//go:build peers && linux

package collectors

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"seuranta/internal/indicator"
	"seuranta/internal/observation"
)

// wpServer is WordPress with its web server and its database. It has two sites.
type wpServer struct {
	dir, tree, program string
	pretty, plain      *wpSite
	closed             string // the address at which the first is met behind a firewall that closes its interface
}

// wpSite is one site.
type wpSite struct {
	of       *wpServer
	address  string
	settings string // the file that PHP reads
}

// startWordPress starts WordPress and installs its two sites: one with addresses that read well, one without.
func startWordPress(t *testing.T) *wpServer {
	t.Helper()
	w := &wpServer{dir: scratch(t), tree: unpacked(t, "wordpress", "mariadbd")}
	w.program = filepath.Join(w.tree, "usr/share/wordpress")
	begun := time.Now()
	ports := []int{freePort(t), freePort(t), freePort(t)}
	script, err := filepath.Abs("testdata/peers/wordpress.php")
	if err != nil {
		t.Fatal(err)
	}
	w.copyIn(t, script, "wordpress.php")
	w.copyIn(t, filepath.Join(filepath.Dir(script), "uutiset.php"), "plugins/uutiset.php")
	w.pretty, w.plain = w.site(t, "hyva", ports[0]), w.site(t, "karu", ports[1])
	w.closed = fmt.Sprintf("http://127.0.0.1:%d", ports[2])
	w.startDatabase(t)
	w.startPHP(t)
	w.startWeb(t, ports)
	for site, permalinks := range map[*wpSite]string{w.pretty: "/%year%/%monthnum%/%postname%/", w.plain: ""} {
		site.admin(t, "install", map[string]any{"name": "Osaamiskeskus Koske & Co", "zone": "Europe/Helsinki", "permalinks": permalinks})
	}
	t.Logf("WordPress with two sites is there after %v", time.Since(begun).Round(time.Millisecond))
	return w
}

// copyIn copies a file into the folder of the servers, which may not look into the project.
func (w *wpServer) copyIn(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	to = filepath.Join(w.dir, to)
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, to, "%s", text)
}

// site writes the settings of a site.
func (w *wpServer) site(t *testing.T, name string, port int) *wpSite {
	t.Helper()
	s := &wpSite{of: w, address: fmt.Sprintf("http://127.0.0.1:%d", port), settings: filepath.Join(w.dir, name+".php")}
	write(t, s.settings, `<?php
define( 'DB_NAME', '%s' );
define( 'DB_USER', 'koe' );
define( 'DB_PASSWORD', '' );
define( 'DB_HOST', 'localhost:%s' );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
define( 'WP_HOME', '%s' );
define( 'WP_SITEURL', '%[3]s' );
define( 'WPMU_PLUGIN_DIR', '%[4]s/plugins' );
define( 'DISABLE_WP_CRON', true );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
foreach ( array( 'AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE' ) as $name ) {
	define( $name . '_KEY', 'koe' );
	define( $name . '_SALT', 'koe' );
}
$table_prefix = 'wp_';
function wp_mail() {
	return true; // nobody gets mail from a test
}
require_once ABSPATH . 'wp-settings.php';
`, name, filepath.Join(w.dir, "db"), s.address, w.dir)
	return s
}

// startDatabase starts MariaDB, which only those can reach who may enter the folder, and makes the databases.
func (w *wpServer) startDatabase(t *testing.T) {
	t.Helper()
	data, share := filepath.Join(w.dir, "data"), filepath.Join(w.tree, "usr/share/mysql")
	mkdir := exec.Command("mkdir", data)
	asNobody(mkdir)
	if err := mkdir.Run(); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(w.dir, "init.sql"), "CREATE DATABASE IF NOT EXISTS hyva;\nCREATE DATABASE IF NOT EXISTS karu;\n")
	start(t, w.dir, "mariadb", nil, listens("unix", filepath.Join(w.dir, "db")), filepath.Join(w.tree, "mariadbd"), "--no-defaults", "--skip-grant-tables", "--skip-networking",
		"--datadir="+data, "--tmpdir="+w.dir, "--socket="+filepath.Join(w.dir, "db"), "--pid-file="+filepath.Join(w.dir, "db.pid"), "--init-file="+filepath.Join(w.dir, "init.sql"),
		"--lc-messages-dir="+share, "--character-sets-dir="+filepath.Join(share, "charsets"), "--plugin-dir="+filepath.Join(w.tree, "usr/lib/mysql/plugin"),
		"--innodb-use-native-aio=0", "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M", "--innodb-log-file-size=8M")
}

// startPHP starts what runs the program for the web server.
func (w *wpServer) startPHP(t *testing.T) {
	t.Helper()
	conf := write(t, filepath.Join(w.dir, "php-fpm.conf"), `[global]
error_log = %[1]s/php.out
daemonize = no
[www]
listen = %[1]s/php
pm = static
pm.max_children = 2
catch_workers_output = yes
php_admin_value[error_log] = %[1]s/php.out
`, w.dir)
	start(t, w.dir, "php-fpm", os.Environ(), listens("unix", filepath.Join(w.dir, "php")), filepath.Join(w.tree, "php-fpm"), "--nodaemonize", "--fpm-config", conf)
}

// startWeb starts the web server.
func (w *wpServer) startWeb(t *testing.T, ports []int) {
	t.Helper()
	var servers strings.Builder
	for i, s := range []struct{ settings, rest, more string }{
		{w.pretty.settings, "/index.php?$args", ""},
		{w.plain.settings, "=404", ""},
		{w.pretty.settings, "/index.php?$args", "location /wp-json/ { return 403; }"},
	} {
		fmt.Fprintf(&servers, `
	server {
		listen 127.0.0.1:%d;
		root %s;
		index index.php;
		%s
		location / { try_files $uri $uri/ %s; }
		location ~ \.php$ { include %s/etc/nginx/fastcgi_params; fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name; fastcgi_param SITE_SETTINGS %s; fastcgi_pass unix:%s/php; }
	}`, ports[i], w.program, s.more, s.rest, w.tree, s.settings, w.dir)
	}
	conf := write(t, filepath.Join(w.dir, "nginx.conf"), `daemon off;
worker_processes 1;
pid %[1]s/nginx.pid;
events {}
http {
	access_log off;
	client_body_temp_path %[1]s/t1; proxy_temp_path %[1]s/t2; fastcgi_temp_path %[1]s/t3; uwsgi_temp_path %[1]s/t4; scgi_temp_path %[1]s/t5;
%[2]s
}
`, w.dir, servers.String())
	start(t, w.dir, "nginx", nil, listens("tcp", fmt.Sprintf("127.0.0.1:%d", ports[2])), filepath.Join(w.tree, "nginx"), "-p", w.dir, "-e", "stderr", "-c", conf)
}

// admin does something as the administrator of the site.
func (s *wpSite) admin(t *testing.T, step string, want map[string]any) []byte {
	t.Helper()
	want["wordpress"] = s.of.program
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(filepath.Join(s.of.tree, "php"), filepath.Join(s.of.dir, "wordpress.php"), step)
	cmd.Env = append(os.Environ(), "SITE_SETTINGS="+s.settings, "HTTP_HOST="+strings.TrimPrefix(s.address, "http://"))
	cmd.Stdin, cmd.Dir = bytes.NewReader(text), s.of.dir
	var failed bytes.Buffer
	cmd.Stderr = &failed
	asNobody(cmd)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", step, err, out, failed.String())
	}
	return out
}

// wpPost is a post as its author writes it: the date is by the clock of the site.
type wpPost struct {
	ID         int      `json:"id,omitempty"`
	Title      string   `json:"title"`
	Content    string   `json:"content,omitempty"`
	Date       string   `json:"date"`
	Status     string   `json:"status,omitempty"`
	Type       string   `json:"type,omitempty"`
	Password   string   `json:"password,omitempty"`
	Categories []string `json:"categories,omitempty"`
	Tags       []string `json:"tags,omitempty"`
}

// put publishes posts and returns their numbers by title.
func (s *wpSite) put(t *testing.T, posts ...wpPost) map[string]int {
	t.Helper()
	var made map[string]int
	if out := s.admin(t, "put", map[string]any{"posts": posts}); json.Unmarshal(out, &made) != nil {
		t.Fatalf("the site answers %s", out)
	}
	return made
}

// march is what the site published in March 2025: ten posts on each of 13 days, posts around midnight, on the night when the clocks
// change, and what does not count.
func march() (posts []wpPost, perDay map[string]int) {
	perDay = map[string]int{}
	add := func(p wpPost) {
		posts = append(posts, p)
		if p.Status == "" && p.Type == "" && strings.HasPrefix(p.Date, "2025-03") {
			perDay[p.Date[:10]]++
		}
	}
	for day := 3; day <= 15; day++ {
		for i := range 10 {
			p := wpPost{Title: fmt.Sprintf("Uutinen %d/%d", day, i), Date: fmt.Sprintf("2025-03-%02d %02d:15:00", day, 8+i), Categories: []string{"Ajankohtaista"},
				Content: "<!-- wp:paragraph --><p>Talousneuvonta &amp; <strong>vel</strong>at.</p><!-- /wp:paragraph -->"}
			if i%5 == 0 {
				p.Tags = []string{"Velkaneuvonta", "Nuoret & talous"}
			}
			add(p)
		}
	}
	for _, date := range []string{"2025-02-28 23:59:59", "2025-03-01 00:00:00", "2025-03-01 23:59:59", "2025-03-02 00:00:01", "2025-03-02 01:59:59", "2025-03-02 02:00:00",
		"2025-03-30 00:30:00", "2025-03-30 02:59:59", "2025-03-30 04:00:00", "2025-03-30 23:59:59", "2025-03-31 00:00:00", "2025-03-31 23:59:59", "2025-04-01 00:00:00"} {
		add(wpPost{Title: "Rajalla " + date, Date: date, Categories: []string{"Hankkeet"}})
	}
	add(wpPost{Title: "Luonnos", Date: "2025-03-20 12:00:00", Status: "draft"})
	add(wpPost{Title: "Yksityinen", Date: "2025-03-20 12:00:00", Status: "private"})
	add(wpPost{Title: "Odottaa", Date: "2025-03-20 12:00:00", Status: "pending"})
	add(wpPost{Title: "Tulossa", Date: "2099-03-20 12:00:00"})
	add(wpPost{Title: "Sivu", Date: "2025-03-20 12:00:00", Type: "page"})
	add(wpPost{Title: "Uutiskortti", Date: "2025-03-20 12:00:00", Type: "uutinen"})
	add(wpPost{Title: "Salasanan takana", Date: "2025-03-21 12:00:00", Password: "x", Content: "Salaista"})
	add(wpPost{Title: `<em>Äiti</em> & "isä" – 5 < 6`, Date: "2025-03-22 12:00:00"})
	return posts, perDay
}

func wpConfig(address, more string) string {
	return fmt.Sprintf(`organisations: [{id: koske, name: Koske, timezone: Europe/Helsinki}]
channels: [{id: kotisivut, kind: website, primary: {publications: [sivusto, syote]}}]
sources:
- {id: sivusto, kind: wordpress, channel: kotisivut, schedule: "20 5 * * *", base_url: "%s", allow_private: true%s}
- {id: syote, kind: feed, role: own, channel: kotisivut, schedule: "5 * * * *", feeds: ["%[1]s/?feed=rss2"], allow_private: true}
`, address, more)
}

var (
	inMarch = observation.Period{From: observation.NewDate(2025, time.March, 1), To: observation.NewDate(2025, time.April, 1)}
	inApril = time.Date(2025, 4, 2, 2, 0, 0, 0, time.UTC)
)

// counts compares the publications of each day of March with what was published.
func (d *desk) counts(t *testing.T, perDay map[string]int) {
	t.Helper()
	got := map[string]int{}
	for day := inMarch.From; day < inMarch.To; day++ {
		f := d.figure(t, indicator.Ask{Channels: []string{"kotisivut"}, Metrics: []string{"publications"}, Period: observation.Day.Holding(day)}, inApril)
		if f.Value == nil || f.State != indicator.OK && f.State != indicator.Zero {
			t.Errorf("%s is %s", day, f.State)
			continue
		}
		if *f.Value > 0 {
			got[day.String()] = int(*f.Value)
		}
	}
	if !maps.Equal(got, perDay) {
		t.Errorf("publications by day:\n%v, want\n%v", got, perDay)
	}
}

// items returns the items of the channel that stand, by title.
func (d *desk) items(t *testing.T) map[string]observation.Item {
	t.Helper()
	all, err := d.store.Items(t.Context(), observation.ItemSelection{Organisations: []string{"koske"}, Channels: []string{"kotisivut"},
		Span: observation.Span{From: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)}})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]observation.Item{}
	for _, it := range all {
		if !it.Stands() {
			continue
		}
		if _, twice := out[it.Title]; twice {
			t.Errorf("%q is two items", it.Title)
		}
		out[it.Title] = it
	}
	return out
}

// TestPeerWordPress reads real sites.
func TestPeerWordPress(t *testing.T) {
	w := startWordPress(t)
	posts, perDay := march()
	begun := time.Now()
	numbers := w.pretty.put(t, posts...)
	w.plain.put(t, posts[len(posts)-25:]...)
	t.Logf("%d posts are published after %v", len(posts)+25, time.Since(begun).Round(time.Millisecond))
	t.Run("answers as the tests of the kind have it", w.wire)
	t.Run("counts", func(t *testing.T) { w.countsExactly(t, numbers, maps.Clone(perDay)) })
	t.Run("feed beside it", func(t *testing.T) { w.besideFeed(t, perDay) })
	t.Run("chosen", w.chosen)
	t.Run("plain permalinks", w.plainly)
	t.Run("closed", w.closedDoor)
}

// wire holds what the kind relies on against the real thing.
func (w *wpServer) wire(t *testing.T) {
	for path, want := range map[string]struct {
		status int
		holds  string
	}{
		"/wp-json/?_fields=name,namespaces,timezone_string,gmt_offset": {200, `"timezone_string":"Europe\/Helsinki"`},
		"/wp-json/wp/v2/posts?page=99":                                 {400, `"code":"rest_post_invalid_page_number"`},
		"/wp-json/wp/v2/posts?after=2099-01-01T00:00:00Z":              {200, `[]`},
		"/wp-json/wp/v2/olematon":                                      {404, `"code":"rest_no_route"`},
		"/?rest_route=/":                                               {200, `"wp\/v2"`},
		"/wp-json/wp/v2/posts?per_page=101":                            {400, `rest_invalid_param`},
	} {
		res, err := http.Get(w.pretty.address + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || res.StatusCode != want.status || !strings.Contains(string(body), want.holds) {
			t.Errorf("%s answers %d %.300s (%v), want %d with %s", path, res.StatusCode, body, err, want.status, want.holds)
		}
	}
}

// countsExactly visits a month, changes it, and visits it again.
func (w *wpServer) countsExactly(t *testing.T, numbers map[string]int, perDay map[string]int) {
	d := openDesk(t, wpConfig(w.pretty.address, ""))
	out := d.well(t, "sivusto", inMarch, inApril)
	total := 0
	for _, n := range perDay {
		total += n
	}
	if out.Run.New != total || out.Run.Calls > 8 {
		t.Errorf("%d items are new, want %d; %d calls", out.Run.New, total, out.Run.Calls)
	}
	d.counts(t, perDay)
	w.checkItems(t, d.items(t))
	if again := d.well(t, "sivusto", inMarch, inApril.AddDate(0, 0, 1)); again.Run.New+again.Run.Changed+again.Run.Withdrawn != 0 {
		t.Errorf("a second visit writes %d new, %d changed, %d withdrawn", again.Run.New, again.Run.Changed, again.Run.Withdrawn)
	}
	w.pretty.admin(t, "trash", map[string]any{"id": numbers["Uutinen 3/0"]})
	w.pretty.admin(t, "delete", map[string]any{"id": numbers["Uutinen 3/1"]})
	w.pretty.admin(t, "ungmt", map[string]any{"id": numbers["Rajalla 2025-03-31 00:00:00"]})
	w.pretty.put(t, wpPost{ID: numbers["Uutinen 3/2"], Title: "Uutinen 3/2, uusi otsikko", Date: "2025-03-03 10:15:00"},
		wpPost{ID: numbers["Uutinen 3/3"], Title: "Uutinen 3/3", Date: "2025-06-03 10:15:00", Categories: []string{"Ajankohtaista"}})
	t.Cleanup(func() { w.restore(t, numbers) })
	perDay["2025-03-03"] -= 2
	changed := d.well(t, "sivusto", inMarch, inApril.AddDate(0, 0, 2))
	if changed.Run.New != 0 || changed.Run.Changed != 1 || changed.Run.Withdrawn != 2 {
		t.Errorf("after changes %d are new, %d changed, %d withdrawn; want 0, 1, 2", changed.Run.New, changed.Run.Changed, changed.Run.Withdrawn)
	}
	d.counts(t, perDay)
	items := d.items(t)
	if _, ok := items["Uutinen 3/2, uusi otsikko"]; !ok || items["Uutinen 3/3"].ID == "" {
		t.Error("the new title or the post that was moved is missing")
	}
}

// restore undoes the changes of a test for the next: the posts that were deleted are published anew.
func (w *wpServer) restore(t *testing.T, numbers map[string]int) {
	t.Helper()
	var again []wpPost
	posts, _ := march()
	for _, p := range posts {
		switch p.Title {
		case "Uutinen 3/2", "Uutinen 3/3", "Rajalla 2025-03-31 00:00:00":
			p.ID = numbers[p.Title]
			again = append(again, p)
		case "Uutinen 3/0", "Uutinen 3/1":
			again = append(again, p)
		}
	}
	w.pretty.put(t, again...)
}

// checkItems looks at what was told of single posts.
func (w *wpServer) checkItems(t *testing.T, items map[string]observation.Item) {
	t.Helper()
	for title, want := range map[string]struct{ at, text, tags string }{
		"Uutinen 3/0":                 {"2025-03-03T06:15:00Z", "Talousneuvonta & velat.", "Ajankohtaista|Nuoret & talous|Velkaneuvonta"},
		"Rajalla 2025-03-01 00:00:00": {"2025-02-28T22:00:00Z", "", "Hankkeet"},
		"Rajalla 2025-03-31 23:59:59": {"2025-03-31T20:59:59Z", "", "Hankkeet"},
		"Salasanan takana":            {"2025-03-21T10:00:00Z", "", "Uncategorized"},
		"Äiti & “isä” – 5 < 6":        {"2025-03-22T10:00:00Z", "", "Uncategorized"},
	} {
		it, ok := items[title]
		if got := it.PublishedAt.Format(time.RFC3339); !ok || got != want.at || it.Text != want.text || strings.Join(it.Tags, "|") != want.tags {
			t.Errorf("%q (%t) is of %s, tags %q, text %q; want %v", title, ok, got, it.Tags, it.Text, want)
		}
	}
	for _, title := range []string{"Luonnos", "Yksityinen", "Odottaa", "Tulossa", "Sivu", "Uutiskortti"} {
		if _, ok := items[title]; ok {
			t.Errorf("%q is told", title)
		}
	}
	if t.Failed() {
		t.Logf("there are %q", slices.Sorted(maps.Keys(items)))
	}
}

// besideFeed: an article that the site's feed and its interface tell is one item, whichever was first.
func (w *wpServer) besideFeed(t *testing.T, perDay map[string]int) {
	for _, order := range [][]string{{"sivusto", "syote"}, {"syote", "sivusto"}} {
		t.Run(order[0]+" first", func(t *testing.T) {
			d := openDesk(t, wpConfig(w.pretty.address, ""))
			first := d.well(t, order[0], inMarch, inApril)
			second := d.well(t, order[1], inMarch, inApril)
			d.counts(t, perDay)
			if order[0] == "syote" && first.Run.New != 30 || order[0] == "sivusto" && second.Run.New != 1 { // of the feed's thirty one is of April
				t.Errorf("%s tells %d new items, then %s %d", order[0], first.Run.New, order[1], second.Run.New)
			}
		})
	}
}

// chosen: by category, by tag, and a type of its own.
func (w *wpServer) chosen(t *testing.T) {
	for more, want := range map[string]int{
		`, tags: [velkaneuvonta]`:                         26,
		`, categories: [hankkeet]`:                        11,
		`, categories: [ajankohtaista, hankkeet]`:         141,
		`, categories: [hankkeet], tags: [nuoret-talous]`: 0,
		`, types: [uutiset]`:                              1,
	} {
		d := openDesk(t, wpConfig(w.pretty.address, more))
		if out := d.well(t, "sivusto", inMarch, inApril); out.Run.New != want {
			t.Errorf("%s tells %d items, want %d", more, out.Run.New, want)
		}
	}
	d := openDesk(t, wpConfig(w.pretty.address, `, tags: [olematon]`))
	if out := d.visit(t, "sivusto", inMarch, inApril); out.Run.Result != observation.Failed || !strings.Contains(out.Run.Detail, `nothing called "olematon"`) {
		t.Errorf("an unknown tag ends %s: %s", out.Run.Result, out.Run.Detail)
	}
}

// plainly reads the site whose addresses do not read well.
func (w *wpServer) plainly(t *testing.T) {
	d := openDesk(t, wpConfig(w.plain.address, ""))
	out := d.well(t, "sivusto", inMarch, inApril)
	want := 0
	posts, _ := march()
	for _, p := range posts[len(posts)-25:] {
		if p.Status == "" && p.Type == "" && strings.HasPrefix(p.Date, "2025-03") {
			want++
		}
	}
	if out.Run.New != want {
		t.Errorf("%d items, want %d", out.Run.New, want)
	}
	for _, it := range d.items(t) {
		if !strings.Contains(it.URL, "/?p=") {
			t.Errorf("%q stands at %s", it.Title, it.URL)
		}
	}
	if again := d.well(t, "sivusto", inMarch, inApril); again.Run.Calls != out.Run.Calls-1 {
		t.Errorf("%d calls, then %d: where the interface is was not remembered", out.Run.Calls, again.Run.Calls)
	}
}

// closedDoor: a firewall closes the interface.
func (w *wpServer) closedDoor(t *testing.T) {
	d := openDesk(t, wpConfig(w.closed, ""))
	if out := d.visit(t, "sivusto", inMarch, inApril); out.Run.Result != observation.Auth || !strings.Contains(out.Run.Detail, "kind: feed") {
		t.Errorf("it ends %s: %s", out.Run.Result, out.Run.Detail)
	}
}
