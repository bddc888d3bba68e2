-- purpose: how many numbers of items there are, in the history and of those that count now
-- parameters: organisation, items, the same organisation, the same items
-- columns: table, rows
SELECT name, rows
FROM (
    SELECT 'observations' AS name, count() AS rows FROM observations FINAL WHERE organisation = ? AND subject IN ?
    UNION ALL SELECT 'observations_current' AS name, count() AS rows FROM observations_current FINAL WHERE organisation = ? AND subject IN ?)
ORDER BY name
