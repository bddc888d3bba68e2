//go:build peers && linux

package collectors

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"seuranta/internal/indicator"
	"seuranta/internal/observation"
	"seuranta/internal/schedule"
)

// bsNetwork is a network of Bluesky: a server of accounts and an app view, in which a test has people do things.
type bsNetwork struct {
	address string // of the app view
	deeds   io.Writer
	answers *bufio.Scanner
}

// startBluesky starts a network without accounts, with what it keeps its posts in.
func startBluesky(t *testing.T) *bsNetwork {
	t.Helper()
	dir, tree := scratch(t), unpacked(t, "bluesky", "postgres")
	env := []string{"HOME=" + dir, "LC_ALL=C", "PATH=/usr/bin:/bin"}
	begin := exec.Command(filepath.Join(tree, "initdb"), "-D", filepath.Join(dir, "data"), "-U", "koe", "-A", "trust", "-E", "UTF8", "--no-sync")
	begin.Env, begin.Dir = env, dir
	asNobody(begin)
	if out, err := begin.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	db, memory := freePort(t), freePort(t)
	start(t, dir, "postgres", env, listens("tcp", fmt.Sprint("127.0.0.1:", db)), filepath.Join(tree, "postgres"), "-D", filepath.Join(dir, "data"), "-k", dir, "-p", fmt.Sprint(db),
		"-c", "listen_addresses=127.0.0.1", "-c", "fsync=off")
	start(t, dir, "redis", env, listens("tcp", fmt.Sprint("127.0.0.1:", memory)), filepath.Join(tree, "redis"), "--port", fmt.Sprint(memory), "--bind", "127.0.0.1", "--save", "", "--dir", dir)
	return begun(t, fmt.Sprintf("DB_POSTGRES_URL=postgresql://koe@127.0.0.1:%d/postgres", db), fmt.Sprint("REDIS_HOST=127.0.0.1:", memory))
}

// begun starts the network itself and waits until it is there.
func begun(t *testing.T, env ...string) *bsNetwork {
	t.Helper()
	tools, err := filepath.Abs("../.tools/peers")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(tools, "node_modules", ".fetched")); err != nil {
		t.Fatalf("the network of Bluesky is not there: run `make setup-peers` (%v)", err)
	}
	cmd := exec.Command("node", "--no-deprecation", filepath.Join(tools, "bluesky.mjs"))
	cmd.Env, cmd.Stderr = append(os.Environ(), env...), os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start the network of Bluesky: %v", err)
	}
	t.Cleanup(func() {
		_ = in.Close() // which ends it
		timer := time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait()
		timer.Stop()
	})
	n := &bsNetwork{deeds: in, answers: bufio.NewScanner(out)}
	n.address = n.answer(t)["ready"]
	return n
}

// answer reads the next line that the network says.
func (n *bsNetwork) answer(t *testing.T) map[string]string {
	t.Helper()
	var said map[string]string
	for said == nil { // some lines are of the network's own logs
		if !n.answers.Scan() {
			t.Fatalf("the network of Bluesky ended: %v", n.answers.Err())
		}
		_ = json.Unmarshal(n.answers.Bytes(), &said)
	}
	if said["error"] != "" {
		t.Fatalf("the network of Bluesky: %s", said["error"])
	}
	return said
}

// do has somebody do something, as key and value in turn, and waits until the app view knows.
func (n *bsNetwork) do(t *testing.T, deed string, more ...string) map[string]string {
	t.Helper()
	said := map[string]string{"do": deed}
	for i := 0; i+1 < len(more); i += 2 {
		said[more[i]] = more[i+1]
	}
	line, err := json.Marshal(said)
	if err == nil {
		_, err = fmt.Fprintf(n.deeds, "%s\n", line)
	}
	if err != nil {
		t.Fatal(err)
	}
	return n.answer(t)
}

