-- purpose: what sources kept in mind on some days, to export them
-- parameters: first day, last day (both since 1970)
-- columns: all of states
SELECT * FROM states
WHERE intDiv(version, 5662310400000) >= ? AND intDiv(version, 5662310400000) <= ?
ORDER BY version, organisation, source, name, run
