package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"seuranta/sql"
)

// Migrated is one migration that has succeeded.
type Migrated struct {
	Number int    `json:"number"`
	Name   string `json:"name"`
	Steps  int    `json:"steps"` // run just now; 0 when it had been done before
}

// Migrate brings the tables to this program's schema. Each step may run again and a migration is recorded when its last
// step has succeeded, so a run that was killed is carried on by the next. It returns every migration of the schema.
//
// The tables of an embedded engine that another process runs are for that one to make; Migrate waits until it has.
func (s *Store) Migrate(ctx context.Context) ([]Migrated, error) {
	if done, err := s.awaitTables(ctx); done != nil || err != nil {
		return done, err
	}
	all, done, err := s.begin(ctx)
	if err != nil {
		return nil, err
	}
	var out []Migrated
	for _, m := range all {
		ran := Migrated{Number: m.Number, Name: m.Name}
		if _, ok := done[m.Number]; !ok {
			if err := s.migrate(ctx, m); err != nil {
				return out, fmt.Errorf("migrate to %04d %s: %w", m.Number, m.Name, err)
			}
			ran.Steps = len(m.Steps)
		}
		out = append(out, ran)
	}
	if err := s.remember(ctx); err != nil {
		return out, err
	}
	if err := s.Ready(ctx); err != nil {
		return out, err
	}
	return out, s.applyLeftovers(ctx, "store.unapplied_runs")
}

// begin makes the table of migrations and returns all migrations and those that are recorded as done.
func (s *Store) begin(ctx context.Context) ([]sql.Migration, map[int]string, error) {
	all, err := sql.Migrations()
	if err != nil {
		return nil, nil, err
	}
	have, err := s.tables(ctx)
	if err != nil {
		return nil, nil, err
	}
	if !have[migrationsTable] {
		if err := s.alter(ctx, "make the table of migrations", s.text("store.create_migrations"), migrationsTable); err != nil {
			return nil, nil, err
		}
	}
	s.opt.Failpoint("migrate:table")
	done, err := s.recorded(ctx)
	if err != nil {
		return nil, nil, err
	}
	return all, done, tooNew(done, all)
}

// migrationsTable is the one table that no migration makes.
const migrationsTable = "migrations"

// alter runs a statement that makes or changes a table.
func (s *Store) alter(ctx context.Context, what, statement string, made ...string) error {
	run := func() error { return s.exec(ctx, what, statement) }
	engine := s.here()
	if engine == nil {
		return run()
	}
	return guarded(engine, s.info.Database, run, made...)
}

// tooNew refuses a store that a later version of the program has migrated.
func tooNew(done map[int]string, all []sql.Migration) error {
	for n := range done {
		if n > len(all) {
			return fmt.Errorf("%w: it was made by a newer version of seuranta (schema %d, this program knows %d); install that version", errNewer, n, len(all))
		}
	}
	return nil
}

// failpoint names the place behind a step of a migration.
func failpoint(number int, step string) string { return fmt.Sprintf("migrate:%04d:%s", number, step) }

// Failpoints lists every place at which Options.Failpoint is called, in the order in which a first migration and a commit
// pass them.
func Failpoints() ([]string, error) {
	all, err := sql.Migrations()
	names := []string{"migrate:table"}
	for _, m := range all {
		for _, step := range m.Steps {
			names = append(names, failpoint(m.Number, step.Name))
		}
		names = append(names, failpoint(m.Number, "recorded"))
	}
	return append(names, "commit:begin", "commit:observations", "commit:coverage", "commit:items", "commit:aliases", "commit:states", "commit:run",
		"apply:observations", "apply:items", "apply:coverage", "apply:mark"), err
}

func (s *Store) migrate(ctx context.Context, m sql.Migration) error {
	if err := s.steps(ctx, m); err != nil {
		return err
	}
	err := s.insert(ctx, "store.insert_migrations", 1, func(int) []any {
		return []any{uint32(m.Number), m.Name, m.SHA256, s.opt.Now().UnixMilli()}
	})
	s.opt.Failpoint(failpoint(m.Number, "recorded"))
	return err
}

// steps runs the steps of a migration that are needed.
func (s *Store) steps(ctx context.Context, m sql.Migration) error {
	for _, step := range m.Steps {
		needed, err := s.needed(ctx, step)
		if err != nil {
			return fmt.Errorf("step %s: %w", step.Name, err)
		}
		if needed {
			err = s.alter(ctx, "step "+step.Name, step.SQL, step.Makes()...)
		}
		if err != nil {
			if again, failed := s.needed(ctx, step); again || failed != nil { // else somebody else did it meanwhile
				return err
			}
		}
		s.opt.Failpoint(failpoint(m.Number, step.Name))
	}
	return nil
}

