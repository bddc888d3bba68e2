-- 0005 tombstones: the schema as it was released, with rows, and what a reader sees of them.
-- Written by `go test ./internal/store -run TestReleasedSchemas -keep-state`; it never changes once it is released.

-- table
CREATE TABLE IF NOT EXISTS migrations (number UInt32, name String, sha256 String, applied_ms Int64) ENGINE = ReplacingMergeTree(applied_ms) ORDER BY (number)

-- table
CREATE TABLE IF NOT EXISTS observations (
    organisation String,
    source String,
    channel String,
    metric String,
    subject String,
    dims String,
    grain String,
    from_day Date,
    definition String,
    part String,
    observed_at DateTime('UTC'),
    value Float64,
    complete UInt8,
    basis String,
    state String,
    note String,
    by_role String,
    version UInt64,
    rank UInt64,
    run String
) ENGINE = ReplacingMergeTree(rank)
PARTITION BY toYear(from_day)
ORDER BY (organisation, source, metric, grain, from_day, channel, subject, dims, definition, observed_at, version, run)

-- table
CREATE TABLE IF NOT EXISTS observations_current (
    organisation String,
    source String,
    channel String,
    metric String,
    subject String,
    dims String,
    grain String,
    from_day Date,
    definition String,
    part String,
    observed_at DateTime('UTC'),
    value Float64,
    complete UInt8,
    basis String,
    state String,
    note String,
    by_role String,
    version UInt64,
    rank UInt64,
    run String
) ENGINE = ReplacingMergeTree(rank)
PARTITION BY toYear(from_day)
ORDER BY (organisation, channel, metric, grain, from_day, source, subject, dims, definition, observed_at)

-- table
CREATE TABLE IF NOT EXISTS coverage (
    organisation String,
    source String,
    channel String,
    part String,
    metric String,
    grain String,
    from_day Date,
    result String,
    reason String,
    detail String,
    gap_from Array(DateTime('UTC')),
    gap_to Array(DateTime('UTC')),
    subjects Array(String),
    state String,
    version UInt64,
    rank UInt64,
    run String
) ENGINE = ReplacingMergeTree(rank)
PARTITION BY toYear(from_day)
ORDER BY (organisation, source, metric, grain, from_day, channel, part, version, run)

-- table
CREATE TABLE IF NOT EXISTS coverage_current (
    organisation String,
    source String,
    channel String,
    part String,
    metric String,
    grain String,
    from_day Date,
    result String,
    reason String,
    detail String,
    gap_from Array(DateTime('UTC')),
    gap_to Array(DateTime('UTC')),
    subjects Array(String),
    state String,
    version UInt64,
    rank UInt64,
    run String
) ENGINE = ReplacingMergeTree(rank)
PARTITION BY toYear(from_day)
ORDER BY (organisation, channel, metric, grain, from_day, source, part)

-- table
CREATE TABLE IF NOT EXISTS items (
    organisation String,
    id String,
    source String,
    channel String,
    outlet String,
    kind String,
    published_at DateTime('UTC'),
    first_seen DateTime('UTC'),
    title String,
    url String,
    language String,
    text String,
    state String,
    version UInt64,
    run String
) ENGINE = ReplacingMergeTree(version)
PARTITION BY toYear(first_seen)
ORDER BY (organisation, id, version, run)

-- table
CREATE TABLE IF NOT EXISTS states (
    organisation String,
    source String,
    name String,
    value String,
    version UInt64,
    run String
) ENGINE = ReplacingMergeTree(version)
ORDER BY (organisation, source, name, version, run)

-- table
CREATE TABLE IF NOT EXISTS runs (
    run String,
    organisation String,
    source String,
    kind String,
    zone String,
    started_ms Int64,
    committed_ms Int64,
    window_from Date,
    window_to Date,
    grains Array(String),
    result String,
    reason String,
    detail String,
    backfill UInt8,
    calls UInt32,
    cost Float64,
    answer_part Array(String),
    answer_status Array(Int32),
    answer_size Array(Int64),
    answer_sha256 Array(String),
    told_name Array(String),
    told_count Array(Int64),
    config String,
    program String,
    new UInt32,
    changed UInt32,
    unchanged UInt32,
    withdrawn UInt32,
    note String
) ENGINE = ReplacingMergeTree(committed_ms)
ORDER BY (organisation, source, run)

