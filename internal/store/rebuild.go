package store

import (
	"context"
	"fmt"
	"strings"

	"seuranta/internal/observation"
	"seuranta/sql"
)

// derived are the tables that a rebuild empties and makes again from the others, in the order in which it empties them: a
// reader in between sees that nothing was measured, and never coverage without its answers and items.
var derived = []string{"applied", "coverage_current", "observations_current", "items_current"}

func derivedTables(database string) (tables []string) {
	for _, t := range derived {
		tables = append(tables, database+"."+t)
	}
	return tables
}

// afterDamage is what happens when the user accepts the loss that the embedded engine tells of.
const afterDamage = "The next command then makes again what the history still holds. What was lost of the history itself is shown as not measured, " +
	"or changes figures as known on earlier days; collecting again fetches what the sources still have"

// Rebuilt is what a rebuild did.
type Rebuilt struct {
	Migrations []Migrated `json:"migrations"` // with the steps that were run again
	// Returned are rows of the history that only the current tables still had.
	Returned Rows `json:"returned"`
	// Doubted is the number of periods that no longer count as measured, because the answers to them are lost.
	Doubted int `json:"doubted"`
	// Current are the rows of the current tables and the runs that made them.
	Current Rows `json:"current"`
}

// Rows counts rows by table.
type Rows struct {
	Runs         int64 `json:"runs"`
	Observations int64 `json:"observations"`
	Coverage     int64 `json:"coverage"`
	Items        int64 `json:"items"`
}

// rowsOf picks the tables of one sort, history or current, out of the counts of all.
func rowsOf(rows map[string]int64, runs, suffix string) Rows {
	return Rows{Runs: rows[runs], Observations: rows["observations"+suffix], Coverage: rows["coverage"+suffix], Items: rows["items"+suffix]}
}

// Rebuild makes the tables again that have vanished, and the current answers from the history. What only the current tables
// hold is given back to the history first, so that nothing is lost that is there. Periods whose answers are lost no longer
// count as measured. A rebuild that was killed is carried on by the next opening, or by the next rebuild on a server; a
// second one changes nothing. Progress, which may be nil, is told how far it is.
//
// Other processes that share an embedded engine wait while it is rebuilt; only the one that runs it can do so.
func (s *Store) Rebuild(ctx context.Context, progress func(done, total int64)) (out Rebuilt, err error) {
	if s.shared == nil {
		return s.rebuild(ctx, progress)
	}
	if i := s.Info(); i.Guest {
		return out, fmt.Errorf("rebuild the store: %w: process %d has %s open; end it and run the command again", ErrInUse, i.Process, i.Place)
	}
	err = s.shared.Alone(func() error {
		out, err = s.rebuild(ctx, progress)
		return err
	})
	return out, err
}

func (s *Store) rebuild(ctx context.Context, progress func(done, total int64)) (Rebuilt, error) {
	var out Rebuilt
	if err := s.setDue(ctx); err != nil {
		return out, err
	}
	for _, step := range []struct {
		what string
		do   func(context.Context, *Rebuilt) error
	}{
		{"make the tables", s.remake},
		{"complete the history", s.completeHistory},
		{"empty the current tables", s.emptyCurrent},
		{"apply the runs", func(ctx context.Context, out *Rebuilt) error { return s.renewCurrent(ctx, out, progress) }},
	} {
		if err := step.do(ctx, &out); err != nil {
			return out, fmt.Errorf("rebuild the store: %s: %w", step.what, err)
		}
	}
	if err := s.remember(ctx); err != nil {
		return out, err
	}
	s.opt.Failpoint("rebuild:remembered")
	if engine := s.kept(); engine != nil {
		return out, engine.Done()
	}
	return out, nil
}

// RebuildFailpoints lists the places of a rebuild beside those of a migration.
func RebuildFailpoints() []string {
	return []string{"rebuild:tables", "rebuild:observations-returned", "rebuild:coverage-returned", "rebuild:items-returned", "rebuild:runs-returned", "rebuild:doubted",
		"rebuild:forgotten", "rebuild:applied", "rebuild:coverage_current", "rebuild:observations_current", "rebuild:items_current",
		"rebuild:items-renewed", "rebuild:observations-renewed", "rebuild:coverage-renewed",
		"rebuild:marked", "rebuild:remembered"}
}

