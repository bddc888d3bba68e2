-- purpose: what was forgotten on some days, to export it
-- parameters: first day, last day (both since 1970)
-- columns: all of tombstones
SELECT * FROM tombstones
WHERE intDiv(version, 5662310400000) >= ? AND intDiv(version, 5662310400000) <= ?
ORDER BY version, organisation, source, id
