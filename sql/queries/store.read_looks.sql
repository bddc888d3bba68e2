-- purpose: the answers about single items that count now, told for some days
-- parameters: organisations, channels, metrics, days
-- columns: those of observations
SELECT organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run
FROM observations_current FINAL
WHERE organisation IN ? AND channel IN ? AND metric IN ? AND grain = 'snapshot' AND from_day IN ? AND subject != '' AND dims = '' AND state = 'value'
ORDER BY organisation, channel, metric, grain, from_day, source, subject, dims, definition, observed_at
