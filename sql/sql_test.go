package sql

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// header returns the three lines that begin a query's file: purpose, parameters, columns.
func header(t *testing.T, name string) map[string]string {
	t.Helper()
	b, err := files.ReadFile("queries/" + name + ".sql")
	if err != nil {
		t.Fatal(err)
	}
	lines, out := strings.Split(string(b), "\n"), map[string]string{}
	for i, field := range []string{"purpose", "parameters", "columns"} {
		text, found := strings.CutPrefix(lines[i], "-- "+field+": ")
		if !found || text == "" {
			t.Errorf("%s: line %d is %q, want `-- %s: …`", name, i+1, lines[i], field)
		}
		out[field] = text
	}
	return out
}

var queryName = regexp.MustCompile(`^[a-z]+\.[a-z][a-z0-9_]*$`)

func TestEveryQueryIsNamedAfterItsCaller(t *testing.T) {
	if len(Queries()) < 20 {
		t.Fatalf("only %d queries", len(Queries()))
	}
	for _, name := range Queries() {
		if !queryName.MatchString(name) {
			t.Errorf("%q is not owner.name", name)
		}
	}
}

func TestEveryParameterIsListed(t *testing.T) {
	for _, name := range Queries() {
		listed := header(t, name)["parameters"]
		n := len(strings.Split(listed, ", "))
		if listed == "none" || listed == "a batch of the columns" {
			n = 0
		}
		if got := strings.Count(Query(name), "?"); got != n {
			t.Errorf("%s has %d parameters, and its header lists %d: %s", name, got, n, listed)
		}
	}
}

func TestStatementsHaveNoComments(t *testing.T) {
	for what, statement := range statements(t) {
		if strings.Contains(statement, "--") || strings.Contains(statement, "/*") || strings.Contains(statement, "#") || strings.Contains(statement, ";") {
			t.Errorf("%s holds a comment or a semicolon:\n%s", what, statement)
		}
	}
}

func TestWithoutComments(t *testing.T) {
	got := withoutComments("-- what? why?\n  -- how?\nSELECT a -- behind\nFROM t\n\n-- end?\n")
	if got != "SELECT a -- behind\nFROM t" {
		t.Errorf("%q", got)
	}
}

func TestUnknownQueryPanics(t *testing.T) {
	for _, name := range []string{"store.no_such", "", "../migrations/0001_base"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("there is a query %q", name)
				}
			}()
			Query(name)
		}()
	}
}

// unique lists what makes a row of a table the only one where that is less, or another thing, than the table's own key.
var unique = map[string][]string{
	"runs":             {"run"},
	"migrations":       {"number"},
	"system.tables":    {"name"},
	"system.columns":   {"table", "name"},
	"system.processes": {},
	"system.mutations": {"table", "mutation_id"},
}

var (
	fromTable = regexp.MustCompile(`\bFROM ([a-z_.]+)`)
	equals    = regexp.MustCompile(`\b([a-z_]+) = \?`)
	orderBy   = regexp.MustCompile(`\bORDER BY ([^)]*?)(?: LIMIT (?:\?|1 BY [a-z_, ]+))?$`)
	groupBy   = regexp.MustCompile(`\bGROUP BY ([a-z_, ]+?) (?:HAVING|ORDER)\b`)
	created   = regexp.MustCompile(`(?s)^CREATE TABLE IF NOT EXISTS ([a-z_]+) .*\nORDER BY \(([a-z_, ]+)\)$`)
)

// Every query that gives rows ends in an order in which no two rows are equal: what is shown must never change by chance.
func TestEverySelectEndsInATotalOrder(t *testing.T) {
	keys := tableKeys(t)
	for _, name := range Queries() {
		text := strings.Join(strings.Fields(Query(name)), " ")
		if !strings.HasPrefix(text, "SELECT") {
			continue
		}
		m := orderBy.FindStringSubmatch(text)
		if m == nil {
			t.Errorf("%s does not end in ORDER BY", name)
			continue
		}
		ordered := strings.Split(strings.ReplaceAll(m[1], " DESC", ""), ", ")
		for _, column := range whatMakesUnique(t, name, text, keys) {
			if !slices.Contains(ordered, column) {
				t.Errorf("%s orders by %s, where %s may differ", name, m[1], column)
			}
		}
	}
}