// rebuildDue tells whether the folder of the embedded engine has lost something that nothing was done about yet.
func (s *Store) rebuildDue(ctx context.Context) (bool, error) {
	engine := s.kept()
	if engine == nil {
		return false, nil
	}
	if due, _ := engine.Due(); due {
		return true, nil
	}
	gone, err := s.gone(ctx)
	return len(gone) > 0, err
}

// gone lists the tables that were made once and are no longer there, of a store that this program knows.
func (s *Store) gone(ctx context.Context) ([]string, error) {
	have, err := s.tables(ctx)
	if err != nil || !have[migrationsTable] {
		return nil, err
	}
	all, err := sql.Migrations()
	if err != nil {
		return nil, err
	}
	done, err := s.recorded(ctx)
	if err != nil || tooNew(done, all) != nil {
		return nil, err
	}
	return goneTables(all, done, have), nil
}

// setDue lets the next opening of the embedded engine's folder carry the rebuild on.
func (s *Store) setDue(ctx context.Context) error {
	engine := s.kept()
	if engine == nil {
		return nil
	}
	gone, err := s.gone(ctx)
	if err != nil {
		return err
	}
	found := "the tables are being made again\n"
	for _, table := range gone {
		found += "table " + s.info.Database + "." + table + " is gone\n"
	}
	return engine.SetDue(found)
}

// remake runs every step of every migration.
func (s *Store) remake(ctx context.Context, out *Rebuilt) error {
	all, done, err := s.begin(ctx)
	if err != nil {
		return err
	}
	for _, m := range all {
		again := s.migrate
		if _, recorded := done[m.Number]; recorded {
			again = s.steps
		}
		if err := again(ctx, m); err != nil {
			return fmt.Errorf("migrate to %04d %s: %w", m.Number, m.Name, err)
		}
		out.Migrations = append(out.Migrations, Migrated{Number: m.Number, Name: m.Name, Steps: len(m.Steps)})
	}
	s.opt.Failpoint("rebuild:tables")
	return s.remember(ctx)
}

// chunk is the answers of one source in one year: what one statement of a rebuild moves.
type chunk struct {
	organisation, source string
	days                 observation.Period
}

func (c chunk) args() []any { return append([]any{c.organisation, c.source}, bounds(c.days)...) }

func (s *Store) chunks(ctx context.Context, query string) (out []chunk, err error) {
	err = s.query(ctx, query, func(scan func(...any) error) error {
		var c chunk
		var year uint16
		err := scan(&c.organisation, &c.source, &year)
		c.days = observation.Period{From: observation.NewDate(int(year), 1, 1), To: observation.NewDate(int(year)+1, 1, 1)}
		out = append(out, c)
		return err
	})
	return out, err
}

// completeHistory gives back to the history what only the current tables have, and takes back what it no longer proves.
func (s *Store) completeHistory(ctx context.Context, out *Rebuilt) error {
	before, err := s.count(ctx)
	if err != nil {
		return err
	}
	chunks, err := s.chunks(ctx, "store.current_years")
	if err != nil {
		return err
	}
	for _, c := range chunks {
		args := append(c.args(), c.args()...)
		if err := s.run(ctx, "store.return_observations", args...); err != nil {
			return err
		}
		s.opt.Failpoint("rebuild:observations-returned")
		if err := s.run(ctx, "store.return_coverage", args...); err != nil {
			return err
		}
		s.opt.Failpoint("rebuild:coverage-returned")
	}
	if err := s.run(ctx, "store.return_items"); err != nil {
		return err
	}
	s.opt.Failpoint("rebuild:items-returned")
	for _, name := range []string{"store.return_runs", "store.return_item_runs"} {
		if err := s.run(ctx, name); err != nil {
			return err
		}
	}
	s.opt.Failpoint("rebuild:runs-returned")
	after, err := s.count(ctx)
	if err != nil {
		return err
	}
	had, has := rowsOf(before, "runs", ""), rowsOf(after, "runs", "")
	out.Returned = Rows{Runs: has.Runs - had.Runs, Observations: has.Observations - had.Observations, Coverage: has.Coverage - had.Coverage, Items: has.Items - had.Items}
	out.Doubted, err = s.doubt(ctx, trust{answers: s.trusted(before, "observations"), items: s.trusted(before, "items")})
	s.opt.Failpoint("rebuild:doubted")
	return err
}

