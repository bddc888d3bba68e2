-- purpose: the runs that were committed on some days, to export them
-- parameters: first day, last day (both since 1970)
-- columns: all of runs
SELECT * FROM runs
WHERE intDiv(committed_ms, 86400000) >= ? AND intDiv(committed_ms, 86400000) <= ?
ORDER BY committed_ms, organisation, source, run