// whatMakesUnique returns the columns that tell the rows of a query apart.
func whatMakesUnique(t *testing.T, name, text string, keys map[string][]string) []string {
	if g := groupBy.FindAllStringSubmatch(text, -1); g != nil {
		return strings.Split(g[len(g)-1][1], ", ") // of the outermost query
	}
	if strings.Contains(text, "count()") || strings.Contains(text, "max(committed_ms)") || strings.HasPrefix(text, "SELECT toUInt32(max(number))") || strings.HasPrefix(text, "SELECT max(version) ") || !strings.Contains(text, " FROM ") {
		return nil // one row
	}
	table := fromTable.FindStringSubmatch(text)[1]
	key, ok := unique[table]
	if !ok {
		key, ok = keys[table]
	}
	if !ok {
		t.Errorf("%s reads %s, of which this test does not know what makes a row unique", name, table)
	}
	key = slices.Clone(key)
	for _, m := range equals.FindAllStringSubmatch(text, -1) {
		key = slices.DeleteFunc(key, func(c string) bool { return c == m[1] })
	}
	return key
}

// tableKeys returns the sorting key of each table that a migration makes.
func tableKeys(t *testing.T) map[string][]string {
	t.Helper()
	keys := map[string][]string{}
	for what, statement := range statements(t) {
		if m := created.FindStringSubmatch(statement); m != nil {
			keys[m[1]] = strings.Split(m[2], ", ")
		} else if strings.HasPrefix(what, "0001") && !strings.Contains(statement, "ALTER") {
			t.Errorf("%s makes no table that can be read", what)
		}
	}
	return keys
}

// statements returns every statement by its place.
func statements(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, name := range Queries() {
		out[name] = Query(name)
	}
	all, err := Migrations()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		for _, s := range m.Steps {
			out[strings.Join([]string{m.Name, s.Name}, " ")] = s.SQL
		}
	}
	return out
}

// foreign is what one of the supported engines does not have, or understands in another way than the others. README.md
// names what to write instead.
var foreign = []string{
	`\b(DateTime64|Date32|LowCardinality|Map\(|Bool\b|IPv4|SimpleAggregateFunction|Int128|Variant|Dynamic|JSON)`,
	`\b(CODEC|TTL|COMMENT|CHECK|SETTINGS|ON CLUSTER|CREATE OR REPLACE|INDEX)\b`,
	`\bWITH\s+\w+\s+AS\s*\(`, `\bOVER\s*\(`, `\bGROUPING SETS\b`, `\bWITH FILL\b`, `\bGROUP BY \d`, `\bORDER BY ALL\b`, `\bGROUP BY ALL\b`,
	`\bUNION (DISTINCT|SELECT)`, `\bEXCEPT\b`, `\bINTERSECT\b`, `\bILIKE\b`, `::`, `\{\w+:`, `\bIN \(\?\)`, `\bQUALIFY\b`,
	`\b(toStartOfWeek|toWeek|toStartOfInterval|toDate32|parseDateTime\w*|formatDateTime|toDateTime64|now64|today|now|yesterday)\(`,
	`\b(JSONExtract\w*|simpleJSON\w*|JSON_\w+|trim|xxHash64|crc32|arrayZip|arrayMax|arrayMin|arrayAvg|groupArrayMovingSum|minMap|maxMap|mapKeys)\(`,
	`\b(quantile|quantileTDigest|median|runningDifference|runningAccumulate|round|rand|any|anyLast|neighbor|least|greatest)\(`,
	`\bADD COLUMN IF\b`, `\bDROP COLUMN IF\b`, `\bRENAME COLUMN\b`, `\bDELETE FROM\b`, `\bSYNC\b`, `\bEXPLAIN\b`, `\bASOF\b`,
	`(?i)insert_deduplication_token|async_insert|is_deleted`,
}

func TestStatementsStayInTheCommonDialect(t *testing.T) {
	for _, pattern := range foreign {
		re := regexp.MustCompile(pattern)
		for what, statement := range statements(t) {
			if found := re.FindString(statement); found != "" {
				t.Errorf("%s uses %q, see README.md", what, found)
			}
		}
	}
}

