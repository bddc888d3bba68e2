-- purpose: add rows to coverage_current
-- parameters: a batch of the columns
-- columns: none
INSERT INTO coverage_current (organisation, source, channel, part, metric, grain, from_day, result, reason, detail, gap_from, gap_to, subjects, state, version, rank, run)
