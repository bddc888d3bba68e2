-- purpose: what one run told, to apply it again
-- parameters: organisation, source, run
-- columns: those of observations
SELECT organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run
FROM observations
WHERE organisation = ? AND source = ? AND run = ?
ORDER BY channel, metric, grain, from_day, subject, dims, definition, observed_at, version
