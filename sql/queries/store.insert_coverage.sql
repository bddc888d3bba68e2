-- purpose: add rows to coverage
-- parameters: a batch of the columns
-- columns: none
INSERT INTO coverage (organisation, source, channel, part, metric, grain, from_day, result, reason, detail, gap_from, gap_to, subjects, state, version, rank, run)
