-- 0005 tombstones: what was forgotten, by which rule and when; never what it was. Every step may run again.

-- step tombstones: every change of what is forgotten; state 'begun' is a removal that was interrupted, and goes on
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
