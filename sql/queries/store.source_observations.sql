-- purpose: what counts now of one source in some days, withdrawn answers too, to compare a run with
-- parameters: organisation, source, first day, last day
-- columns: those of observations
SELECT organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run
FROM observations_current FINAL
WHERE organisation = ? AND source = ? AND from_day >= toDate(?) AND from_day <= toDate(?)
ORDER BY channel, metric, grain, from_day, subject, dims, definition, observed_at
