-- purpose: every answer ever told to what a selection asks for, oldest first, also by runs that were not committed
-- parameters: organisations, channels, metrics, grains, first day, last day
-- columns: those of observations
SELECT organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run
FROM observations FINAL
WHERE organisation IN ? AND channel IN ? AND metric IN ? AND grain IN ? AND from_day >= toDate(?) AND from_day <= toDate(?)
ORDER BY organisation, channel, metric, grain, from_day, source, subject, dims, definition, observed_at, version, run
