-- purpose: of which sources and years the current tables hold answers or coverage, to give back to the history what only they have
-- parameters: none
-- columns: organisation, source, year
SELECT organisation, source, toYear(from_day) AS year
FROM (SELECT organisation, source, from_day FROM observations_current UNION ALL SELECT organisation, source, from_day FROM coverage_current)
GROUP BY organisation, source, year
ORDER BY organisation, source, year
