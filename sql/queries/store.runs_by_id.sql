-- purpose: runs by their ids
-- parameters: runs
-- columns: those of runs
SELECT run, organisation, source, kind, zone, started_ms, committed_ms, window_from, window_to, grains, result, reason, detail, backfill, calls, cost, answer_part, answer_status, answer_size, answer_sha256, told_name, told_count, config, program, new, changed, unchanged, withdrawn, note, failing_part, failing_reason
FROM runs
WHERE run IN ?
ORDER BY committed_ms, run
