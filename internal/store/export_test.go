package store

import (
	"context"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"net/http"
	"reflect"
	"slices"
	"time"

	"seuranta/internal/observation"
	"seuranta/internal/store/embedded"
	"seuranta/sql"
)

// QueryText runs a statement that is no file, with all that s.query does around one.
func (s *Store) QueryText(ctx context.Context, text string) error {
	return s.queryText(ctx, "of a test", text, func(func(...any) error) error { return nil })
}

// Exec runs a statement of a test.
func (s *Store) Exec(ctx context.Context, text string) error { return s.exec(ctx, "test", text) }

// ReadAtMost has an export read so many rows at once.
func (s *Store) ReadAtMost(rows int64) { s.inAPiece = rows }

// Rows returns the rows of a statement of a test, each as the values of its columns.
func (s *Store) Rows(ctx context.Context, text string) (columns []driver.ColumnType, out [][]any, err error) {
	rows, err := s.conn.Query(ctx, text)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		values := fresh(rows.ColumnTypes())
		if err := rows.Scan(values...); err != nil {
			return nil, nil, err
		}
		out = append(out, values)
	}
	return rows.ColumnTypes(), out, rows.Err()
}

// RunMigration runs one migration, which need not be a file.
func (s *Store) RunMigration(ctx context.Context, m sql.Migration) error { return s.migrate(ctx, m) }

// Insert sends rows past everything that Commit does.
func (s *Store) Insert(ctx context.Context, query string, rows [][]any) error {
	return s.insert(ctx, query, len(rows), func(i int) []any { return rows[i] })
}

// Kill ends a statement on a server.
func (s *Store) Kill(id string) { s.kill(id) }

// HasKiller tells whether the store ends cancelled statements by a connection of its own.
func (s *Store) HasKiller() bool { return s.killer != nil }

// Older and ServerOptions are under test.
var (
	Older         = older
	ServerOptions = serverOptions
)

// Values returns the observation as the row that a commit writes of it.
func Values(o observation.Observation, rank uint64) []any {
	return ranked{Observation: o, rank: rank}.values()
}

// Memory keeps what the planner plans in plain maps, as the current tables do in a database: of rows with one sorting key
// the one of highest rank. With it the planner is held against the ledger thousands of times in the time of one database.
type Memory struct {
	observations map[observation.Key]map[time.Time]ranked
	coverage     map[observation.CoverageKey]rankedCoverage
	items        map[itemKey]observation.Item
	holders      map[itemKey]string
	late         []plan
}

// Commit plans a commit and applies it, or leaves that to the next commit, as a process that was killed does.
func (m *Memory) Commit(c observation.Commit, now time.Time, killed bool) (fresh, changed, unchanged, withdrawn int) {
	m.applyLate()
	p := newPlanner(c.Run, now, 7)
	for k, rows := range m.observations {
		if k.Organisation == c.Run.Organisation && k.Source == c.Run.Source {
			for _, r := range rows {
				p.know(r)
			}
		}
	}
	for k, v := range m.coverage {
		if k.Organisation == c.Run.Organisation && k.Source == c.Run.Source {
			p.covered[k] = v
		}
	}
	p.commit(c)
	m.commitItems(c, &p.plan)
	m.late = append(m.late, p.plan)
	if !killed {
		m.applyLate()
	}
	return p.fresh, p.changed, p.unchanged, p.withdrawn
}

// commitItems plans the items of a commit with all that there is, and takes them in at once.
func (m *Memory) commitItems(c observation.Commit, to *plan) {
	p := newItemPlanner(c.Run)
	for _, it := range m.items {
		p.know(it)
	}
	for alias, item := range m.holders {
		p.held[alias], p.holders[alias] = item, item
	}
	for _, it := range c.Items {
		p.tell(it.AsTold(c.Run))
	}
	if c.Retract != nil {
		loc, _ := time.LoadLocation(c.Run.Zone)
		p.retract(observation.Span{From: c.Retract.Start(loc), To: c.Retract.End(loc)})
	}
	p.finish(to)
	if m.items == nil {
		m.items, m.holders = map[itemKey]observation.Item{}, map[itemKey]string{}
	}
	for _, it := range to.items {
		m.items[itemKey{it.Organisation, it.ID}] = it
	}
	for _, a := range to.aliases {
		m.holders[itemKey{a.Organisation, a.Alias}] = a.Item
	}
}

// Items returns the items that a reader of the maps sees, and by whose name each address goes.
func (m *Memory) Items() (items []observation.Item, known map[string]string) {
	known = map[string]string{}
	for _, it := range m.items {
		if it.Stands() {
			items = append(items, it)
		}
	}
	for alias, id := range m.holders {
		if m.items[itemKey{alias.organisation, id}].Stands() {
			known[alias.organisation+" "+alias.id] = id
		}
	}
	return items, known
}

func (m *Memory) applyLate() {
	for _, p := range m.late {
		rows := slices.Clone(p.observations)
		slices.Reverse(rows) // the order of arrival must not matter
		for _, r := range rows {
			if m.observations == nil {
				m.observations, m.coverage = map[observation.Key]map[time.Time]ranked{}, map[observation.CoverageKey]rankedCoverage{}
			}
			if m.observations[r.Key] == nil {
				m.observations[r.Key] = map[time.Time]ranked{}
			}
			if old, have := m.observations[r.Key][r.ObservedAt]; !have || r.rank > old.rank {
				m.observations[r.Key][r.ObservedAt] = r
			}
		}
		for _, v := range p.coverage {
			if m.coverage == nil {
				m.observations, m.coverage = map[observation.Key]map[time.Time]ranked{}, map[observation.CoverageKey]rankedCoverage{}
			}
			if old, have := m.coverage[v.CoverageKey]; !have || v.rank > old.rank {
				m.coverage[v.CoverageKey] = v
			}
		}
	}
	m.late = nil
}

// Current returns what a reader of the maps sees.
func (m *Memory) Current() (os []observation.Observation, cs []observation.Coverage) {
	m.applyLate()
	for _, rows := range m.observations {
		var best ranked
		for _, r := range rows {
			if r.State == observation.Valid && r.rank > best.rank {
				best = r
			}
		}
		if best.rank > 0 {
			os = append(os, best.Observation)
		}
	}
	for _, v := range m.coverage {
		if !v.withdrawn {
			cs = append(cs, v.Coverage)
		}
	}
	return os, cs
}

// fresh returns pointers to scan a row of these columns into.
func fresh(types []driver.ColumnType) []any {
	out := make([]any, len(types))
	for i, t := range types {
		out[i] = reflect.New(t.ScanType()).Interface()
	}
	return out
}

// OpenOver opens a store whose requests take a way of the test's to the engine.
func OpenOver(ctx context.Context, way http.RoundTripper, engine *embedded.Engine, database string, o Options) (*Store, error) {
	s, err := dialled(ctx, engine, database, o)
	if err != nil {
		return nil, err
	}
	if err := s.conn.Close(); err != nil {
		return nil, err
	}
	if s.conn, err = dialOver(way, database); err != nil {
		return nil, err
	}
	return s, s.ready(ctx)
}