func TestJoinsSayTheirStrictness(t *testing.T) {
	join := regexp.MustCompile(`(\w+) (?:(?:LEFT|INNER|RIGHT|FULL|CROSS) )?JOIN`)
	for what, statement := range statements(t) {
		for _, m := range join.FindAllStringSubmatch(statement, -1) {
			if m[1] != "ANY" && m[1] != "ALL" {
				t.Errorf("%s joins without ANY or ALL", what)
			}
		}
	}
}

func TestInsertsNameTheirColumns(t *testing.T) {
	for _, name := range Queries() {
		if text := Query(name); strings.HasPrefix(text, "INSERT") && !regexp.MustCompile(`^INSERT INTO [a-z_]+ \([a-z0-9_, ]+\)(?:$|\nSELECT )`).MatchString(text) {
			t.Errorf("%s: %s", name, text)
		}
	}
}

func TestTheReadmeNamesEveryTable(t *testing.T) {
	b, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for table := range tableKeys(t) {
		if !strings.Contains(string(b), "`"+table+"`") {
			t.Errorf("README.md does not tell what %s is", table)
		}
	}
}

func TestMigrationsAreNumbered(t *testing.T) {
	all, err := Migrations()
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range all {
		if m.Number != i+1 || m.Name == "" || len(m.Steps) == 0 || len(m.SHA256) != 64 {
			t.Errorf("migration %d is %d %q with %d steps", i+1, m.Number, m.Name, len(m.Steps))
		}
		names := map[string]bool{}
		for _, s := range m.Steps {
			if names[s.Name] {
				t.Errorf("%04d has two steps %s", m.Number, s.Name)
			}
			names[s.Name] = true
			again := strings.Contains(s.SQL, "IF NOT EXISTS") || strings.Contains(s.SQL, "IF EXISTS") || s.UnlessColumn != "" ||
				strings.HasPrefix(s.SQL, "INSERT INTO ") // a row that is there already takes its own place
			if !again {
				t.Errorf("step %s of %04d cannot run again", s.Name, m.Number)
			}
		}
	}
}

func TestParseMigration(t *testing.T) {
	m, err := parseMigration("0002_more.sql", `-- 0002 more: what? for whom?

-- step runs_cost unless column runs.cost: what it cost, in cents?
ALTER TABLE runs
    -- a comment?
    ADD COLUMN cost Float64

-- step extra: a table
CREATE TABLE IF NOT EXISTS extra (a String) ENGINE = Memory
`)
	want := []Step{{"runs_cost", "runs.cost", "ALTER TABLE runs\n    ADD COLUMN cost Float64"}, {"extra", "", "CREATE TABLE IF NOT EXISTS extra (a String) ENGINE = Memory"}}
	if err != nil || m.Number != 2 || m.Name != "more" || !slices.Equal(m.Steps, want) {
		t.Errorf("%+v, %v", m, err)
	}
	for file, text := range map[string]string{
		"1_a.sql": "-- step a\nSELECT 1", "0001.sql": "-- step a\nSELECT 1", "abcd_a.sql": "-- step a\nSELECT 1",
		"0001_empty.sql": "", "0001_no_statement.sql": "-- step a: x\n", "0001_no_name.sql": "-- step : x\nSELECT 1",
		"0001_before.sql": "SELECT 1\n-- step a\nSELECT 1",
	} {
		if m, err := parseMigration(file, text); err == nil {
			t.Errorf("%s is read as %+v", file, m)
		}
	}
}

func TestTables(t *testing.T) {
	steps := func(texts ...string) (m Migration) {
		for _, text := range texts {
			m.Steps = append(m.Steps, Step{SQL: text})
		}
		return m
	}
	got := Tables([]Migration{steps("CREATE TABLE IF NOT EXISTS a (n UInt8)", "CREATE TABLE IF NOT EXISTS b (n UInt8)"),
		steps("ALTER TABLE a ADD COLUMN m UInt8", "DROP TABLE IF EXISTS a", "CREATE TABLE IF NOT EXISTS c (n UInt8)")})
	if !slices.Equal(got, []string{"b", "c"}) {
		t.Errorf("the tables are %v", got)
	}
	all, err := Migrations()
	if err != nil || len(Tables(all)) != len(tableKeys(t)) {
		t.Errorf("the migrations leave %v, %v", Tables(all), err)
	}
}