-- table
CREATE TABLE IF NOT EXISTS applied (
    run String,
    applied_ms Int64
) ENGINE = ReplacingMergeTree(applied_ms)
ORDER BY (run)

-- table
CREATE TABLE IF NOT EXISTS configs (
    hash String,
    text String,
    seen_ms Int64
) ENGINE = ReplacingMergeTree(seen_ms)
ORDER BY (hash)

-- table
ALTER TABLE items ADD COLUMN tags Array(String)

-- table
ALTER TABLE items ADD COLUMN projects Array(String)

-- table
ALTER TABLE items ADD COLUMN note String

-- table
ALTER TABLE items ADD COLUMN by_role String

-- table
CREATE TABLE IF NOT EXISTS aliases (
    organisation String,
    alias String,
    item String,
    version UInt64,
    run String
) ENGINE = ReplacingMergeTree(version)
ORDER BY (organisation, alias, version, run)

-- table
CREATE TABLE IF NOT EXISTS items_current (
    organisation String,
    counted_at DateTime('UTC'),
    id String,
    source String,
    channel String,
    outlet String,
    kind String,
    published_at DateTime('UTC'),
    first_seen DateTime('UTC'),
    title String,
    url String,
    language String,
    text String,
    state String,
    version UInt64,
    run String,
    tags Array(String),
    projects Array(String),
    note String,
    by_role String
) ENGINE = ReplacingMergeTree(version)
ORDER BY (organisation, counted_at, id)

-- table
INSERT INTO items_current (organisation, counted_at, id, source, channel, outlet, kind, published_at, first_seen, title, url, language, text, state, version, run, tags, projects, note, by_role)
SELECT organisation, if(toUInt32(published_1) = 0, first_seen_1, published_1) AS counted_1, id, source_1, channel_1, outlet_1, kind_1, published_1, first_seen_1,
    title_1, url_1, language_1, text_1, state_1, version_1, run_1, tags_1, projects_1, note_1, by_role_1
FROM (
    SELECT organisation, id, argMin(source, version) AS source_1, argMax(channel, version) AS channel_1, argMax(outlet, version) AS outlet_1, argMax(kind, version) AS kind_1,
        argMin(published_at, (toUInt32(published_at) = 0, version)) AS published_1, argMin(first_seen, version) AS first_seen_1,
        argMax(title, version) AS title_1, argMax(url, version) AS url_1, argMax(language, version) AS language_1, argMax(text, version) AS text_1,
        argMax(state, version) AS state_1, max(version) AS version_1, argMax(run, version) AS run_1,
        argMax(tags, version) AS tags_1, argMax(projects, version) AS projects_1, argMax(note, version) AS note_1, argMax(by_role, version) AS by_role_1
    FROM items
    WHERE run IN (SELECT run FROM runs)
    GROUP BY organisation, id)

