-- purpose: the answers ever told of some days, to export them
-- parameters: first day, last day (both since 1970)
-- columns: all of observations
SELECT * FROM observations
WHERE from_day >= toDate(?) AND from_day <= toDate(?)
ORDER BY from_day, organisation, source, metric, grain, channel, subject, dims, definition, observed_at, version, run
