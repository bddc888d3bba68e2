-- purpose: the configurations that were first seen on some days, to export them
-- parameters: first day, last day (both since 1970)
-- columns: all of configs
SELECT * FROM configs FINAL
WHERE intDiv(seen_ms, 86400000) >= ? AND intDiv(seen_ms, 86400000) <= ?
ORDER BY seen_ms, hash
