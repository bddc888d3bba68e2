-- purpose: how many rows each table has of each day since 1970, to export or count them piece by piece; see the export_ query of the table for which day
-- parameters: none
-- columns: table, day, rows
SELECT name, day, rows
FROM (
    SELECT 'observations' AS name, toInt64(from_day) AS day, count() AS rows FROM observations GROUP BY day
    UNION ALL SELECT 'coverage' AS name, toInt64(from_day) AS day, count() AS rows FROM coverage GROUP BY day
    UNION ALL SELECT 'items' AS name, toInt64(intDiv(toUInt32(first_seen), 86400)) AS day, count() AS rows FROM items GROUP BY day
    UNION ALL SELECT 'aliases' AS name, toInt64(intDiv(version, 5662310400000)) AS day, count() AS rows FROM aliases GROUP BY day
    UNION ALL SELECT 'states' AS name, toInt64(intDiv(version, 5662310400000)) AS day, count() AS rows FROM states GROUP BY day
    UNION ALL SELECT 'runs' AS name, toInt64(intDiv(committed_ms, 86400000)) AS day, count() AS rows FROM runs GROUP BY day
    UNION ALL SELECT 'configs' AS name, toInt64(intDiv(seen_ms, 86400000)) AS day, count() AS rows FROM configs GROUP BY day
    UNION ALL SELECT 'alarms' AS name, toInt64(intDiv(version, 5662310400000)) AS day, count() AS rows FROM alarms GROUP BY day
    UNION ALL SELECT 'tombstones' AS name, toInt64(intDiv(version, 5662310400000)) AS day, count() AS rows FROM tombstones GROUP BY day)
ORDER BY name, day
