-- purpose: make the record of runs again that is lost and that told nothing but items; they are known to have been committed
-- parameters: none
-- columns: none
INSERT INTO runs (run, organisation, source, kind, zone, started_ms, committed_ms, window_from, window_to, grains, result, reason, detail, backfill, calls, cost, answer_part, answer_status, answer_size, answer_sha256, told_name, told_count, config, program, new, changed, unchanged, withdrawn, note, failing_part, failing_reason)
SELECT run, max(organisation) AS organisation_1, min(source) AS source_1, '' AS kind_1, 'UTC' AS zone_1, toInt64(intDiv(max(version), 65536)) AS started_1, toInt64(intDiv(max(version), 65536)) AS committed_1,
    toDate(0) AS from_1, toDate(0) AS to_1, emptyArrayString() AS grains_1, 'partial' AS result_1, '' AS reason_1, '' AS detail_1,
    toUInt8(0) AS backfill_1, toUInt32(0) AS calls_1, toFloat64(0) AS cost_1, emptyArrayString() AS part_1, emptyArrayInt32() AS status_1, emptyArrayInt64() AS size_1, emptyArrayString() AS sha_1,
    emptyArrayString() AS name_1, emptyArrayInt64() AS count_1, '' AS config_1, '' AS program_1, toUInt32(0) AS new_1, toUInt32(0) AS changed_1, toUInt32(0) AS unchanged_1, toUInt32(0) AS withdrawn_1,
    'the record of this run was lost, and this one made again from what it told' AS note_1, emptyArrayString() AS failing_1, emptyArrayString() AS why_1
FROM items
WHERE run NOT IN (SELECT run FROM runs)
  AND run IN (SELECT run FROM applied UNION ALL SELECT run FROM items_current)
GROUP BY run
