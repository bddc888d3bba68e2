-- purpose: what was ever said of periods that begin on some days, to export them
-- parameters: first day, last day (both since 1970)
-- columns: all of coverage
SELECT * FROM coverage
WHERE from_day >= toDate(?) AND from_day <= toDate(?)
ORDER BY from_day, organisation, source, metric, grain, channel, part, version, run
