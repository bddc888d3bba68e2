-- purpose: the addresses that items took on some days, to export them
-- parameters: first day, last day (both since 1970)
-- columns: all of aliases
SELECT * FROM aliases
WHERE intDiv(version, 5662310400000) >= ? AND intDiv(version, 5662310400000) <= ?
ORDER BY version, organisation, alias, run
