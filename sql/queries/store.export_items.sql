-- purpose: the versions of items first seen on some days, to export them
-- parameters: first day, last day (both since 1970)
-- columns: all of items
SELECT * FROM items
WHERE intDiv(toUInt32(first_seen), 86400) >= ? AND intDiv(toUInt32(first_seen), 86400) <= ?
ORDER BY first_seen, organisation, id, version, run