// trust says of what the current table was whole before the rebuild: a period of which it says nothing had no answer, or no
// item, then.
type trust struct{ answers, items bool }

// of tells whether what there is of a metric is to be trusted: a counted one is counted from items.
func (t trust) of(shape observation.Shape) bool {
	if shape == observation.Counted {
		return t.items
	}
	return t.answers
}

// trusted tells whether the current table of a history was whole before the rebuild. It was not when the damage is its own,
// or when it is gone altogether.
func (s *Store) trusted(rows map[string]int64, history string) bool {
	begun := false
	if engine := s.kept(); engine != nil {
		_, found := engine.Due()
		if strings.Contains(found, "."+history+"_current ") {
			return false
		}
		begun = found != ""
	}
	return begun || rows[history+"_current"] > 0
}

// emptyCurrent empties the current tables. Until they are full again a reader sees that nothing was measured.
func (s *Store) emptyCurrent(ctx context.Context, _ *Rebuilt) error {
	if engine := s.kept(); engine != nil {
		if err := engine.ForgetParts(derivedTables(s.info.Database)); err != nil {
			return err
		}
	}
	s.opt.Failpoint("rebuild:forgotten")
	for _, table := range derived {
		if err := s.run(ctx, "store.empty_"+table); err != nil {
			return err
		}
		s.opt.Failpoint("rebuild:" + table)
	}
	return nil
}

// renewCurrent applies all runs that are committed by now, source by source and year by year: the rank of a row, and not the
// order of arrival, decides what counts. Runs that are committed meanwhile apply themselves.
func (s *Store) renewCurrent(ctx context.Context, out *Rebuilt, progress func(done, total int64)) error {
	newest, err := s.newestCommit(ctx)
	if err != nil {
		return err
	}
	if err := s.renewAllItems(ctx, newest); err != nil {
		return err
	}
	chunks, err := s.chunks(ctx, "store.history_years")
	if err != nil {
		return err
	}
	for i, c := range chunks {
		if progress != nil {
			progress(int64(i), int64(len(chunks)))
		}
		if err := s.renew(ctx, c, newest); err != nil {
			return err
		}
	}
	if err := s.run(ctx, "store.renew_applied", s.opt.Now().UnixMilli(), newest); err != nil {
		return err
	}
	s.opt.Failpoint("rebuild:marked")
	if err := s.applyLeftovers(ctx, "store.unapplied_runs"); err != nil {
		return err
	}
	rows, err := s.count(ctx)
	out.Current = rowsOf(rows, "applied", "_current")
	return err
}

// itemsInAShare is how many versions of items a rebuild takes up at once.
const itemsInAShare = 50_000

// renewAllItems brings all items into the current table, share by share.
func (s *Store) renewAllItems(ctx context.Context, newest int64) error {
	rows, err := s.count(ctx)
	if err != nil {
		return err
	}
	shares := rows["items"]/itemsInAShare + 1
	for share := range shares {
		var current [][]any
		err := s.folded(ctx, "store.renew_items", func(versions []observation.Item) error {
			current = append(current, placed(versions)...)
			return nil
		}, shares, share, newest)
		if err != nil {
			return err
		}
		if err := s.insertRows(ctx, "store.insert_items_current", current); err != nil {
			return err
		}
	}
	s.opt.Failpoint("rebuild:items-renewed")
	return nil
}

// renew applies the answers of a chunk, and its coverage after them.
func (s *Store) renew(ctx context.Context, c chunk, newest int64) error {
	args := append(c.args(), c.organisation, c.source, newest)
	if err := s.run(ctx, "store.renew_observations_current", args...); err != nil {
		return err
	}
	s.opt.Failpoint("rebuild:observations-renewed")
	err := s.run(ctx, "store.renew_coverage_current", args...)
	s.opt.Failpoint("rebuild:coverage-renewed")
	return err
}

// run runs a named statement that gives no rows.
func (s *Store) run(ctx context.Context, name string, args ...any) error {
	return s.exec(ctx, "run "+name, s.text(name), args...)
}