// TestPeerBluesky reads an account of a real network, counts exactly, and follows it as it is renamed, loses posts and is taken down.
func TestPeerBluesky(t *testing.T) {
	n := startBluesky(t)
	for _, who := range []string{"koske", "liisa", "matti", "pekka"} {
		n.do(t, "account", "who", who)
	}
	d := openDesk(t, fmt.Sprintf(`organisations: [{id: koske, name: Koske, timezone: Europe/Helsinki}]
channels: [{id: bluesky, kind: bluesky}]
sources: [{id: tili, kind: bluesky, channel: bluesky, base_url: %q, allow_private: true, handle: koske.test}]
`, n.address))
	b := bsAccount{n, d}
	t.Run("an account without anything", func(t *testing.T) { b.tells(t, 0, map[string][3]float64{}) })
	for _, who := range []string{"liisa", "matti", "pekka"} {
		n.do(t, "follow", "who", who, "whom", "koske")
	}
	n.do(t, "unfollow", "who", "pekka", "whom", "koske")
	n.do(t, "follow", "who", "koske", "whom", "liisa") // whom we follow is no follower
	n.do(t, "post", "who", "koske", "as", "a", "text", "Ensimmäinen, kiitos @liisa.test")
	n.do(t, "post", "who", "koske", "as", "old", "text", "Vanhempi", "at", time.Now().AddDate(0, 0, -9).UTC().Format("2006-01-02T15:04:05.000Z"))
	n.do(t, "post", "who", "koske", "as", "ahead", "text", "Tulevaisuudesta", "at", time.Now().AddDate(2, 0, 0).UTC().Format("2006-01-02T15:04:05.000Z"))
	for _, who := range []string{"liisa", "matti", "pekka"} {
		n.do(t, "like", "who", who, "post", "a")
	}
	n.do(t, "unlike", "who", "pekka", "post", "a")
	n.do(t, "repost", "who", "liisa", "post", "a")
	n.do(t, "repost", "who", "koske", "post", "a")
	n.do(t, "post", "who", "matti", "as", "quote", "text", "Lainaan", "quote", "a")
	n.do(t, "post", "who", "matti", "as", "reply", "text", "Vastaan", "reply", "a")
	n.do(t, "post", "who", "koske", "as", "own", "text", "Vastaan itse", "reply", "reply")
	n.do(t, "repost", "who", "koske", "post", "quote") // somebody else's
	n.do(t, "pin", "who", "koske", "post", "old")
	first := map[string][3]float64{"Ensimmäinen, kiitos @…": {2, 1, 3}, "Vanhempi": {}, "Tulevaisuudesta": {}}
	t.Run("counts", func(t *testing.T) { b.tells(t, 2, first) })
	n.do(t, "rename", "who", "koske", "to", "uusi")
	t.Run("under another handle", func(t *testing.T) { b.tells(t, 2, first) })
	t.Run("page after page", func(t *testing.T) { b.pages(t, first) })
	n.do(t, "delete", "post", "a")
	t.Run("a deleted post stays", func(t *testing.T) { b.deleted(t, "Ensimmäinen, kiitos @…") })
	n.do(t, "takedown", "who", "koske")
	t.Run("taken down", func(t *testing.T) {
		if out := b.visit(t); out.Run.Result != observation.Gone {
			t.Errorf("an account that was taken down ends %s: %s", out.Run.Result, out.Run.Detail)
		}
	})
}

// bsAccount is the account of a network as a source reads it.
type bsAccount struct {
	network *bsNetwork
	desk    *desk
}

// days are those of a visit: as far back as all posts of the test.
func (b bsAccount) days() (observation.Period, time.Time) {
	now := time.Now()
	today := observation.DateOf(now.UTC())
	return observation.Period{From: today - 20, To: today + 1}, now
}

func (b bsAccount) visit(t *testing.T) schedule.Outcome {
	t.Helper()
	days, now := b.days()
	return b.desk.visit(t, "tili", days, now)
}