-- table
CREATE TABLE IF NOT EXISTS alarms (
    organisation String,
    source String,
    fault String,
    way String,
    state String,
    step UInt32,
    since_ms Int64,
    until_ms Int64,
    tries UInt32,
    detail String,
    noted_ms Int64,
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (organisation, source, fault, way, version)

-- table
CREATE TABLE IF NOT EXISTS claims (
    name String,
    holder String,
    until_ms Int64,
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (name, holder)

-- table
ALTER TABLE runs ADD COLUMN failing_part Array(String)

-- table
ALTER TABLE runs ADD COLUMN failing_reason Array(String)

-- table
CREATE TABLE IF NOT EXISTS tombstones (
    id String,
    rule String,
    reason String,
    organisation String,
    source String,
    channel String,
    zone String,
    first_day Date,
    last_day Date,
    only_over UInt8,
    numbers UInt8,
    metrics Array(String),
    subjects UInt8,
    items UInt8,
    only_items Array(String),
    addresses Array(String),
    partly Array(String),
    state String,
    removed Array(Int64),
    noted_ms Int64,
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (organisation, source, id, version)

-- row
INSERT INTO alarms (organisation, source, fault, way, state, step, since_ms, until_ms, tries, detail, noted_ms, version)
SELECT '', '', '', 'webhook', 'failing', 0, 1795413600000, 1795413660000, 1, 'the server\'s\n', 1795413600000, 117664225689688247

-- row
INSERT INTO alarms (organisation, source, fault, way, state, step, since_ms, until_ms, tries, detail, noted_ms, version)
SELECT 'koske', 'loki', 'source_failed', '', 'stands', 0, 1795410000000, 0, 0, 'log_missing', 1795413600000, 117664225689622711

-- row
INSERT INTO alarms (organisation, source, fault, way, state, step, since_ms, until_ms, tries, detail, noted_ms, version)
SELECT 'koske', 'loki', 'source_failed', 'mail', 'stands', 0, 1795410000000, 0, 0, 'log_missing', 1795413600000, 117664225689622711

-- row
INSERT INTO aliases (organisation, alias, item, version, run)
SELECT '_shared', 'guid:\'y', 'i2', 117664229621782711, 'sample-0'

-- row
INSERT INTO aliases (organisation, alias, item, version, run)
SELECT '_shared', 'url:x', 'i2', 117664229621782711, 'sample-0'

-- row
INSERT INTO aliases (organisation, alias, item, version, run)
SELECT '_shared', 'url:z', 'i2', 117664237486102711, 'sample-2'

-- row
INSERT INTO applied (run, applied_ms)
SELECT 'sample-0', 1795413660000

-- row
INSERT INTO applied (run, applied_ms)
SELECT 'sample-1', 1795413720000

-- row
INSERT INTO applied (run, applied_ms)
SELECT 'sample-2', 1795413780000

-- row
INSERT INTO applied (run, applied_ms)
SELECT 'sample-3', 1795413840000

-- row
INSERT INTO applied (run, applied_ms)
SELECT 'sample-5', 1795357313983

-- row
INSERT INTO claims (name, holder, until_ms, version)
SELECT 'alarms', 'EVF4SLCYO7DSMPHO7CGTAT3IPZ', 1795413660000, 117664225689622711

-- row
INSERT INTO configs (hash, text, seen_ms)
SELECT 'c0ffee', 'organisations:\n  - {id: koske}\n', 1795413600000

-- row
INSERT INTO coverage (organisation, source, channel, part, metric, grain, from_day, result, reason, detail, gap_from, gap_to, subjects, state, version, rank, run)
SELECT 'koske', 'loki', 'kotisivut', 'log', 'views', 'day', toDate('2027-01-02'), 'partial', 'log_silent', '', [toDateTime(1795413600)], [toDateTime(1795417200)], ['/b'], 'value', 117664229621782711, 4729350248049170615, 'sample-0'

-- row
INSERT INTO coverage_current (organisation, source, channel, part, metric, grain, from_day, result, reason, detail, gap_from, gap_to, subjects, state, version, rank, run)
SELECT 'koske', 'loki', 'kotisivut', 'log', 'views', 'day', toDate('2027-01-02'), 'partial', 'log_silent', '', [toDateTime(1795413600)], [toDateTime(1795417200)], ['/b'], 'value', 117664229621782711, 4729350248049170615, 'sample-0'

-- row
INSERT INTO items (organisation, id, source, channel, outlet, kind, published_at, first_seen, title, url, language, text, state, version, run, tags, projects, note, by_role)
SELECT '_shared', 'i2', 'loki', '', 'Yle', 'article', toDateTime(0), toDateTime(1795413600), 'Ilman päivää', 'https://yle.fi/a/1', 'fi', 'Ingressi\'s\n\n\\', 'value', 117664229621782711, 'sample-0', ['koti', 'sote'], ['luontohyvaks'], 'soitto', 'planner'

-- row
INSERT INTO items (organisation, id, source, channel, outlet, kind, published_at, first_seen, title, url, language, text, state, version, run, tags, projects, note, by_role)
SELECT '_shared', 'i2', 'loki', '', 'Yle', 'article', toDateTime(1795240800), toDateTime(1795413600), 'Ilman päivää', 'https://yle.fi/a/1', 'fi', 'Ingressi\'s\n\n\\', 'value', 117664237486102711, 'sample-2', ['koti', 'sote'], ['luontohyvaks'], 'soitto', 'planner'

-- row
INSERT INTO items (organisation, id, source, channel, outlet, kind, published_at, first_seen, title, url, language, text, state, version, run, tags, projects, note, by_role)
SELECT 'koske', 'i1', 'loki', '', '', 'page', toDateTime(0), toDateTime(1795413600), 'Etusivu', '', '', '', 'value', 117664229621782711, 'sample-0', emptyArrayString(), emptyArrayString(), '', ''

-- row
INSERT INTO items (organisation, id, source, channel, outlet, kind, published_at, first_seen, title, url, language, text, state, version, run, tags, projects, note, by_role)
SELECT 'koske', 'i1', 'loki', '', '', 'page', toDateTime(0), toDateTime(1795413600), 'Etusivu', '', '', '', 'withdrawn', 117664237486102711, 'sample-2', emptyArrayString(), emptyArrayString(), '', ''

-- row
INSERT INTO items_current (organisation, counted_at, id, source, channel, outlet, kind, published_at, first_seen, title, url, language, text, state, version, run, tags, projects, note, by_role)
SELECT '_shared', toDateTime(1795240800), 'i2', 'loki', '', 'Yle', 'article', toDateTime(1795240800), toDateTime(1795413600), 'Ilman päivää', 'https://yle.fi/a/1', 'fi', 'Ingressi\'s\n\n\\', 'value', 117664237486102711, 'sample-2', ['koti', 'sote'], ['luontohyvaks'], 'soitto', 'planner'

-- row
INSERT INTO items_current (organisation, counted_at, id, source, channel, outlet, kind, published_at, first_seen, title, url, language, text, state, version, run, tags, projects, note, by_role)
SELECT '_shared', toDateTime(1795413600), 'i2', '', '', '', '', toDateTime(0), toDateTime(0), '', '', '', '', 'moved', 117664237486102711, 'sample-2', emptyArrayString(), emptyArrayString(), '', ''

-- row
INSERT INTO items_current (organisation, counted_at, id, source, channel, outlet, kind, published_at, first_seen, title, url, language, text, state, version, run, tags, projects, note, by_role)
SELECT '_shared', toDateTime(1795413600), 'i2', 'loki', '', 'Yle', 'article', toDateTime(0), toDateTime(1795413600), 'Ilman päivää', 'https://yle.fi/a/1', 'fi', 'Ingressi\'s\n\n\\', 'value', 117664229621782711, 'sample-0', ['koti', 'sote'], ['luontohyvaks'], 'soitto', 'planner'

-- row
INSERT INTO items_current (organisation, counted_at, id, source, channel, outlet, kind, published_at, first_seen, title, url, language, text, state, version, run, tags, projects, note, by_role)
SELECT 'koske', toDateTime(1795413600), 'i1', 'loki', '', '', 'page', toDateTime(0), toDateTime(1795413600), 'Etusivu', '', '', '', 'value', 117664229621782711, 'sample-0', emptyArrayString(), emptyArrayString(), '', ''

-- row
INSERT INTO items_current (organisation, counted_at, id, source, channel, outlet, kind, published_at, first_seen, title, url, language, text, state, version, run, tags, projects, note, by_role)
SELECT 'koske', toDateTime(1795413600), 'i1', 'loki', '', '', 'page', toDateTime(0), toDateTime(1795413600), 'Etusivu', '', '', '', 'withdrawn', 117664237486102711, 'sample-2', emptyArrayString(), emptyArrayString(), '', ''

-- row
INSERT INTO migrations (number, name, sha256, applied_ms)
SELECT 1, 'base', 'c4cdaca97e292050e68d7010fc10a4d11288599f26f5a3296f0a6d28103d55f2', 1795413600000

-- row
INSERT INTO migrations (number, name, sha256, applied_ms)
SELECT 2, 'desk', 'c9c146da6580d4433e655bbdb8636b84355003f14be4b8c3862b17e61505149a', 1795413600000

-- row
INSERT INTO migrations (number, name, sha256, applied_ms)
SELECT 3, 'alarms', 'c9309680c5fc3cff57906209fe1e39326ad3cc33d6ff0c881bf837bbd21dd52d', 1795413600000

-- row
INSERT INTO migrations (number, name, sha256, applied_ms)
SELECT 4, 'failing', '609cca71db7f4b1e265994b0291799db812569ec6efe779ebb071b789b2724b2', 1795413600000

-- row
INSERT INTO migrations (number, name, sha256, applied_ms)
SELECT 5, 'tombstones', '67ed8a03a61d251b6e33d468b936d0ad3200349e9f9316623fc3894d15876799', 1795413600000

-- row
INSERT INTO observations (organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run)
SELECT 'koske', 'loki', 'facebook', 'followers', '', '', 'snapshot', toDate('2026-12-31'), 'accesslog-1', 'log', toDateTime(1798747200), 100, 1, 'collected', 'value', '', '', 117664229621782711, 9341036266476558519, 'sample-0'

-- row
INSERT INTO observations (organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run)
SELECT 'koske', 'loki', 'facebook', 'followers', '', '', 'snapshot', toDate('2026-12-31'), 'accesslog-1', 'log', toDateTime(1798752600), 101, 1, 'collected', 'value', '', '', 117664233553942711, 9341036270408718519, 'sample-1'

-- row
INSERT INTO observations (organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run)
SELECT 'koske', 'loki', 'kotisivut', 'views', '', '', 'day', toDate('2026-12-31'), 'accesslog-1', 'log', toDateTime(0), 666, 1, 'collected', 'value', '', '', 117664245350422711, 9341036282205198519, 'sample-4'

-- row
INSERT INTO observations (organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run)
SELECT 'koske', 'loki', 'kotisivut', 'views', '', '', 'day', toDate('2026-12-31'), 'accesslog-1', 'log', toDateTime(0), 7, 0, 'collected', 'value', '', '', 117664229621782711, 117664229621782711, 'sample-0'

-- row
INSERT INTO observations (organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run)
SELECT 'koske', 'loki', 'kotisivut', 'views', '', '', 'day', toDate('2026-12-31'), 'accesslog-1', 'log', toDateTime(0), 9, 1, 'collected', 'value', '', '', 117664233553942711, 9341036270408718519, 'sample-1'

-- row
INSERT INTO observations (organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run)
SELECT 'koske', 'loki', 'kotisivut', 'views', '', '', 'day', toDate('2027-01-03'), 'accesslog-1', 'log', toDateTime(0), 8, 1, 'collected', 'value', '', '', 117664249282582711, 9341036286137358519, 'sample-5'

-- row
INSERT INTO observations (organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run)
SELECT 'koske', 'loki', 'kotisivut', 'views', '/a', 'device=mobile', 'day', toDate('2026-12-30'), 'accesslog-1', 'log', toDateTime(0), 5, 1, 'entered', 'value', 'typed', 'planner', 117664229621782711, 9341036266476558519, 'sample-0'

-- row
INSERT INTO observations (organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run)
SELECT 'koske', 'loki', 'kotisivut', 'views', '/a', 'device=mobile', 'day', toDate('2026-12-30'), 'accesslog-1', 'log', toDateTime(0), 5, 1, 'entered', 'withdrawn', 'wrong log', 'planner', 117664241418262711, 9341036278273038519, 'sample-3'

-- row
INSERT INTO observations (organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run)
SELECT 'koske', 'loki', 'kotisivut', 'views', '/b\'s\n\n\\', '', 'day', toDate('2027-01-02'), 'accesslog-1', 'log', toDateTime(0), 3, 1, 'collected', 'value', '', '', 117664229621782711, 9341036266476558519, 'sample-0'

-- row
INSERT INTO observations (organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run)
SELECT 'koske', 'loki', 'kotisivut', 'views', '/b\'s\n\n\\', '', 'day', toDate('2027-01-02'), 'accesslog-1', 'log', toDateTime(0), 4, 1, 'collected', 'value', '', '', 117664233553942711, 9341036270408718519, 'sample-1'

-- row
INSERT INTO observations (organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run)
SELECT 'koske', 'loki', 'kotisivut', 'views', '/b\'s\n\n\\', '', 'day', toDate('2027-01-02'), 'accesslog-1', 'log', toDateTime(0), 4, 1, 'collected', 'withdrawn', '', '', 117664237486102711, 9341036274340878519, 'sample-2'

-- row
INSERT INTO observations_current (organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run)
SELECT 'koske', 'loki', 'facebook', 'followers', '', '', 'snapshot', toDate('2026-12-31'), 'accesslog-1', 'log', toDateTime(1798747200), 100, 1, 'collected', 'value', '', '', 117664229621782711, 9341036266476558519, 'sample-0'

-- row
INSERT INTO observations_current (organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run)
SELECT 'koske', 'loki', 'facebook', 'followers', '', '', 'snapshot', toDate('2026-12-31'), 'accesslog-1', 'log', toDateTime(1798752600), 101, 1, 'collected', 'value', '', '', 117664233553942711, 9341036270408718519, 'sample-1'

-- row
INSERT INTO observations_current (organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run)
SELECT 'koske', 'loki', 'kotisivut', 'views', '', '', 'day', toDate('2026-12-31'), 'accesslog-1', 'log', toDateTime(0), 7, 0, 'collected', 'value', '', '', 117664229621782711, 117664229621782711, 'sample-0'

-- row
INSERT INTO observations_current (organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run)
SELECT 'koske', 'loki', 'kotisivut', 'views', '', '', 'day', toDate('2026-12-31'), 'accesslog-1', 'log', toDateTime(0), 9, 1, 'collected', 'value', '', '', 117664233553942711, 9341036270408718519, 'sample-1'

-- row
INSERT INTO observations_current (organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run)
SELECT 'koske', 'loki', 'kotisivut', 'views', '', '', 'day', toDate('2027-01-03'), 'accesslog-1', 'log', toDateTime(0), 8, 1, 'collected', 'value', '', '', 117664249282582711, 9341036286137358519, 'sample-5'

-- row
INSERT INTO observations_current (organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run)
SELECT 'koske', 'loki', 'kotisivut', 'views', '/a', 'device=mobile', 'day', toDate('2026-12-30'), 'accesslog-1', 'log', toDateTime(0), 5, 1, 'entered', 'value', 'typed', 'planner', 117664229621782711, 9341036266476558519, 'sample-0'

-- row
INSERT INTO observations_current (organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run)
SELECT 'koske', 'loki', 'kotisivut', 'views', '/a', 'device=mobile', 'day', toDate('2026-12-30'), 'accesslog-1', 'log', toDateTime(0), 5, 1, 'entered', 'withdrawn', 'wrong log', 'planner', 117664241418262711, 9341036278273038519, 'sample-3'

-- row
INSERT INTO observations_current (organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run)
SELECT 'koske', 'loki', 'kotisivut', 'views', '/b\'s\n\n\\', '', 'day', toDate('2027-01-02'), 'accesslog-1', 'log', toDateTime(0), 3, 1, 'collected', 'value', '', '', 117664229621782711, 9341036266476558519, 'sample-0'

-- row
INSERT INTO observations_current (organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run)
SELECT 'koske', 'loki', 'kotisivut', 'views', '/b\'s\n\n\\', '', 'day', toDate('2027-01-02'), 'accesslog-1', 'log', toDateTime(0), 4, 1, 'collected', 'value', '', '', 117664233553942711, 9341036270408718519, 'sample-1'

-- row
INSERT INTO observations_current (organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run)
SELECT 'koske', 'loki', 'kotisivut', 'views', '/b\'s\n\n\\', '', 'day', toDate('2027-01-02'), 'accesslog-1', 'log', toDateTime(0), 4, 1, 'collected', 'withdrawn', '', '', 117664237486102711, 9341036274340878519, 'sample-2'

-- row
INSERT INTO runs (run, organisation, source, kind, zone, started_ms, committed_ms, window_from, window_to, grains, result, reason, detail, backfill, calls, cost, answer_part, answer_status, answer_size, answer_sha256, told_name, told_count, config, program, new, changed, unchanged, withdrawn, note, failing_part, failing_reason)
SELECT 'sample-0', 'koske', 'loki', 'accesslog', 'Europe/Helsinki', 1795413660000, 1795413660000, toDate('2026-12-28'), toDate('2027-01-04'), ['day'], 'ok', '', '', 0, 0, 0, ['log'], [200], [9], ['ab'], ['lines'], [12], '', 'test', 6, 0, 0, 0, '', emptyArrayString(), emptyArrayString()

-- row
INSERT INTO runs (run, organisation, source, kind, zone, started_ms, committed_ms, window_from, window_to, grains, result, reason, detail, backfill, calls, cost, answer_part, answer_status, answer_size, answer_sha256, told_name, told_count, config, program, new, changed, unchanged, withdrawn, note, failing_part, failing_reason)
SELECT 'sample-1', 'koske', 'loki', 'accesslog', 'Europe/Helsinki', 1795413720000, 1795413720000, toDate('1970-01-01'), toDate('1970-01-01'), emptyArrayString(), 'ok', '', '', 0, 0, 0, emptyArrayString(), emptyArrayInt32(), emptyArrayInt64(), emptyArrayString(), emptyArrayString(), emptyArrayInt64(), '', 'test', 0, 3, 0, 0, '', emptyArrayString(), emptyArrayString()

-- row
INSERT INTO runs (run, organisation, source, kind, zone, started_ms, committed_ms, window_from, window_to, grains, result, reason, detail, backfill, calls, cost, answer_part, answer_status, answer_size, answer_sha256, told_name, told_count, config, program, new, changed, unchanged, withdrawn, note, failing_part, failing_reason)
SELECT 'sample-2', 'koske', 'loki', 'accesslog', 'Europe/Helsinki', 1795413780000, 1795413780000, toDate('1970-01-01'), toDate('1970-01-01'), emptyArrayString(), 'ok', '', '', 0, 0, 0, emptyArrayString(), emptyArrayInt32(), emptyArrayInt64(), emptyArrayString(), emptyArrayString(), emptyArrayInt64(), '', 'test', 0, 1, 0, 2, '', emptyArrayString(), emptyArrayString()

-- row
INSERT INTO runs (run, organisation, source, kind, zone, started_ms, committed_ms, window_from, window_to, grains, result, reason, detail, backfill, calls, cost, answer_part, answer_status, answer_size, answer_sha256, told_name, told_count, config, program, new, changed, unchanged, withdrawn, note, failing_part, failing_reason)
SELECT 'sample-3', 'koske', 'loki', 'retract', 'Europe/Helsinki', 1795413840000, 1795413840000, toDate('1970-01-01'), toDate('1970-01-01'), emptyArrayString(), 'ok', '', '', 0, 0, 0, emptyArrayString(), emptyArrayInt32(), emptyArrayInt64(), emptyArrayString(), emptyArrayString(), emptyArrayInt64(), '', '', 0, 0, 0, 1, 'wrong log', emptyArrayString(), emptyArrayString()

-- row
INSERT INTO runs (run, organisation, source, kind, zone, started_ms, committed_ms, window_from, window_to, grains, result, reason, detail, backfill, calls, cost, answer_part, answer_status, answer_size, answer_sha256, told_name, told_count, config, program, new, changed, unchanged, withdrawn, note, failing_part, failing_reason)
SELECT 'sample-5', 'koske', 'loki', 'accesslog', 'Europe/Helsinki', 1795413960000, 1795413960000, toDate('1970-01-01'), toDate('1970-01-01'), emptyArrayString(), 'ok', '', '', 0, 0, 0, emptyArrayString(), emptyArrayInt32(), emptyArrayInt64(), emptyArrayString(), emptyArrayString(), emptyArrayInt64(), '', 'test', 1, 0, 0, 0, '', emptyArrayString(), emptyArrayString()

-- row
INSERT INTO states (organisation, source, name, value, version, run)
SELECT 'koske', 'loki', 'offset', '12', 117664229621782711, 'sample-0'

-- row
INSERT INTO states (organisation, source, name, value, version, run)
SELECT 'koske', 'loki', 'offset', '13', 117664249282582711, 'sample-5'

-- row
INSERT INTO states (organisation, source, name, value, version, run)
SELECT 'koske', 'loki', 'offset', '666', 117664245350422711, 'sample-4'

-- row
INSERT INTO tombstones (id, rule, reason, organisation, source, channel, zone, first_day, last_day, only_over, numbers, metrics, subjects, items, only_items, addresses, partly, state, removed, noted_ms, version)
SELECT 'f-1', '', 'asked for', 'koske', 'unohdettu', '', 'UTC', toDate('1970-01-01'), toDate('2026-10-31'), 0, 1, ['views'], 0, 0, emptyArrayString(), emptyArrayString(), emptyArrayString(), 'done', [0, 0, 0, 0], 1795413600000, 117664225689622711

-- shows observation koske loki facebook followers "" "" snapshot 2026-12-31 accesslog-1 log = 101 true collected value "" "" at 2026-12-31T21:30:00Z of sample-1
-- shows observation koske loki kotisivut views "" "" day 2026-12-31 accesslog-1 log = 9 true collected value "" "" at 0001-01-01T00:00:00Z of sample-1
-- shows observation koske loki kotisivut views "" "" day 2027-01-03 accesslog-1 log = 8 true collected value "" "" at 0001-01-01T00:00:00Z of sample-5
-- shows coverage koske loki kotisivut log views day 2027-01-02 = partial "log_silent" "" 1 gaps, subjects ["/b"] of sample-0
-- shows run sample-5 loki accesslog Europe/Helsinki 1970-01-01..1969-12-31 1795413960000 ok "" "" 0 answers, 0 told, 1 0 0 0
-- shows run sample-3 loki retract Europe/Helsinki 1970-01-01..1969-12-31 1795413840000 ok "" "wrong log" 0 answers, 0 told, 0 0 0 1
-- shows run sample-2 loki accesslog Europe/Helsinki 1970-01-01..1969-12-31 1795413780000 ok "" "" 0 answers, 0 told, 0 1 0 2
-- shows run sample-1 loki accesslog Europe/Helsinki 1970-01-01..1969-12-31 1795413720000 ok "" "" 0 answers, 0 told, 0 3 0 0
-- shows run sample-0 loki accesslog Europe/Helsinki 2026-W53 1795413660000 ok "" "" 1 answers, 1 told, 6 0 0 0
-- shows alarm    "webhook": failing 0 since 1795413600000 until 1795413660000, 1 tries, "the server's\n" at 1795413600000
-- shows alarm koske loki source_failed "": stands 0 since 1795410000000 until -62135596800000, 0 tries, "log_missing" at 1795413600000
-- shows alarm koske loki source_failed "mail": stands 0 since 1795410000000 until -62135596800000, 0 tries, "log_missing" at 1795413600000
-- shows state map["offset":"13"]
-- shows item _shared i2 loki "" "Yle" article 1795413600000 2026-11-21T06:00:00Z "Ilman päivää" "https://yle.fi/a/1" "fi" "Ingressi's\n\n\\" ["koti" "sote"] ["luontohyvaks"] "soitto" "planner" of sample-2
-- shows alias _shared guid:'y is i2
-- shows alias _shared url:x is i2
-- shows alias _shared url:z is i2
