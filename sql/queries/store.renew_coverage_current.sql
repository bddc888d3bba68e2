-- purpose: bring the coverage of the runs that were committed until a moment into the current table, of one source and some days
-- parameters: organisation, source, first day, last day, the same organisation, the same source, the moment (ms since 1970)
-- columns: none
INSERT INTO coverage_current (organisation, source, channel, part, metric, grain, from_day, result, reason, detail, gap_from, gap_to, subjects, state, version, rank, run)
SELECT organisation, source, channel, part, metric, grain, from_day, result, reason, detail, gap_from, gap_to, subjects, state, version, rank, run
FROM coverage
WHERE organisation = ? AND source = ? AND from_day >= toDate(?) AND from_day <= toDate(?)
  AND run IN (SELECT run FROM runs WHERE organisation = ? AND source = ? AND committed_ms <= ?)
