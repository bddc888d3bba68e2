package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"seuranta/internal/observation"
	"seuranta/sql"
)

// Sentinels of a restore.
var (
	ErrNotEmpty   = errors.New("the store is not empty")
	ErrUnfinished = fmt.Errorf("%w: a restore into it was stopped before its end; run `seuranta restore` with the same folder again, which begins anew", ErrSchema)
)

// Restored is what a restore did.
type Restored struct {
	Schema  int         `json:"schema"` // of the export
	Program string      `json:"program"`
	KnownAt time.Time   `json:"known_at"` // the newest commit
	Tables  []TableRows `json:"tables"`
	Current Rows        `json:"current"` // of the tables that were made again from the others
	// Forgotten is what the export held and tombstones, its own or those of the store, no longer allow to be kept.
	Forgotten observation.Forgot `json:"forgotten"`
	Anew      bool               `json:"anew"` // what an interrupted restore had left was thrown away before
}

// TableRows is how many rows a table was given.
type TableRows struct {
	Name string `json:"name"`
	Rows int64  `json:"rows"`
}

// Names by which a restore claims the store. The first stays until the restore is finished, whatever becomes of its process;
// the second runs out when that is killed.
const (
	unfinishedRestore = "restore"
	runningRestore    = "restoring"
)

// restoreBeat is how often a restore renews its claim, and restoreLease how long one holds.
const restoreBeat, restoreLease = 20 * time.Second, 2 * time.Minute

// Restore fills an empty store with an export and makes the current tables again. Columns that are newer than the export get
// their defaults. A store that a killed restore left is emptied first; until a restore is finished no other command takes the
// store for ready. Progress, which may be nil, is told how many rows were stored.
func (s *Store) Restore(ctx context.Context, a *Archive, progress func(done, total int64)) (out Restored, err error) {
	if i := s.Info(); i.Guest {
		return out, fmt.Errorf("restore: %w: process %d has %s open; end it and run the command again", ErrInUse, i.Process, i.Place)
	}
	err = s.alone(func() error {
		out, err = s.restore(ctx, a, progress)
		return err
	})
	if err != nil {
		return out, fmt.Errorf("restore %s: %w", a.dir, err)
	}
	return out, nil
}

// alone runs f while other processes that share the engine wait.
func (s *Store) alone(f func() error) error {
	if s.shared == nil {
		return f()
	}
	return s.shared.Alone(f)
}

func (s *Store) restore(ctx context.Context, a *Archive, progress func(done, total int64)) (Restored, error) {
	out := Restored{Schema: a.Schema, Program: a.Program, KnownAt: a.KnownAt}
	for _, t := range a.Tables {
		out.Tables = append(out.Tables, TableRows{t.Name, t.Rows})
	}
	if err := s.tablesToFill(ctx); err != nil {
		return out, err
	}
	release, err := s.claimRestore(ctx)
	if err != nil {
		return out, err
	}
	defer release()
	if out.Anew, err = s.claimed(ctx, unfinishedRestore, "", forGood); err != nil {
		return out, err
	}
	if out.Anew {
		err = s.emptyAll(ctx)
	} else if err = s.mustBeEmpty(ctx); err == nil {
		err = s.markUnfinished(ctx)
	}
	if err != nil {
		return out, err
	}
	s.opt.Failpoint("restore:marked")
	if err := s.fill(ctx, a, progress); err != nil {
		return out, err
	}
	return out, s.finishRestore(ctx, &out)
}

// RestoreFailpoints lists the places of a restore beside those of a rebuild.
func RestoreFailpoints() []string {
	return []string{"restore:marked", "restore:history", "restore:filled", "restore:tombstones", "restore:renewed", "restore:finished"}
}

// tablesToFill sees to it that the tables of this program's schema are there.
func (s *Store) tablesToFill(ctx context.Context) error {
	err := s.Ready(ctx)
	if errors.Is(err, errToMigrate) && s.info.Engine == "embedded" {
		_, err = s.Migrate(ctx)
	}
	if errors.Is(err, ErrUnfinished) {
		return nil
	}
	return err
}

