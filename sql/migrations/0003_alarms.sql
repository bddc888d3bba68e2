-- 0003 alarms: what is wrong, since when, and who was told of it. Every step may run again.

-- step alarms: every change of what is known of a fault; way '' is the fault itself, another way is what was told by it
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

-- step claims: who does what only one process may do at a time, and until when; what a killed process held runs out
CREATE TABLE IF NOT EXISTS claims (
    name String,
    holder String,
    until_ms Int64,
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (name, holder)