// count counts the rows of the tables that a rebuild works on.
func (s *Store) count(ctx context.Context) (map[string]int64, error) {
	rows := map[string]int64{}
	err := s.query(ctx, "store.row_counts", func(scan func(...any) error) error {
		var table string
		var n uint64
		err := scan(&table, &n)
		rows[table] = int64(n)
		return err
	})
	return rows, err
}

// doubt takes back what the history says of periods whose answers it no longer holds: they would look like measured zeros.
// It does so for the sources of which some answer is missing, and returns the number of the periods.
func (s *Store) doubt(ctx context.Context, trusted trust) (int, error) {
	var short []chunk
	err := s.query(ctx, "store.short_sources", func(scan func(...any) error) error {
		var c chunk
		err := scan(&c.organisation, &c.source)
		short = append(short, c)
		return err
	})
	if err != nil {
		return 0, err
	}
	n := 0
	for _, c := range short {
		rows, err := s.doubtful(ctx, c.organisation, c.source, trusted)
		if err != nil {
			return n, err
		}
		if err := s.insert(ctx, "store.insert_coverage", len(rows), func(i int) []any { return rows[i].values() }); err != nil {
			return n, err
		}
		for _, r := range rows {
			n += int(flag(r.withdrawn))
		}
	}
	return n, nil
}

// answer is when a period of a source was first answered, and by which run.
type answer struct {
	version observation.Version
	run     string
}

// doubtful returns the rows that take back the coverage of a source which nothing proves any more.
func (s *Store) doubtful(ctx context.Context, organisation, source string, trusted trust) ([]rankedCoverage, error) {
	args := []any{organisation, source, organisation, source}
	first, err := s.firstAnswers(ctx, args)
	if err != nil {
		return nil, err
	}
	var said []rankedCoverage
	var row coverageRow
	err = s.query(ctx, "store.coverage_history", func(scan func(...any) error) error {
		c, err := row.scan(scan)
		said = append(said, *c)
		return err
	}, args...)
	graves, forgotten := s.Tombstones(ctx)
	if err == nil {
		err = forgotten
	}
	graves = graves.Widest()
	var out []rankedCoverage
	for i, c := range said {
		if graves.Whole(c.CoverageKey) {
			continue // there are no answers, and nothing is wrong
		}
		var next *rankedCoverage
		if i+1 < len(said) && said[i+1].CoverageKey == c.CoverageKey {
			next = &said[i+1]
		}
		a, answered := first[c.CoverageKey]
		if !answered && trusted.of(s.opt.Metrics[c.Metric].Shape) || answered && (a.version <= c.Version || a.run == c.Run) {
			continue
		}
		out = append(out, takenBack(c, next, a)...)
	}
	return out, err
}

// firstAnswers returns the first answer to each period of a source.
func (s *Store) firstAnswers(ctx context.Context, args []any) (map[observation.CoverageKey]answer, error) {
	first := map[observation.CoverageKey]answer{}
	var row coverageRow
	err := s.query(ctx, "store.first_answers", func(scan func(...any) error) error {
		var a answer
		k := &row.row.CoverageKey
		err := scan(&k.Channel, &k.Part, &k.Metric, &row.grain, &row.first, (*uint64)(&a.version), &a.run)
		k.Grain, k.From = observation.Grain(row.grain), observation.DateOf(row.first)
		k.Organisation, k.Source = args[0].(string), args[1].(string)
		first[*k] = a
		return err
	}, args...)
	return first, err
}

// takenBack returns the row by which the run of c takes c back, and the row by which the run of the first answer that is left
// says it again, where there is one. Next is what was said after c, nil for nothing.
func takenBack(c rankedCoverage, next *rankedCoverage, a answer) (out []rankedCoverage) {
	measured := c.Result == observation.OK || c.Result == observation.Partial
	if c.withdrawn || !measured || next != nil && next.Run == c.Run {
		return nil
	}
	back := c
	back.withdrawn, back.Version, back.rank = true, c.Version+1, c.rank+1
	out = append(out, back)
	if a.run != "" && (next == nil || next.Version > a.version) {
		again := c
		again.Run, again.Version = a.run, a.version
		again.rank = c.rank>>resultBits<<resultBits | uint64(again.Version)
		out = append(out, again)
	}
	return out
}
