-- purpose: what a source remembers
-- parameters: organisation, source, the same organisation, the same source
-- columns: name, value
SELECT name, argMax(value, version) AS newest
FROM states
WHERE organisation = ? AND source = ? AND run IN (SELECT run FROM runs WHERE organisation = ? AND source = ?)
GROUP BY name
ORDER BY name
