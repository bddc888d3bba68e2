-- purpose: of each item, counter, source and definition the newest answer that counts now, of some days
-- parameters: organisations, channels, metrics, first day, last day
-- columns: those of observations
SELECT organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run
FROM observations_current FINAL
WHERE organisation IN ? AND channel IN ? AND metric IN ? AND grain = 'snapshot' AND from_day >= toDate(?) AND from_day <= toDate(?) AND subject != '' AND dims = '' AND state = 'value'
ORDER BY organisation, channel, metric, grain, source, subject, dims, definition, from_day DESC, rank DESC, observed_at
LIMIT 1 BY organisation, channel, metric, source, subject, definition
