-- purpose: what the sources of organisations remember under one name
-- parameters: organisations, name, organisations, organisations, name
-- columns: organisation, source, value
SELECT organisation, source, argMax(value, version) AS newest
FROM states
WHERE organisation IN ? AND name = ? AND run IN (
    SELECT run FROM runs WHERE organisation IN ? AND source IN (SELECT source FROM states WHERE organisation IN ? AND name = ?))
GROUP BY organisation, source
ORDER BY organisation, source
