-- purpose: the newest runs of organisations that were committed before a moment, newest first
-- parameters: organisations, the moment (ms since 1970), how many at most
-- columns: those of runs
SELECT run, organisation, source, kind, zone, started_ms, committed_ms, window_from, window_to, grains, result, reason, detail, backfill, calls, cost, answer_part, answer_status, answer_size, answer_sha256, told_name, told_count, config, program, new, changed, unchanged, withdrawn, note, failing_part, failing_reason
FROM runs FINAL
WHERE organisation IN ? AND committed_ms < ?
ORDER BY committed_ms DESC, run DESC
LIMIT ?
