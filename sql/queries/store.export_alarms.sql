-- purpose: what changed of faults on some days, to export them
-- parameters: first day, last day (both since 1970)
-- columns: all of alarms
SELECT * FROM alarms
WHERE intDiv(version, 5662310400000) >= ? AND intDiv(version, 5662310400000) <= ?
ORDER BY version, organisation, source, fault, way
