-- purpose: give back to the history the answers of a source in some days that only the current table has
-- parameters: organisation, source, first day, last day, the same organisation, the same source, the same first day, the same last day
-- columns: none
INSERT INTO observations (organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run)
SELECT organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run
FROM observations_current
WHERE organisation = ? AND source = ? AND from_day >= toDate(?) AND from_day <= toDate(?)
  AND (channel, metric, subject, dims, grain, from_day, definition, observed_at, version, run) NOT IN (
    SELECT channel, metric, subject, dims, grain, from_day, definition, observed_at, version, run FROM observations WHERE organisation = ? AND source = ? AND from_day >= toDate(?) AND from_day <= toDate(?))
