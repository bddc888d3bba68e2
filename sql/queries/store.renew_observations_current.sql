-- purpose: bring what the runs told that were committed until a moment into the current table, of one source and some days
-- parameters: organisation, source, first day, last day, the same organisation, the same source, the moment (ms since 1970)
-- columns: none
INSERT INTO observations_current (organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run)
SELECT organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run
FROM observations
WHERE organisation = ? AND source = ? AND from_day >= toDate(?) AND from_day <= toDate(?)
  AND run IN (SELECT run FROM runs WHERE organisation = ? AND source = ? AND committed_ms <= ?)
