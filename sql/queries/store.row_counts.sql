-- purpose: how many rows the tables hold that a rebuild reads and makes
-- parameters: none
-- columns: table, rows
SELECT name, rows
FROM (
    SELECT 'observations' AS name, count() AS rows FROM observations UNION ALL SELECT 'coverage' AS name, count() AS rows FROM coverage
    UNION ALL SELECT 'items' AS name, count() AS rows FROM items
    UNION ALL SELECT 'runs' AS name, count() AS rows FROM runs UNION ALL SELECT 'applied' AS name, count() AS rows FROM applied
    UNION ALL SELECT 'observations_current' AS name, count() AS rows FROM observations_current UNION ALL SELECT 'coverage_current' AS name, count() AS rows FROM coverage_current
    UNION ALL SELECT 'items_current' AS name, count() AS rows FROM items_current)
ORDER BY name
