-- purpose: the answers that count now, of channels and metrics of organisations, by day of beginning
-- parameters: organisations, channels, metrics, grains, first day, last day
-- columns: those of observations
SELECT organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run
FROM observations_current FINAL
WHERE organisation IN ? AND channel IN ? AND metric IN ? AND grain IN ? AND from_day >= toDate(?) AND from_day <= toDate(?)
  AND state = 'value'
ORDER BY organisation, channel, metric, grain, from_day, source, subject, dims, definition, observed_at