// claimRestore sees to it that no two processes restore into one store at once. Who runs the embedded engine has its folder
// for itself.
func (s *Store) claimRestore(ctx context.Context) (release func(), err error) {
	if s.shared != nil {
		return func() {}, nil
	}
	holder, version := rand.Text(), observation.Version(0)
	hold := func(ctx context.Context, length time.Duration) error {
		now, until := s.opt.Now(), int64(0)
		if length > 0 {
			until = now.Add(length).UnixMilli()
		}
		version = observation.Next(version, now, s.random)
		return s.insert(ctx, "store.insert_claims", 1, func(int) []any { return []any{runningRestore, holder, until, uint64(version)} })
	}
	if err := hold(ctx, restoreLease); err != nil {
		return nil, err
	}
	others, err := s.claimed(ctx, runningRestore, holder, restoreLease)
	if err == nil && others {
		err = fmt.Errorf("%w: another restore runs, or was killed within the last two minutes; wait until it is over", ErrInUse)
	}
	if err != nil {
		_ = hold(context.WithoutCancel(ctx), 0) // it runs out by itself otherwise
		return nil, err
	}
	stop := renewing(ctx, func(ctx context.Context) { _ = hold(ctx, restoreLease) }) // the next one may succeed
	return func() {
		stop()
		_ = hold(context.WithoutCancel(ctx), 0)
	}, nil
}

// renewing calls renew time and again, until stop is called.
func renewing(ctx context.Context, renew func(context.Context)) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for pause(ctx, restoreBeat) {
			renew(ctx)
		}
	}()
	return func() {
		cancel()
		<-ended
	}
}

// pause waits, and tells whether the context still goes on.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// markUnfinished keeps other commands from taking a store for ready while a restore fills it, until the end of time.
func (s *Store) markUnfinished(ctx context.Context) error {
	return s.insert(ctx, "store.insert_claims", 1, func(int) []any {
		return []any{unfinishedRestore, rand.Text(), int64(math.MaxInt64), uint64(1)}
	})
}

// markFinished takes away every mark that markUnfinished made.
func (s *Store) markFinished(ctx context.Context) error {
	var holders []string
	err := s.query(ctx, "store.live_claims", func(scan func(...any) error) error {
		var holder string
		err := scan(&holder)
		holders = append(holders, holder)
		return err
	}, unfinishedRestore, s.opt.Now().UnixMilli(), int64(math.MaxInt64))
	if err != nil {
		return err
	}
	return s.insert(ctx, "store.insert_claims", len(holders), func(i int) []any {
		return []any{unfinishedRestore, holders[i], int64(0), uint64(2)} // the higher version counts
	})
}

// unfinished returns ErrUnfinished for a store that a restore did not fill to its end.
func (s *Store) unfinished(ctx context.Context) error {
	found, err := s.claimed(ctx, unfinishedRestore, "", forGood)
	if err == nil && found {
		err = ErrUnfinished
	}
	return err
}

// mustBeEmpty refuses a store that holds anything. Configurations do not count: every command remembers the one that it reads.
func (s *Store) mustBeEmpty(ctx context.Context) error {
	pieces, err := s.pieces(ctx)
	if err != nil {
		return err
	}
	delete(pieces, "configs")
	delete(pieces, "tombstones") // what is forgotten there does not come back
	var holds []string
	for table, days := range pieces {
		n := int64(0)
		for _, d := range days {
			n += d.rows
		}
		holds = append(holds, fmt.Sprintf("%d %s", n, table))
	}
	if len(holds) == 0 {
		return nil
	}
	slices.Sort(holds)
	other := "let storage.path in the configuration name a new folder, or move " + s.info.Place + " away while no command runs"
	if s.info.Engine == "server" {
		other = "let storage.dsn in the configuration name another database"
	}
	return fmt.Errorf("%w: it holds %s; %s", ErrNotEmpty, strings.Join(holds, ", "), other)
}

// emptyAll throws away what an interrupted restore left.
func (s *Store) emptyAll(ctx context.Context) error {
	s.opt.Log.Info("begin the restore anew: one was interrupted")
	tables, err := s.filled()
	if err != nil {
		return err
	}
	var names []string
	for _, t := range tables {
		if t.Name != "tombstones" {
			names = append(names, t.Name)
		}
	}
	names = append(names, derived...)
	if engine := s.kept(); engine != nil {
		var full []string
		for _, name := range names {
			full = append(full, s.info.Database+"."+name)
		}
		if err := engine.ForgetParts(full); err != nil {
			return err
		}
	}
	for _, name := range names {
		if err := s.run(ctx, "store.empty_"+name); err != nil {
			return err
		}
	}
	return nil
}

// filled returns the tables that a restore fills, with the columns that they have now.
func (s *Store) filled() ([]sql.Table, error) {
	schema, err := newestSchema()
	if err != nil {
		return nil, err
	}
	return archived(schema)
}