// tells visits the account and compares what is known of it: how many follow, and of each post reactions, comments and shares.
func (b bsAccount) tells(t *testing.T, followers float64, posts map[string][3]float64) {
	t.Helper()
	days, now := b.days()
	out := b.desk.well(t, "tili", days, now)
	if text := fmt.Sprint(out); strings.Contains(text, "liisa") || strings.Contains(text, "Nimi") || strings.Contains(text, "example.org") {
		t.Error("what was told names people")
	}
	got := map[string]float64{}
	for _, o := range b.stored(t, "followers") {
		got[""] = o.Value
	}
	if got[""] != followers {
		t.Errorf("%v follow, want %v", got[""], followers)
	}
	items := b.items(t)
	if len(items) != len(posts) {
		t.Errorf("%d posts are known, want %d", len(items), len(posts))
	}
	for n, metric := range []string{"reactions_total", "comments_total", "shares_total"} {
		of := map[string]float64{}
		for _, o := range b.stored(t, metric) {
			of[o.Subject] = o.Value
		}
		for _, i := range items {
			want, known := posts[i.Title]
			if value, told := of[i.ID]; !known || !told || value != want[n] {
				t.Errorf("%q has %v of %s (told: %v), want %v", i.Title, value, metric, told, want[n])
			}
			if i.At().After(now.Add(time.Minute)) {
				t.Errorf("%q is of %s, which is to come", i.Title, i.At())
			}
		}
	}
}

// stored returns what is known of a metric now.
func (b bsAccount) stored(t *testing.T, metric string) []observation.Observation {
	t.Helper()
	days, _ := b.days()
	days.From -= 2
	all, err := b.desk.store.Observations(t.Context(), observation.Selection{Organisations: []string{"koske"}, Channels: []string{"bluesky"}, Metrics: []string{metric},
		Grains: []observation.Grain{observation.Snapshot}, Period: days})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func (b bsAccount) items(t *testing.T) []observation.Item {
	t.Helper()
	ever := observation.Span{From: time.Unix(0, 0), To: time.Now().AddDate(9, 0, 0)}
	items, err := b.desk.store.Items(t.Context(), observation.ItemSelection{Organisations: []string{"koske"}, Channels: []string{"bluesky"}, Span: ever})
	if err != nil {
		t.Fatal(err)
	}
	return items
}

// pages has the account post more than a page of its feed holds.
func (b bsAccount) pages(t *testing.T, posts map[string][3]float64) {
	for i := range 120 {
		text := fmt.Sprintf("Sarja %d", i)
		b.network.do(t, "post", "who", "koske", "as", text, "text", text, "more", map[bool]string{true: "yes"}[i < 119])
		posts[text] = [3]float64{}
	}
	b.tells(t, 2, posts)
	_, now := b.days()
	old := observation.Day.Holding(observation.DateOf(now.AddDate(0, 0, -9)))
	f := b.desk.figure(t, indicator.Ask{Channels: []string{"bluesky"}, Metrics: []string{"publications"}, Period: old}, now)
	if f.Value == nil || *f.Value != 1 {
		t.Errorf("%s on the day of the older post, want one publication", f.State)
	}
}

// deleted visits the account after a post was deleted.
func (b bsAccount) deleted(t *testing.T, title string) {
	t.Helper()
	before := len(b.items(t))
	if out := b.visit(t); out.Run.Result != observation.OK {
		t.Fatalf("the visit ends %s: %s", out.Run.Result, out.Run.Detail)
	}
	items := b.items(t)
	gone := slices.DeleteFunc(slices.Clone(items), func(i observation.Item) bool { return !slices.Contains(i.Tags, observation.Deleted) })
	if len(items) != before || len(gone) != 1 || gone[0].Title != title {
		t.Errorf("of %d posts %d stay, %d of them deleted: %v", before, len(items), len(gone), gone)
	}
}
