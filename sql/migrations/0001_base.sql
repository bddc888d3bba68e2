-- 0001 base: what was observed, of which periods the sources answered, and the runs that make both count.
-- Every step may run again. Types and engines are those that ClickHouse 18.16 and later share.

-- step observations: every answer ever told, tagged with its run; it counts when the run is in runs
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

-- step observations_current: the answer of each key that counts now; FINAL keeps the highest rank
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

-- step coverage: what every run said of every period, when that was news
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

-- step coverage_current: what counts of each period now
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

-- step items: things published or found, every version
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

-- step states: the small memory of each source, every version
CREATE TABLE IF NOT EXISTS states (
    organisation String,
    source String,
    name String,
    value String,
    version UInt64,
    run String
) ENGINE = ReplacingMergeTree(version)
ORDER BY (organisation, source, name, version, run)

-- step runs: one row a run, written last of all: this row is the commit
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

-- step applied: runs whose answers stand in the current tables; a run without its mark is applied again at the next opening
CREATE TABLE IF NOT EXISTS applied (
    run String,
    applied_ms Int64
) ENGINE = ReplacingMergeTree(applied_ms)
ORDER BY (run)

-- step configs: every configuration that was ever in force, as text, without secrets (the file holds none)
CREATE TABLE IF NOT EXISTS configs (
    hash String,
    text String,
    seen_ms Int64
) ENGINE = ReplacingMergeTree(seen_ms)
ORDER BY (hash)
