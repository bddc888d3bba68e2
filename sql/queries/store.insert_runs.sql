-- purpose: commit a run: nothing of it counts before this row is there
-- parameters: a batch of the columns
-- columns: none
INSERT INTO runs (run, organisation, source, kind, zone, started_ms, committed_ms, window_from, window_to, grains, result, reason, detail, backfill, calls, cost, answer_part, answer_status, answer_size, answer_sha256, told_name, told_count, config, program, new, changed, unchanged, withdrawn, note, failing_part, failing_reason)