// fill stores the rows of the export, those that make the others count last.
func (s *Store) fill(ctx context.Context, a *Archive, progress func(done, total int64)) error {
	tables, err := s.filled()
	if err != nil {
		return err
	}
	told := a.teller(progress)
	stages := []struct {
		takes     func(table string) bool
		failpoint string
	}{
		{func(table string) bool { return table != "runs" && table != "tombstones" }, "restore:history"},
		{func(table string) bool { return table == "runs" }, "restore:filled"},
		{func(table string) bool { return table == "tombstones" }, "restore:tombstones"}, // they stay, whatever becomes of this restore
	}
	for _, stage := range stages {
		for _, f := range a.Files {
			if !stage.takes(f.Table) {
				continue
			}
			if err := s.fillFile(ctx, a, f, tables, told); err != nil {
				return err
			}
		}
		s.opt.Failpoint(stage.failpoint)
	}
	return nil
}

func (s *Store) fillFile(ctx context.Context, a *Archive, f ArchiveFile, tables []sql.Table, told func()) error {
	at := slices.IndexFunc(tables, func(t sql.Table) bool { return t.Name == f.Table })
	if at < 0 {
		return a.wrong(f.Name, "this program has no table %s any more", f.Table)
	}
	row, err := widened(a.tables[f.Table].Columns, tables[at].Columns)
	if err != nil {
		return err
	}
	b := &rowBatch{store: s, insert: "store.insert_" + f.Table}
	err = a.each(ctx, f, func(values []any) error {
		told()
		return b.add(ctx, row(values))
	})
	return errors.Join(err, b.end(ctx, err == nil))
}

// widened returns how a row with some columns becomes one with others: what it does not have is the default of its type.
func widened(has, wants []sql.Column) (func(values []any) []any, error) {
	row, from := make([]any, len(wants)), make([]int, len(wants))
	for i, c := range wants {
		kind, known := cellKinds[c.Type]
		if !known {
			return nil, fmt.Errorf("no export knows the type %s of the column %s", c.Type, c.Name)
		}
		row[i], from[i] = kind.zero, slices.Index(has, c)
	}
	return func(values []any) []any {
		for i, at := range from {
			if at >= 0 {
				row[i] = values[at]
			}
		}
		return row
	}, nil
}

// Bounds of what is sent at once.
const (
	restoredRows  = 20_000
	restoredBytes = 8 << 20 // of texts
)

// rowBatch sends rows in blocks.
type rowBatch struct {
	store  *Store
	insert string
	batch  driver.Batch
	done   func()
	rows   int
	bytes  int
}

func (b *rowBatch) add(ctx context.Context, row []any) (err error) {
	if b.batch == nil {
		ctx, b.done = b.store.watched(ctx)
		if b.batch, err = b.store.conn.PrepareBatch(ctx, b.store.text(b.insert)); err != nil {
			b.done()
			return fmt.Errorf("run %s: %w", b.insert, b.store.explain(ctx, err))
		}
	}
	if err := b.batch.Append(row...); err != nil {
		return fmt.Errorf("run %s: %w", b.insert, err)
	}
	b.rows++
	for _, v := range row {
		if text, ok := v.(string); ok {
			b.bytes += len(text)
		}
	}
	if b.rows >= restoredRows || b.bytes >= restoredBytes {
		return b.end(ctx, true)
	}
	return nil
}

// end sends what was added, or lets go of it.
func (b *rowBatch) end(ctx context.Context, send bool) error {
	if b.batch == nil {
		return nil
	}
	batch := b.batch
	b.batch, b.rows, b.bytes = nil, 0, 0
	defer b.done()
	if !send {
		return batch.Abort()
	}
	if err := batch.Send(); err != nil {
		return fmt.Errorf("run %s: %w", b.insert, b.store.explain(ctx, err))
	}
	return nil
}

// finishRestore makes the current tables again and lets the store be used.
func (s *Store) finishRestore(ctx context.Context, out *Restored) error {
	var rebuilt Rebuilt
	if err := s.renewCurrent(ctx, &rebuilt, nil); err != nil {
		return fmt.Errorf("make the current tables again: %w", err)
	}
	out.Current = rebuilt.Current
	forgot, err := s.ForgetAgain(ctx)
	if err != nil {
		return err
	}
	out.Forgotten = forgot
	s.opt.Failpoint("restore:renewed")
	if err := s.markFinished(ctx); err != nil {
		return err
	}
	s.opt.Failpoint("restore:finished")
	return s.remember(ctx)
}