// needed tells whether a step is still to be done: ALTER TABLE has no IF NOT EXISTS on the oldest server.
func (s *Store) needed(ctx context.Context, step sql.Step) (bool, error) {
	if step.UnlessColumn == "" {
		return true, nil
	}
	found := false
	err := s.query(ctx, "store.columns", func(scan func(...any) error) error {
		var table, column string
		err := scan(&table, &column)
		found = found || table+"."+column == step.UnlessColumn
		return err
	})
	return !found, err
}

// recorded returns the migrations that are recorded as done: number to name.
func (s *Store) recorded(ctx context.Context) (map[int]string, error) {
	done := map[int]string{}
	err := s.query(ctx, "store.migrations", func(scan func(...any) error) error {
		var number uint32
		var name, sum string
		var ms int64
		err := scan(&number, &name, &sum, &ms)
		done[int(number)] = name
		return err
	})
	return done, err
}

// remember lets the embedded engine notice at its next opening when a table has vanished.
func (s *Store) remember(ctx context.Context) error {
	engine := s.kept()
	if engine == nil {
		return nil
	}
	have, err := s.tables(ctx)
	if err != nil {
		return err
	}
	var names []string
	for name := range have {
		names = append(names, s.info.Database+"."+name)
	}
	slices.Sort(names)
	return engine.Remember(names)
}

// errToMigrate is the ErrSchema of a store that Migrate brings up to date.
var errToMigrate = fmt.Errorf("%w", ErrSchema)

// errNewer is the ErrSchema of a store that this program is too old for.
var errNewer = fmt.Errorf("%w", ErrSchema)

// current fails when the tables, or the process that runs the engine, are of another version of the program than this one:
// one of them was replaced while the other went on. Where this program is too old for the tables its use of them ends.
func (s *Store) current(ctx context.Context) error {
	all, err := sql.Migrations()
	if err != nil {
		return err
	}
	var newest uint32
	err = s.query(ctx, "store.newest_schema", func(scan func(...any) error) error { return scan(&newest) })
	if err == nil {
		err = s.endIfNewer(tooNew(map[int]string{int(newest): ""}, all))
	}
	if err == nil {
		err = s.fitOwner(len(all))
	}
	return err
}

// endIfNewer ends the life of a store that this program is too old for.
func (s *Store) endIfNewer(err error) error {
	if errors.Is(err, errNewer) {
		s.end(err)
	}
	return err
}

// Ready returns nil when the tables are those that this program works with, else what to do.
func (s *Store) Ready(ctx context.Context) error {
	have, err := s.tables(ctx)
	if err != nil {
		return err
	}
	all, err := sql.Migrations()
	if err != nil {
		return err
	}
	if !have[migrationsTable] {
		return fmt.Errorf("%w: %s holds no tables of seuranta yet; run `seuranta migrate`", errToMigrate, s.info.Place)
	}
	done, err := s.recorded(ctx)
	if err != nil {
		return err
	}
	if err := tooNew(done, all); err != nil {
		return err
	}
	var missing []string
	for _, m := range all {
		if _, ok := done[m.Number]; !ok {
			missing = append(missing, fmt.Sprintf("%04d %s", m.Number, m.Name))
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("%w: its tables are older than this program (to be done: %s); run `seuranta migrate`", errToMigrate, strings.Join(missing, ", "))
	}
	if gone := goneTables(all, done, have); len(gone) > 0 {
		return fmt.Errorf("%w: of its tables %s gone; restore the database from a backup, or accept the loss with `seuranta migrate --rebuild`, which makes again what the history still holds",
			ErrSchema, strings.Join(gone, ", "))
	}
	if err := s.fitOwner(len(all)); err != nil {
		return err
	}
	return s.unfinished(ctx)
}

// goneTables lists the tables that were made and are no longer there.
func goneTables(all []sql.Migration, done map[int]string, have map[string]bool) []string {
	ran := slices.DeleteFunc(slices.Clone(all), func(m sql.Migration) bool { return done[m.Number] == "" })
	return slices.DeleteFunc(sql.Tables(ran), func(t string) bool { return have[t] })
}

// Schema returns the number of the newest migration that is done, 0 for a store without tables.
func (s *Store) Schema(ctx context.Context) (int, error) {
	have, err := s.tables(ctx)
	if err != nil || !have[migrationsTable] {
		return 0, err
	}
	done, err := s.recorded(ctx)
	newest := 0
	for n := range done {
		newest = max(newest, n)
	}
	return newest, err
}
